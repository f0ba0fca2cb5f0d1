// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/numbers.h"
#include "machine/mmu_case.h"

namespace pfnscope::machine {
namespace {

/// "0x..." of at most 64 bits.
std::uint64_t hexOf(const JsonCursor& value) {
    if (value.isText()) {
        const std::string text = value.text();
        if (text.starts_with("0x")) {
            if (const auto number = parseBareHex(std::string_view(text).substr(2)))
                return *number;
        }
        value.complain(ErrorKind::WrongType, text, "a 64-bit number as \"0x...\"");
        return 0;
    }
    value.text(); // complains of the type
    return 0;
}
std::uint64_t hexOf(const JsonCursor& object, const char* key) {
    const JsonCursor value = object.member(key);
    return hexOf(value);
}
std::uint32_t hex32Of(const JsonCursor& object, const char* key) {
    const JsonCursor value = object.member(key);
    const std::uint64_t number = hexOf(value);
    if (number >> 32 != 0)
        value.complain(ErrorKind::OutOfRange, value.text(), "32 bits");
    return static_cast<std::uint32_t>(number);
}
std::uint64_t integerIn(const JsonCursor& object, const char* key, std::int64_t low, std::int64_t high) {
    const JsonCursor value = object.member(key);
    const std::int64_t number = value.integer();
    if (number >= low && number <= high)
        return static_cast<std::uint64_t>(number);
    value.complain(ErrorKind::OutOfRange, std::to_string(number),
                   std::to_string(low) + " to " + std::to_string(high));
    return static_cast<std::uint64_t>(low);
}

constexpr std::uint64_t kPhysicalEnd = 1ULL << 52;

PhysAddr entryAddress(const JsonCursor& value) {
    const std::uint64_t at = hexOf(value);
    if (at % sizeof(Word) != 0)
        value.complain(ErrorKind::Unaligned, toHex(at), "the address of an entry, a multiple of 8");
    if (at >= kPhysicalEnd)
        value.complain(ErrorKind::OutOfRange, toHex(at), "a physical address of at most 52 bits");
    return PhysAddr(at);
}

void readCpu(const JsonCursor& cpu, MmuCase& result) {
    result.features.levels = static_cast<std::uint8_t>(integerIn(cpu, "levels", 4, 5));
    result.features.maxphyaddr = static_cast<std::uint8_t>(integerIn(cpu, "maxphyaddr", 36, 52));
    const JsonCursor page1gb = cpu.member("page1gb");
    result.features.page1gb = page1gb.boolean();
    if (cpu.has("nx")) {
        const JsonCursor nx = cpu.member("nx");
        result.features.nx = nx.boolean();
    }
}

void readRegisters(const JsonCursor& regs, hw::Registers& registers) {
    registers = linuxRegisters(hw::kFourLevels, {}); // for what a case does not name: the PAT
    registers.cr0 = hexOf(regs, "cr0");
    registers.cr3 = hexOf(regs, "cr3");
    registers.cr4 = hexOf(regs, "cr4");
    registers.efer = hexOf(regs, "efer");
    registers.rflags = hexOf(regs, "rflags");
    registers.pkru = hex32Of(regs, "pkru");
    registers.pkrs = hex32Of(regs, "pkrs");
}

void readAccess(const JsonCursor& from, hw::Access& access) {
    const JsonCursor type = from.member("type");
    const std::string name = type.text();
    if (name == "read")
        access.type = hw::AccessType::Read;
    else if (name == "write")
        access.type = hw::AccessType::Write;
    else if (name == "fetch")
        access.type = hw::AccessType::Fetch;
    else if (name == "rmw")
        access.type = hw::AccessType::ReadModifyWrite;
    else
        type.complain(ErrorKind::UnknownName, name, "read, write, fetch or rmw");
    const JsonCursor cpl = from.member("cpl");
    const std::int64_t ring = cpl.integer();
    if (ring != 0 && ring != 3)
        cpl.complain(ErrorKind::OutOfRange, std::to_string(ring), "0 or 3");
    access.privilege = ring == 3 ? hw::Privilege::User : hw::Privilege::Supervisor;
    access.at = VirtAddr(hexOf(from, "va"));
    access.size = Bytes(integerIn(from, "size", 1, 4096));
}

MemoryWord wordOf(const JsonCursor& pair) {
    const JsonCursor at = pair.element(0);
    const JsonCursor value = pair.element(1);
    return {entryAddress(at), hexOf(value)};
}

void readWords(const JsonCursor& object, const char* key, std::vector<MemoryWord>& words) {
    const JsonCursor array = object.member(key);
    array.forEach([&](const JsonCursor& pair) { words.push_back(wordOf(pair)); });
}

void readFault(const JsonCursor& expect, MmuExpectation& expected) {
    expected.fault.vector = static_cast<std::uint32_t>(integerIn(expect, "vector", 0, 255));
    expected.fault.errorCode = static_cast<std::uint32_t>(integerIn(expect, "error", 0, 0xffff));
    if (expect.has("error_alt"))
        expected.otherErrorCode = static_cast<std::uint32_t>(integerIn(expect, "error_alt", 0, 0xffff));
    expected.hasCr2 = expect.has("cr2");
    if (expected.hasCr2)
        expected.fault.cr2 = VirtAddr(hexOf(expect, "cr2"));
}

void readExpectation(const JsonCursor& root, MmuExpectation& expected) {
    const JsonCursor expect = root.member("expect");
    const JsonCursor ok = expect.member("ok");
    expected.ok = ok.boolean();
    if (expected.ok) {
        expected.at = PhysAddr(hexOf(expect, "pa"));
        expected.pageSize = Bytes(integerIn(expect, "page", 4096, 1LL << 30));
        if (expect.has("pa2"))
            expected.secondAt = PhysAddr(hexOf(expect, "pa2"));
    } else {
        readFault(expect, expected);
    }
    if (expect.has("why"))
        expected.why = expect.text("why");
    if (expected.ok || root.has("ad"))
        readWords(root, "ad", expected.changed);
    if (root.has("ad_may")) {
        const JsonCursor mayChange = root.member("ad_may");
        mayChange.forEach([&](const JsonCursor& at) { expected.mayChange.push_back(entryAddress(at)); });
    }
}

} // namespace

Result<MmuCaseReader> MmuCaseReader::open(const std::string& path) {
    auto lines = JsonLines::open(path);
    if (!lines)
        return fail(lines.error());
    return MmuCaseReader(std::move(*lines));
}

Result<std::optional<MmuCase>> MmuCaseReader::next() {
    JsonLine line;
    const Result<bool> more = lines_.next(line);
    if (!more)
        return fail(more.error());
    if (!*more) {
        if (any_)
            return std::nullopt;
        return fail({ErrorKind::Syntax, {path(), 1, 1}, "", "at least one case, as a JSON object a line"});
    }
    any_ = true;
    MmuCase result;
    result.line = line.number;
    JsonCursor::Context context{path(), line, {}};
    const JsonCursor root(context);
    result.id = root.text("id");
    result.kind = root.has("kind") ? root.text("kind") : "";
    const JsonCursor cpu = root.member("cpu");
    readCpu(cpu, result);
    const JsonCursor regs = root.member("regs");
    readRegisters(regs, result.registers);
    const bool fiveLevels = result.features.levels == 5 && result.registers.la57(); // SDM 4.1.1
    result.geometry = fiveLevels ? hw::kFiveLevels : hw::kFourLevels;
    readWords(root, "mem", result.memory);
    const JsonCursor access = root.member("access");
    readAccess(access, result.access);
    readExpectation(root, result.expected);
    if (context.error)
        return fail(*context.error);
    return result;
}

} // namespace pfnscope::machine

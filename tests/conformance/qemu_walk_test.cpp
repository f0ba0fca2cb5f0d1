// SPDX-License-Identifier: GPL-3.0-or-later
// One cold access each through random tables: our walk against QEMU's TCG, entry by entry.
#include "conformance/random_tables.h"
#include "hw/explain.h"
#include "hw/x86_64.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

using namespace pfnscope;
using namespace pfnscope::conformance;
using hw::AccessType;

namespace {

constexpr unsigned kCases = 100'000;
constexpr Word kStored = 0x0123456789abcdef;

struct Observed {
    GuestAccess access;
    Word stored = 0; ///< after a write that our walk allows: the word where it should have landed
    std::vector<Word> entries;
};

/// Where QEMU is known to leave the manual.
enum class Deviation {
    None,
    Disagreement,
    /// SDM 4.7: "P flag (bit 0). This flag is 0 if there is no translation for the linear address because the
    /// P flag was 0 in one of the paging-structure entries"; "bit 3 of the error code can be set only if bit
    /// 0 is also set". TCG sets RSVD without P.
    ReservedWithoutP,
    /// SDM 4.7 sets PK whenever the access-rights registers forbid the access, whatever else does; TCG
    /// returns before it looks at PKRS if a user-mode access meets a supervisor-mode address.
    KeyOfSupervisorPage,
    /// SDM 4.8: the processor sets A in an entry that it uses for a translation. TCG sets A of a leaf above
    /// the PTE before it has checked reserved bits and rights.
    AccessedBeforeChecks,
};

bool isCondition(const RandomCase& c, const hw::WalkRecord& record) {
    return record.reason == hw::Reason::SupervisorPage && c.registers.pks();
}

Deviation compareError(const RandomCase& c, const hw::WalkRecord& record, std::uint32_t seen) {
    if (seen == record.fault.errorCode)
        return Deviation::None;
    if (record.reason == hw::Reason::ReservedBit && seen == (record.fault.errorCode & ~hw::kErrorP))
        return Deviation::ReservedWithoutP;
    if (isCondition(c, record) && seen == (record.fault.errorCode & ~hw::kErrorPk))
        return Deviation::KeyOfSupervisorPage;
    return Deviation::Disagreement;
}

/// The words of the path after an access that went through: exactly our updates.
bool sameEntries(const RandomCase& c, const hw::WalkRecord& record, const Observed& seen) {
    for (std::size_t i = 0; i < c.entries.size(); ++i) {
        Word expected = c.entries[i].value;
        for (const hw::EntryUpdate& update : record.updates())
            expected = update.at == c.entries[i].at ? update.after : expected;
        if (seen.entries[i] != expected)
            return false;
    }
    return true;
}

/// After a fault: A flags of the entries that were used may be set, and nothing else; whether they are is the
/// model's affair (SDM 6.15, notes on #PF).
Deviation compareEntriesAfterFault(const RandomCase& c, const hw::WalkRecord& record, const Observed& seen) {
    Deviation result = Deviation::None;
    for (std::size_t i = 0; i < c.entries.size(); ++i) {
        const Word changed = c.entries[i].value ^ seen.entries[i];
        if (changed == 0)
            continue;
        const bool used = i + 1 < record.levels().size();
        const bool leaf = i + 1 == record.levels().size() && (c.entries[i].value & hw::x86_64::kPs) != 0;
        if (changed != hw::x86_64::kA || (c.entries[i].value & hw::x86_64::kP) == 0 || !(used || leaf))
            return Deviation::Disagreement;
        if (leaf)
            result = Deviation::AccessedBeforeChecks;
    }
    return result;
}

bool reachedItsPage(const RandomCase& c, const hw::WalkRecord& record, const Observed& seen) {
    switch (c.access.type) {
    case AccessType::Read:
        return seen.access.rax == poolWord(record.translation.at);
    case AccessType::Fetch:
        return seen.access.rax == record.translation.at.raw();
    case AccessType::Write:
        return seen.stored == kStored;
    case AccessType::ReadModifyWrite:
        return seen.access.rsi == poolWord(record.translation.at) &&
               seen.stored == poolWord(record.translation.at) + kStored;
    }
    return false;
}

Deviation compare(const RandomCase& c, const hw::WalkRecord& record, const Observed& seen) {
    if (record.ok()) {
        const bool same = seen.access.ok() && reachedItsPage(c, record, seen) && sameEntries(c, record, seen);
        return same ? Deviation::None : Deviation::Disagreement;
    }
    if (seen.access.vector != record.fault.vector)
        return Deviation::Disagreement;
    if (seen.access.vector == hw::kVectorPageFault && seen.access.cr2 != record.fault.cr2)
        return Deviation::Disagreement;
    const Deviation error = compareError(c, record, seen.access.errorCode);
    const Deviation entries = compareEntriesAfterFault(c, record, seen);
    if (error == Deviation::Disagreement || entries == Deviation::Disagreement)
        return Deviation::Disagreement;
    return error != Deviation::None ? error : entries;
}

std::string describe(const RandomCase& c, const hw::WalkRecord& record, const Observed& seen) {
    std::string text = fmt::format(
        "{} {} of {:#x}, cr0 {:#x} cr3 {:#x} cr4 {:#x} efer {:#x} rflags {:#x} pkru {:#x} pkrs {:#x}\n",
        hw::nameOf(c.access.privilege), hw::nameOf(c.access.type), c.access.at.raw(), c.registers.cr0,
        c.registers.cr3, c.registers.cr4, c.registers.efer, c.registers.rflags, c.registers.pkru,
        c.registers.pkrs);
    for (std::size_t i = 0; i < c.entries.size(); ++i)
        text += fmt::format("  {:#x}: {:#x}, then {:#x}\n", c.entries[i].at.raw(), c.entries[i].value,
                            seen.entries[i]);
    text += fmt::format("  ours: {} pa {:#x} error {:#x}; QEMU: vector {} error {:#x} cr2 {:#x} rax {:#x} "
                        "rsi {:#x} stored {:#x}",
                        hw::nameOf(record.reason), record.translation.at.raw(), record.fault.errorCode,
                        seen.access.vector, seen.access.errorCode, seen.access.cr2.raw(), seen.access.rax,
                        seen.access.rsi, seen.stored);
    return text;
}

hw::WalkRecord walkOf(const RandomCase& c) {
    hw::PhysicalMemory memory;
    for (const EntryAt& entry : c.entries)
        memory.writable(entry.at.frame())[entry.at.offsetIn(kPageSize).raw() / sizeof(Word)] = entry.value;
    return hw::walk(memory, c.registers, c.features, c.geometry, c.access);
}

bool stores(const RandomCase& c, const hw::WalkRecord& record) {
    return record.ok() && c.access.isWrite();
}

/// Adds the case to the program; gives how many words of results it leaves.
std::size_t addCase(GuestProgram& program, const RandomCase& c, const hw::WalkRecord& record) {
    program.movToCr3(GuestProgram::kBootTop); // the tables of the case before may be overwritten now
    program.write(PhysAddr(c.registers.cr3 & hw::x86_64::kAddress), guestEntry(c.geometry.levels));
    for (const EntryAt& entry : c.entries)
        program.write(entry.at, entry.value);
    program.setRegisters(c.registers);
    program.access(c.access, c.registers, kStored);
    for (const EntryAt& entry : c.entries)
        program.read(entry.at);
    if (stores(c, record)) {
        program.read(record.translation.at);
        program.write(record.translation.at, poolWord(record.translation.at));
    }
    return 4 + c.entries.size() + (stores(c, record) ? 1 : 0);
}

Observed observedOf(GuestResults& results, const RandomCase& c, const hw::WalkRecord& record) {
    Observed seen;
    seen.access = results.nextAccess();
    for (std::size_t i = 0; i < c.entries.size(); ++i)
        seen.entries.push_back(results.nextWord());
    if (stores(c, record))
        seen.stored = results.nextWord();
    return seen;
}

class QemuWalk : public ::testing::TestWithParam<unsigned> {};

TEST_P(QemuWalk, RandomTablesAndAccesses) {
    if (!haveQemu())
        GTEST_SKIP() << "qemu-system-x86_64 is not installed";
    const unsigned levels = GetParam();
    constexpr std::uint64_t kSeed = 20261122;
    GuestProgram program;
    std::size_t words = 0;
    RandomTables tables(kSeed, levels);
    for (unsigned i = 0; i < kCases; ++i) {
        const RandomCase c = tables.next();
        words += addCase(program, c, walkOf(c));
    }
    std::string why;
    auto results = runGuest(program, levels, words, why);
    ASSERT_TRUE(results) << why;

    std::map<Deviation, unsigned> count;
    std::map<hw::Reason, unsigned> reasons;
    RandomTables again(kSeed, levels);
    for (unsigned i = 0; i < kCases; ++i) {
        const RandomCase c = again.next();
        const hw::WalkRecord record = walkOf(c);
        const Observed seen = observedOf(*results, c, record);
        const Deviation deviation = compare(c, record, seen);
        ++count[deviation];
        ++reasons[record.reason];
        if (deviation == Deviation::Disagreement && count[deviation] <= 5)
            ADD_FAILURE() << "case " << i << ": " << describe(c, record, seen);
    }
    EXPECT_EQ(count[Deviation::Disagreement], 0U);
    EXPECT_EQ(reasons.size(), 11U) << "every reason has to occur";
    EXPECT_GT(reasons[hw::Reason::Allowed], kCases / 4);
    fmt::print("{} levels: {} accesses agree; TCG leaves the manual in: reserved bits without P {}, key of a "
               "supervisor "
               "page {}, A of a large leaf before the checks {}\n",
               levels, count[Deviation::None], count[Deviation::ReservedWithoutP],
               count[Deviation::KeyOfSupervisorPage], count[Deviation::AccessedBeforeChecks]);
}

INSTANTIATE_TEST_SUITE_P(Levels, QemuWalk, ::testing::Values(4U, 5U));

} // namespace

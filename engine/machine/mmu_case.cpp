// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/mmu_case.h"

#include "hw/x86_64.h"

#include <algorithm>
#include <map>

namespace pfnscope::machine {
namespace {

constexpr CpuId kCpu{};

unsigned indexOf(PhysAddr at) {
    return static_cast<unsigned>(at.offsetIn(kPageSize).raw() / sizeof(Word));
}

/// What the MMU wrote: address -> value before the first write.
std::map<PhysAddr, Word> written(const Machine& machine) {
    std::map<PhysAddr, Word> before;
    for (const Delta& delta : machine.journal().deltas()) {
        const auto* entry = std::get_if<EntryWritten>(&delta);
        if (entry != nullptr && entry->writer == Writer::Mmu)
            before.emplace(PhysAddr(entry->frame) + Bytes(entry->index * sizeof(Word)), entry->before);
    }
    return before;
}

class Comparison {
public:
    template <class T> void equal(std::string what, const T& expected, const T& found) {
        if (!(expected == found))
            list.push_back({std::move(what), words(expected), words(found)});
    }
    std::vector<MmuDifference> list;

private:
    static std::string words(const std::string& text) { return text; }
    static std::string words(std::uint64_t number) { return toHex(number); }
    template <class Address> static std::string words(const Address& at) { return toText(at); }
};

std::string resultWords(bool ok, const hw::Fault& fault) {
    return ok ? "ok" : "vector " + std::to_string(fault.vector);
}

/// A case that does not say where its second part lies means that it follows on the first, inside a page
/// larger than 4 KiB.
void compareTranslation(const MmuCase& mmuCase, const AccessOutcome& outcome, Comparison& c) {
    const MmuExpectation& expected = mmuCase.expected;
    c.equal("pa", expected.at, outcome.page.at);
    c.equal("page", expected.pageSize, outcome.page.pageSize);
    if (outcome.secondPage)
        c.equal(
            "pa2",
            expected.secondAt.value_or(expected.at + (mmuCase.access.secondPart().at - mmuCase.access.at)),
            outcome.secondPage->at);
    else if (expected.secondAt)
        c.equal("pa2", toText(*expected.secondAt), std::string("none"));
}

void compareFault(const MmuExpectation& expected, const hw::Fault& fault, Comparison& c) {
    if (expected.otherErrorCode != fault.errorCode)
        c.equal("error", std::uint64_t{expected.fault.errorCode}, std::uint64_t{fault.errorCode});
    if (expected.hasCr2)
        c.equal("cr2", expected.fault.cr2, fault.cr2);
}

/// Exactly the listed entries changed, to the listed values.
void compareChanged(const MmuCase& mmuCase, const Machine& machine, Comparison& c) {
    std::map<PhysAddr, Word> expected;
    for (const MemoryWord& word : mmuCase.memory)
        expected[word.at] = word.value;
    for (const auto& [at, before] : written(machine))
        expected.try_emplace(at, before);
    for (const MemoryWord& word : mmuCase.expected.changed)
        expected[word.at] = word.value;
    for (const auto& [at, value] : expected)
        c.equal("entry " + toText(at), value, machine.state().memory.read(at));
}

/// On a fault: A flags of the listed entries may be set on the way; across pages also D of the first page's
/// leaf.
void compareMayChange(const MmuCase& mmuCase, const Machine& machine, Comparison& c) {
    const MmuExpectation& expected = mmuCase.expected;
    for (const auto& [at, before] : written(machine)) {
        const Word now = machine.state().memory.read(at);
        const bool listed =
            std::find(expected.mayChange.begin(), expected.mayChange.end(), at) != expected.mayChange.end();
        const Word allowed = hw::x86_64::kA | (mmuCase.access.crossesPage() ? hw::x86_64::kD : 0);
        if (!listed || ((before ^ now) & ~allowed) != 0)
            c.equal("entry " + toText(at), before, now);
    }
}

} // namespace

Machine machineOf(const MmuCase& mmuCase) {
    MachineConfig config;
    config.geometry = mmuCase.geometry;
    config.cpus.features = mmuCase.features;
    Machine machine(config);
    {
        const auto setup = machine.enter("setup");
        for (const MemoryWord& word : mmuCase.memory)
            machine.writeEntry(word.at.frame(), indexOf(word.at), word.value);
        machine.put(kCpu, mmuCase.registers);
    }
    return machine;
}

AccessOutcome runCase(Machine& machine, const MmuCase& mmuCase) {
    const auto operation = machine.enter("access");
    return accessMemory(machine, kCpu, mmuCase.access);
}

std::vector<MmuDifference> differences(const MmuCase& mmuCase, const AccessOutcome& outcome,
                                       const Machine& machine) {
    const MmuExpectation& expected = mmuCase.expected;
    Comparison c;
    const std::string found = resultWords(outcome.ok(), outcome.fault.value_or(hw::Fault{}));
    c.equal("result", resultWords(expected.ok, expected.fault), found);
    if (!c.list.empty())
        return c.list;
    if (expected.ok)
        compareTranslation(mmuCase, outcome, c);
    else
        compareFault(expected, *outcome.fault, c);
    if (expected.ok || !expected.changed.empty())
        compareChanged(mmuCase, machine, c);
    else
        compareMayChange(mmuCase, machine, c);
    return c.list;
}

} // namespace pfnscope::machine

// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/machine.h"
#include "machine/timeline.h"
#include "support/property.h"

using namespace pfnscope;
using namespace pfnscope::machine;

namespace {

/// A history that uses every kind of delta, driven by random numbers.
class RandomHistory {
public:
    explicit RandomHistory(Machine& machine) : machine_(machine) {
        const auto call = machine_.enter("setup");
        machine_.put(MmId(1), Mm{});
    }
    void step(std::uint8_t choice, std::uint16_t number) {
        const auto operation = machine_.enter("operation");
        const auto function = machine_.enter("function", {{"n", ArgumentKind::Number, number}});
        switch (choice % 8) {
        case 0:
            addTable();
            break;
        case 1:
            fill(number);
            break;
        case 2:
            machine_.writeEntry(anyTable(number), number % 512, number * 77ULL);
            break;
        case 3:
            deposit(number);
            break;
        case 4:
            withdraw();
            break;
        case 5:
            machine_.moveCounter(MmId(1), Counter::PgtablesBytes, number);
            break;
        case 6:
            changeRecords(number);
            break;
        case 7:
            lockOrFree(number);
            break;
        }
    }

private:
    Pfn anyTable(std::uint16_t number) {
        if (machine_.state().tables.empty())
            addTable();
        auto it = machine_.state().tables.begin();
        std::advance(it, number % machine_.state().tables.size());
        return it->first;
    }
    void addTable() {
        const Pfn frame = machine_.allocateFrames(0).value();
        machine_.commit(TableAllocated{frame, PageTable{hw::Level::Pte, MmId(1)}});
    }
    void fill(std::uint16_t number) {
        const auto first = static_cast<std::uint16_t>(number % 512);
        const auto count = static_cast<std::uint16_t>(1 + (number / 3) % (512 - first));
        machine_.fillEntries(anyTable(number), {first, count, number * 4096ULL, (number % 3) * 4096ULL});
    }
    void deposit(std::uint16_t number) {
        const Pfn table = anyTable(number);
        const PageTable& record = *machine_.state().tableAt(table);
        if (record.state == TableState::Detached)
            machine_.commit(TableDeposited{{Pfn(7), MmId(1)}, table, VirtAddr(0x200000), record});
    }
    void withdraw() {
        const DepositRing& ring = machine_.state().depositsOf({Pfn(7), MmId(1)});
        if (!ring.empty())
            machine_.commit(TableWithdrawn{{Pfn(7), MmId(1)},
                                           ring.front(),
                                           VirtAddr(0x200000),
                                           *machine_.state().tableAt(ring.front())});
    }
    void changeRecords(std::uint16_t number) {
        const VirtAddr start(0x1000ULL * (number % 16));
        if (number % 5 == 0)
            machine_.put(VmaId(number % 4), std::nullopt);
        else
            machine_.put(VmaId(number % 4),
                         Vma{MmId(1), {start, start + kPageSize}, number, 0, 0, {}, {}, {}, "map"});
        machine_.put(FolioId(number % 3), Folio{FolioKind::Anon, Pfn(number)});
        KernelGlobals globals = machine_.state().globals;
        globals.nextFolio = number;
        machine_.put(globals);
    }
    void lockOrFree(std::uint16_t number) {
        const LockId lock{LockKind::PmdLock, number % 2U};
        if (machine_.holdsLock(lock))
            machine_.releaseLock(lock);
        else
            machine_.takeLock(lock, LockMode::Write);
        const auto& tables = machine_.state().tables;
        const auto detached = std::find_if(tables.begin(), tables.end(), [](const auto& t) {
            return t.second.state == TableState::Detached;
        });
        if (detached == tables.end())
            return;
        const auto [frame, record] = *detached;
        machine_.commit(TableFreed{frame, record});
        machine_.freeFrames(frame, 0);
    }
    Machine& machine_;
};

std::vector<std::uint64_t> hashesOnTheWay(Machine& machine,
                                          const std::vector<std::pair<std::uint8_t, std::uint16_t>>& steps) {
    RandomHistory history(machine);
    for (const auto& [choice, number] : steps)
        history.step(choice, number);
    std::vector<std::uint64_t> hashes;
    for (Position at = 0; at <= machine.journal().end(); ++at) {
        machine.moveTo(at);
        hashes.push_back(stateHash(machine.state()));
    }
    return hashes;
}

using Steps = std::vector<std::pair<std::uint8_t, std::uint16_t>>;

} // namespace

RC_GTEST_PROP(Machine, EveryMomentIsTheSameOnTheWayBack, (Steps steps)) {
    Machine machine;
    const auto hashes = hashesOnTheWay(machine, steps);
    for (Position at = machine.journal().end() + 1; at-- > 0;) {
        machine.moveTo(at);
        RC_ASSERT(stateHash(machine.state()) == hashes[at]);
    }
}

RC_GTEST_PROP(Machine, AJumpEqualsAWalk, (Steps steps, std::vector<std::uint16_t> targets)) {
    Machine machine;
    const auto hashes = hashesOnTheWay(machine, steps);
    for (const std::uint16_t target : targets) {
        machine.moveTo(target % hashes.size());
        RC_ASSERT(stateHash(machine.state()) == hashes[target % hashes.size()]);
    }
}

RC_GTEST_PROP(Machine, RewindForgetsAndRestores, (Steps before, Steps after)) {
    Machine machine;
    RandomHistory history(machine);
    for (const auto& [choice, number] : before)
        history.step(choice, number);
    const Mark mark = machine.mark();
    const std::uint64_t hash = stateHash(machine.state());
    const std::size_t calls = machine.journal().calls().size();
    for (const auto& [choice, number] : after)
        history.step(choice, number);
    machine.rewind(mark);
    RC_ASSERT(stateHash(machine.state()) == hash);
    RC_ASSERT(machine.journal().end() == mark.position);
    RC_ASSERT(machine.journal().calls().size() == calls);
}

RC_GTEST_PROP(Timeline, StepsForwardAndBackMeetTheSameMoments, (Steps steps)) {
    Machine machine;
    hashesOnTheWay(machine, steps);
    Timeline timeline(machine);
    for (const StepDepth depth : {StepDepth::Operation, StepDepth::Function, StepDepth::Write}) {
        timeline.jump(0);
        std::vector<Position> forward{0};
        while (timeline.stepForward(depth))
            forward.push_back(timeline.position());
        RC_ASSERT(timeline.position() == timeline.end());
        std::vector<Position> back{timeline.position()};
        while (timeline.stepBack(depth))
            back.push_back(timeline.position());
        RC_ASSERT(std::equal(forward.rbegin(), forward.rend(), back.begin(), back.end()));
    }
}

TEST(Machine, TheHashSeesEveryPartOfTheState) {
    Machine machine;
    std::vector<std::uint64_t> hashes{stateHash(machine.state())};
    const auto call = machine.enter("everything");
    const auto note = [&] { hashes.push_back(stateHash(machine.state())); };
    machine.put(MmId(1), Mm{}), note();
    machine.moveCounter(MmId(1), Counter::AnonPages, 1), note();
    const Pfn frame = machine.allocateFrames(0).value();
    note();
    machine.commit(TableAllocated{frame, PageTable{}}), note();
    machine.writeEntry(frame, 5, 1), note();
    machine.writeEntry(frame, 5, 0), machine.writeEntry(frame, 6, 1), note();
    machine.commit(TableDeposited{{Pfn(9), {}}, frame, {}, *machine.state().tableAt(frame)}), note();
    machine.put(VmaId(1), Vma{}), note();
    machine.put(FolioId(1), Folio{}), note();
    machine.put(VmOpsId(1), VmOps{}), note();
    machine.put(MappingId(1), Mapping{}), note();
    machine.put(Pid(1), Process{}), note();
    machine.takeLock({LockKind::MmapLock, 1}, LockMode::Read), note();
    std::sort(hashes.begin(), hashes.end());
    EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

TEST(Machine, ARunRemembersWhatStoodThere) {
    Machine machine;
    const auto call = machine.enter("remap_pte_range");
    const Pfn frame = machine.allocateFrames(0).value();
    machine.fillEntries(frame, {10, 100, 0x1000, 0x1000});
    machine.writeEntry(frame, 50, 0xabc);
    const auto words = machine.state().memory.frame(frame);
    EXPECT_EQ(runsOf(words, 10, 100).size(), 3U);
    EXPECT_EQ(words[12], 0x3000U);
    EXPECT_TRUE(runsOf(words, 200, 312).empty());
}

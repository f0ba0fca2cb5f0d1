// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

using namespace pfnscope;
using namespace pfnscope::machine;
using testing::ElementsAre;

namespace {

/// Lets nobody else run, and remembers what it was asked.
class Record final : public Scheduler {
public:
    bool pause(const Pause& next) override {
        kinds.push_back(next.kind);
        return free;
    }
    void read(Pfn table, unsigned index) override { reads.emplace_back(table, index); }
    void interrupt(CpuId to, std::function<void()> answer) override {
        sentTo.push_back(to);
        pending.push_back(std::move(answer));
    }
    void setInterrupts(bool on) override { interrupts = on; }

    std::vector<PauseKind> kinds;
    std::vector<std::pair<Pfn, unsigned>> reads;
    std::vector<CpuId> sentTo;
    std::vector<std::function<void()>> pending;
    bool interrupts = true;
    bool free = true;
};

constexpr Pfn kTable{0x5000};
constexpr LockId kLock{LockKind::PmdLock, 7};

void someOperation(Machine& machine) {
    const auto call = machine.enter("operation");
    ASSERT_TRUE(machine.awaitLock(kLock, LockMode::Write));
    machine.takeLock(kLock, LockMode::Write);
    machine.writeEntry(kTable, 3, 0x1000);
    machine.pauseBeforeWrite(kTable, 4);
    machine.writeEntry(kTable, 4, 0x2000);
    machine.writeEntry(kTable, 5, 0x20, Writer::Mmu);
    machine.fillEntries(kTable, {8, 4, 0x3000, 0x1000});
    machine.releaseLock(kLock);
}

} // namespace

TEST(Scheduler, IsAskedBeforeEveryWriteOnceAndAroundLocks) {
    Machine machine;
    Record record;
    machine.setScheduler(&record);
    someOperation(machine);
    EXPECT_THAT(record.kinds, ElementsAre(PauseKind::TakeLock, PauseKind::Write, PauseKind::Write,
                                          PauseKind::Write, PauseKind::Released));
}

TEST(Scheduler, ThatNeverSwitchesChangesNothing) {
    Machine alone;
    someOperation(alone);
    Machine watched;
    Record record;
    watched.setScheduler(&record);
    someOperation(watched);
    EXPECT_EQ(stateHash(watched.state()), stateHash(alone.state()));
    EXPECT_EQ(watched.journal().end(), alone.journal().end());
}

TEST(Scheduler, ALockIsFreeForReadersTogetherAndForAWriterAlone) {
    Machine machine;
    const auto call = machine.enter("operation");
    EXPECT_TRUE(machine.isFree(kLock, LockMode::Write));
    machine.takeLock(kLock, LockMode::Read);
    EXPECT_TRUE(machine.isFree(kLock, LockMode::Read));
    EXPECT_FALSE(machine.isFree(kLock, LockMode::Write));
    EXPECT_FALSE(machine.awaitLock(kLock, LockMode::Write));
    machine.releaseLock(kLock);
    EXPECT_TRUE(machine.awaitLock(kLock, LockMode::Write));
}

TEST(Scheduler, OfALockThatNeverComesTellsTheOperation) {
    Machine machine;
    Record record;
    record.free = false;
    machine.setScheduler(&record);
    const auto call = machine.enter("operation");
    EXPECT_FALSE(machine.awaitLock(kLock, LockMode::Write));
}

TEST(Scheduler, AnInterruptRunsAtOnceWithoutOneAndLaterWithOne) {
    CpuConfig cpus;
    cpus.count = 2;
    Machine machine({.cpus = cpus});
    const auto call = machine.enter("operation");
    int answered = 0;
    const auto answer = [&] { ++answered; };
    machine.callOn(CpuId(0), CpuId(1), answer);
    EXPECT_EQ(answered, 1);

    Record record;
    machine.setScheduler(&record);
    machine.callOn(CpuId(0), CpuId(0), answer);
    EXPECT_EQ(answered, 2);
    machine.callOn(CpuId(0), CpuId(1), answer);
    machine.awaitAnswers();
    EXPECT_EQ(answered, 2);
    EXPECT_THAT(record.sentTo, ElementsAre(CpuId(1)));
    EXPECT_THAT(record.kinds, ElementsAre(PauseKind::Flush, PauseKind::Interrupt, PauseKind::Await));
    record.pending.front()();
    EXPECT_EQ(answered, 3);
}

TEST(Scheduler, EachOperationKeepsItsOwnCallPath) {
    struct Open {
        CallScope scope;
    };
    Machine machine;
    const Happening event{.kind = HappeningKind::Message};
    std::unique_ptr<Open> first(new Open{machine.enter("first", {}, CpuId(0))});
    std::unique_ptr<Open> inner(new Open{machine.enter("inner")});
    const auto pathOfFirst = machine.exchangeCall(std::nullopt);

    std::unique_ptr<Open> second(new Open{machine.enter("second", {}, CpuId(1))});
    machine.happen(event);
    const auto pathOfSecond = machine.exchangeCall(pathOfFirst);

    machine.happen(event);
    inner.reset();
    machine.happen(event);
    const CallId nested = machine.enter("nested").id();
    machine.exchangeCall(pathOfSecond);
    second.reset();
    machine.exchangeCall(first->scope.id());
    first.reset();

    const Journal& journal = machine.journal();
    ASSERT_EQ(journal.operations().size(), 2U);
    const auto functionOf = [&](Position at) { return journal.call(journal.callOf(at)).function; };
    EXPECT_EQ(functionOf(0), "second");
    EXPECT_EQ(functionOf(1), "inner");
    EXPECT_EQ(functionOf(2), "first");
    EXPECT_EQ(journal.call(journal.callOf(0)).operation, 1U);
    EXPECT_EQ(journal.call(journal.callOf(1)).operation, 0U);
    EXPECT_EQ(journal.call(nested).operation, 0U)
        << "a call belongs to its caller's operation, not to the latest";
    EXPECT_FALSE(journal.current());
}

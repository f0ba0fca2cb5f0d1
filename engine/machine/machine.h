// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/journal.h"
#include "machine/scheduler.h"
#include "machine/state.h"

#include <functional>
#include <string_view>
#include <utility>

/// The one owner of a State, and the one door to change it.
namespace pfnscope::machine {

class Machine;

/// A kernel call that is entered now and left when the scope ends, however it ends.
class [[nodiscard]] CallScope {
public:
    CallScope(Machine& machine, CallId id) : machine_(machine), id_(id) {}
    ~CallScope();
    CallScope(const CallScope&) = delete;
    CallScope& operator=(const CallScope&) = delete;
    CallId id() const { return id_; }

private:
    Machine& machine_;
    CallId id_;
};

/// Where Machine::rewind() goes back to. Taken between operations.
struct Mark {
    Position position = 0;
    std::size_t operations = 0;
};

class Machine {
public:
    explicit Machine(MachineConfig config = {});

    const State& state() const { return state_; }
    const Journal& journal() const { return journal_; }

    /// The door. Must be called inside a CallScope, and at the end of time (see Timeline).
    void commit(Delta delta);

    /// Enters a kernel function. The outermost scope is an operation. `function` must have static storage.
    CallScope enter(std::string_view function, Arguments arguments = {}, CpuId cpu = {});

    /// The commonest deltas, with their `before` filled in. Writing what already stands there commits
    /// nothing.
    void writeEntry(Pfn frame, unsigned index, Word value, Writer writer = Writer::Kernel);
    void fillEntries(Pfn frame, const WordRun& run);
    void moveCounter(MmId mm, Counter counter, std::int64_t amount);
    void happen(Happening happening) { commit(happening); }
    void takeLock(LockId lock, LockMode mode, CpuId cpu = {});
    void releaseLock(LockId lock, CpuId cpu = {});
    bool holdsLock(LockId lock, CpuId cpu = {}) const;

    /// The table changes of the record kinds: put(key, nullopt) removes. Nothing changed commits nothing.
    void put(MmId key, std::optional<Mm> record);
    void put(Pid key, std::optional<Process> record);
    void put(VmaId key, std::optional<Vma> record);
    void put(VmOpsId key, std::optional<VmOps> record);
    void put(MappingId key, std::optional<Mapping> record);
    void put(FolioId key, std::optional<Folio> record);
    void put(const KernelGlobals& globals);
    void put(CpuId cpu, const hw::Registers& registers);
    void changeTlb(CpuId cpu, hw::TlbChange change);

    /// A frame (or block) of RAM, zeroed; empty when RAM is exhausted.
    std::optional<Pfn> allocateFrames(std::uint8_t order);
    void freeFrames(Pfn head, std::uint8_t order);

    /// Overlap. Null, as a machine is made: operations run one after another, and nothing below does
    /// anything.
    void setScheduler(Scheduler* scheduler) { scheduler_ = scheduler; }
    /// Others may run now. False: what is waited for never comes (see Scheduler::pause).
    bool pause(const Pause& next) { return scheduler_ == nullptr || scheduler_->pause(next); }
    /// The next write of an entry has been paused for already: between reading the entry and writing it
    /// nothing comes in between, as with xchg or a locked bit operation.
    void pauseBeforeWrite(Pfn frame, unsigned index);
    void noteRead(Pfn table, unsigned index) const {
        if (scheduler_ != nullptr)
            scheduler_->read(table, index);
    }
    /// Could `lock` be taken in `mode` now?
    bool isFree(LockId lock, LockMode mode) const;
    /// Waits until it is. False: never.
    bool awaitLock(LockId lock, LockMode mode);
    /// smp_call_function(): runs `answer` on `to`, at once if that is `from` or there is no scheduler. The
    /// caller must stay until awaitAnswers().
    void callOn(CpuId from, CpuId to, std::function<void()> answer);
    void awaitAnswers() { pause({.kind = PauseKind::Await}); }
    void setInterrupts(bool on) {
        if (scheduler_ != nullptr)
            scheduler_->setInterrupts(on);
    }
    /// The innermost open call of the operation that runs; whoever lets another one run puts that one's in
    /// its place.
    std::optional<CallId> exchangeCall(std::optional<CallId> call) {
        return std::exchange(journal_.current_, call);
    }

    /// Time. `position()` is where the state stands, journal().end() where history ends.
    Position position() const { return position_; }
    void moveTo(Position position);
    Mark mark() const { return {position_, journal_.operations().size()}; }
    /// Undoes everything after the mark and forgets it: the explorer's way back.
    void rewind(const Mark& mark);

private:
    friend class CallScope;
    void leave(CallId id) { journal_.leave(id); }
    void replaceEntries(Pfn frame, const WordRun& run);
    template <class Key, class Record>
    void putRecord(const std::map<Key, Record>& table, Key key, std::optional<Record> record);

    State state_;
    Journal journal_;
    Position position_ = 0;
    Scheduler* scheduler_ = nullptr;
    bool paused_ = false; ///< for the next write, see pauseBeforeWrite()
};

} // namespace pfnscope::machine

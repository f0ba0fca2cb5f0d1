// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/machine.h"

#include <algorithm>
#include <cassert>

namespace pfnscope::machine {

CallScope::~CallScope() {
    machine_.leave(id_);
}

Machine::Machine(MachineConfig config) {
    state_.config = config;
    state_.frames = FramePool(config.frames);
    const CpuConfig& cpus = config.cpus;
    const Cpu cpu{linuxRegisters(config.geometry, cpus.features), cpus.features,
                  hw::Tlb(config.geometry, cpus.tlb)};
    state_.cpus.assign(cpus.count, cpu);
}

void Machine::commit(Delta delta) {
    assert(position_ == journal_.end() && "history is written at its end");
    applyDelta(state_, delta);
    journal_.append(std::move(delta));
    ++position_;
}

CallScope Machine::enter(std::string_view function, Arguments arguments, CpuId cpu) {
    assert(position_ == journal_.end());
    return CallScope(*this, journal_.enter(function, std::move(arguments), cpu));
}

void Machine::pauseBeforeWrite(Pfn frame, unsigned index) {
    pause({.kind = PauseKind::Write, .frame = frame, .first = static_cast<std::uint16_t>(index)});
    paused_ = true;
}

void Machine::writeEntry(Pfn frame, unsigned index, Word value, Writer writer) {
    // The MMU's and a program's writes belong to an access, which has been paused for as a whole.
    if (writer == Writer::Kernel && !std::exchange(paused_, false))
        pause({.kind = PauseKind::Write, .frame = frame, .first = static_cast<std::uint16_t>(index)});
    const Word before = state_.memory.read(frame, index);
    if (before != value)
        commit(EntryWritten{frame, static_cast<std::uint16_t>(index), writer, before, value});
}

void Machine::fillEntries(Pfn frame, const WordRun& run) {
    if (run.count == 0)
        return;
    pause({.kind = PauseKind::Write, .frame = frame, .first = run.first, .count = run.count});
    replaceEntries(frame, run);
}

void Machine::replaceEntries(Pfn frame, const WordRun& run) {
    std::vector<WordRun> before;
    if (state_.memory.isWritten(frame))
        before = runsOf(state_.memory.frame(frame), run.first, run.count);
    if (before.empty() && run.value == 0 && run.step == 0)
        return;
    if (before.size() == 1 && before.front() == run)
        return;
    commit(EntriesFilled{frame, run, std::move(before)});
}

void Machine::moveCounter(MmId mm, Counter counter, std::int64_t amount) {
    if (amount != 0)
        commit(CounterMoved{mm, counter, amount});
}

void Machine::takeLock(LockId lock, LockMode mode, CpuId cpu) {
    commit(LockTaken{lock, {cpu, mode}});
}

void Machine::releaseLock(LockId lock, CpuId cpu) {
    const auto& holders = state_.locks.at(lock);
    const auto own =
        std::find_if(holders.begin(), holders.end(), [&](const LockHolder& h) { return h.cpu == cpu; });
    assert(own != holders.end() && "only a holder releases a lock");
    commit(LockReleased{lock, *own, static_cast<std::uint16_t>(own - holders.begin())});
    pause({.kind = PauseKind::Released, .lock = lock});
}

bool Machine::isFree(LockId lock, LockMode mode) const {
    const auto found = state_.locks.find(lock);
    return found == state_.locks.end() ||
           (mode == LockMode::Read &&
            std::all_of(found->second.begin(), found->second.end(),
                        [](const LockHolder& holder) { return holder.mode == LockMode::Read; }));
}

bool Machine::awaitLock(LockId lock, LockMode mode) {
    return pause({.kind = PauseKind::TakeLock, .lock = lock, .mode = mode}) && isFree(lock, mode);
}

void Machine::callOn(CpuId from, CpuId to, std::function<void()> answer) {
    const bool away = scheduler_ != nullptr && from != to;
    pause({.kind = away ? PauseKind::Interrupt : PauseKind::Flush});
    if (!away) {
        answer();
        return;
    }
    happen({.kind = HappeningKind::InterruptSent, .detail = to.raw()});
    scheduler_->interrupt(to, std::move(answer));
}

bool Machine::holdsLock(LockId lock, CpuId cpu) const {
    const auto found = state_.locks.find(lock);
    return found != state_.locks.end() && std::any_of(found->second.begin(), found->second.end(),
                                                      [&](const LockHolder& h) { return h.cpu == cpu; });
}

template <class Key, class Record>
void Machine::putRecord(const std::map<Key, Record>& table, Key key, std::optional<Record> record) {
    const auto found = table.find(key);
    std::optional<Record> before;
    if (found != table.end())
        before = found->second;
    if (before == record)
        return;
    using Change = typename RecordChanged<Key, Record>::Change;
    commit(RecordChanged<Key, Record>{
        key, std::make_unique<const Change>(Change{std::move(before), std::move(record)})});
}

void Machine::put(MmId key, std::optional<Mm> record) {
    putRecord(state_.mms, key, std::move(record));
}
void Machine::put(Pid key, std::optional<Process> record) {
    putRecord(state_.processes, key, std::move(record));
}
void Machine::put(VmaId key, std::optional<Vma> record) {
    putRecord(state_.vmas, key, std::move(record));
}
void Machine::put(VmOpsId key, std::optional<VmOps> record) {
    putRecord(state_.vmOps, key, std::move(record));
}
void Machine::put(MappingId key, std::optional<Mapping> record) {
    putRecord(state_.mappings, key, std::move(record));
}
void Machine::put(FolioId key, std::optional<Folio> record) {
    putRecord(state_.folios, key, std::move(record));
}

void Machine::put(const KernelGlobals& globals) {
    if (!(globals == state_.globals))
        commit(GlobalsChanged{
            std::make_unique<const std::pair<KernelGlobals, KernelGlobals>>(state_.globals, globals)});
}

void Machine::put(CpuId cpu, const hw::Registers& registers) {
    using BeforeAfter = std::pair<hw::Registers, hw::Registers>;
    const hw::Registers& before = state_.cpus[cpu.raw()].registers;
    if (!(before == registers))
        commit(RegistersChanged{cpu, std::make_unique<const BeforeAfter>(before, registers)});
}

void Machine::changeTlb(CpuId cpu, hw::TlbChange change) {
    if (!change.empty())
        commit(TlbChanged{cpu, std::move(change)});
}

std::optional<Pfn> Machine::allocateFrames(std::uint8_t order) {
    const auto block = state_.frames.next(order);
    if (!block)
        return std::nullopt;
    commit(FrameAllocated{*block});
    if (block->recycled)
        for (std::uint64_t i = 0; i < (1ULL << order); ++i)
            replaceEntries(block->head + i, {0, kWordsPerFrame, 0, 0});
    return block->head;
}

void Machine::freeFrames(Pfn head, std::uint8_t order) {
    commit(FrameFreed{head, order});
}

void Machine::moveTo(Position position) {
    assert(position <= journal_.end() && !journal_.current());
    for (; position_ < position; ++position_)
        applyDelta(state_, journal_.deltas()[position_]);
    for (; position_ > position; --position_)
        revertDelta(state_, journal_.deltas()[position_ - 1]);
}

void Machine::rewind(const Mark& mark) {
    moveTo(mark.position);
    journal_.truncate(mark.position, mark.operations);
}

} // namespace pfnscope::machine

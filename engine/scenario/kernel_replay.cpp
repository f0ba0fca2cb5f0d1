// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/kernel_replay.h"

#include <fmt/format.h>

namespace pfnscope::scenario {
namespace {

constexpr machine::Pid kWorker{1};
constexpr std::int64_t kKiB = 1024;

/// The recorder's device holds the number of each frame in its first word, this far.
constexpr std::uint64_t kDeviceFrames = 0x40000;
constexpr std::uint64_t kNumberedFrames = 0x44000;
constexpr std::uint64_t kDeviceFramesEnd = 0xc0000;

std::string text(const mm::Outcome& outcome) {
    if (outcome.oops)
        return fmt::format("oops in {}", outcome.oops->function);
    if (outcome.hung)
        return "hung";
    if (outcome.processGone)
        return "the process is gone";
    if (outcome.signal != mm::Signal::None)
        return fmt::format("{} si_code {} at {}", mm::name(outcome.signal), outcome.signalCode,
                           toText(outcome.signalAddress));
    if (outcome.error != mm::Errno::None)
        return std::string(mm::name(outcome.error));
    return "done";
}

std::string text(const mm::HandlerCalls& calls) {
    return fmt::format("pte {} pmd {} pud {} fallback {} sigbus {}", calls.pte, calls.pmd, calls.pud,
                       calls.fallback, calls.sigbus);
}

std::string text(const TableCounts& n) {
    return fmt::format("huge_pud {} huge_pmd {} pte_tables {} ptes {} deposits {} table_pages {}", n.hugePud,
                       n.hugePmd, n.pteTables, n.ptes, n.deposits, n.tablePages);
}

} // namespace

KernelReplay::KernelReplay(const option::Option& option, mm::KernelConfig config, DifferenceSink sink)
    : sink_(std::move(sink)), report_([this](std::string what, std::string record, std::string model) {
          report(std::move(what), std::move(record), std::move(model));
      }),
      kernel_(machine_, option, config) {}

KernelReplay::~KernelReplay() = default;

void KernelReplay::report(std::string what, std::string record, std::string model) {
    differs_ = true;
    Difference found = place_;
    found.what = std::move(what);
    found.record = std::move(record);
    found.model = std::move(model);
    sink_(found);
}

void KernelReplay::start(const RecordedStep& step) {
    kernel_.boot("worker");
    names_.follow(machine_.journal(), 0);
    basePgtablesBytes_ = step.basePgtablesBytes;
    warningsArmed_ = step.warningsArmed;
}

mm::Outcome KernelReplay::run(const mm::Action& action, Actor actor) {
    const machine::Position before = machine_.journal().end();
    mm::Outcome outcome = kernel_.run({action, actor == Actor::Worker ? kWorker : childPid_, {}});
    names_.follow(machine_.journal(), before);
    if (outcome.oops)
        deaths_.push_back({place_.step, actor, *outcome.oops});
    if (std::holds_alternative<mm::Fork>(action) && outcome.ok()) {
        childPid_ = machine::Pid(static_cast<std::uint32_t>(outcome.value));
        child_ = {};
    }
    return outcome;
}

void KernelReplay::step(const RecordedStep& step) {
    place_ = {step.sequence, step.number, step.op, {}, {}, {}};
    lastStep_ = step.number;
    if (!step.action)
        start(step);
    if (abandoned_)
        return;
    if (step.action) {
        const mm::Outcome outcome = run(*step.action, step.actor);
        answer(step, outcome);
        if ((outcome.oops || outcome.hung) &&
            (step.actor == Actor::Worker || step.answer.childStatus.empty())) {
            abandoned_ = true;
            return;
        }
        handlerCalls(step.handlerCalls, outcome.handlerCalls);
    }
    dumps(step);
}

void KernelReplay::answer(const RecordedStep& step, const mm::Outcome& outcome) {
    const RecordedAnswer& record = step.answer;
    if (!record.childStatus.empty()) {
        if (!outcome.oops)
            report("answer", "child_status " + record.childStatus, text(outcome));
        return;
    }
    if (outcome.oops || outcome.processGone || outcome.hung) {
        report("answer", "the operation returned", text(outcome));
        return;
    }
    if (record.signal) {
        touchAnswer(record, outcome);
        return;
    }
    if (record.exit || !record.killedBy.empty()) {
        if (!outcome.ok() || !record.killedBy.empty())
            report("answer", record.killedBy.empty() ? "exit" : "killed by " + record.killedBy,
                   text(outcome));
        return;
    }
    const bool failed = record.ret && *record.ret < 0;
    const std::string recordText = !failed ? "done" : record.error.empty() ? "an error" : record.error;
    if (failed != !outcome.ok() || (failed && !record.error.empty() && record.error != text(outcome)))
        report("answer", recordText, text(outcome));
    if (record.address && outcome.ok() && record.address->raw() != outcome.value)
        report("ret", toText(*record.address), toHex(outcome.value));
    // A driver that finds no VMA there does not come to remap_pfn_range(), and answers EFAULT itself.
    const bool asked = record.error != mm::name(mm::Errno::Fault);
    if (asked && record.remapReturn && *record.remapReturn != -mm::number(outcome.error))
        report("remap_ret", std::to_string(*record.remapReturn), std::to_string(-mm::number(outcome.error)));
    if (asked && record.failuresLeft && *record.failuresLeft != outcome.failuresLeft)
        report("fail_left", std::to_string(*record.failuresLeft), std::to_string(outcome.failuresLeft));
}

void KernelReplay::touchAnswer(const RecordedAnswer& record, const mm::Outcome& outcome) {
    const RecordedSignal& signal = *record.signal;
    const std::string recordText = signal.name.empty() ? "done"
                                                       : fmt::format("{} si_code {} at {}", signal.name,
                                                                     signal.code, toText(signal.address));
    if (recordText != text(outcome))
        report("answer", recordText, text(outcome));
    const bool unknownWord = outcome.value >= kNumberedFrames && outcome.value < kDeviceFramesEnd;
    if (record.value && outcome.ok() && !unknownWord && *record.value != outcome.value)
        report("value", toHex(*record.value), toHex(outcome.value));
}

void KernelReplay::handlerCalls(const mm::HandlerCalls& record, const mm::HandlerCalls& model) {
    if (!(record == model))
        report("handler_calls", text(record), text(model));
}

void KernelReplay::dumps(const RecordedStep& step) {
    tables_.beginStep();
    if (step.mm)
        dumpOf("mm", kWorker, *step.mm, worker_);
    if (step.childMm)
        dumpOf("child_mm", childPid_, *step.childMm, child_);
    frames_.check(report_);
}

void KernelReplay::dumpOf(const char* name, machine::Pid pid, const RecordedMm& record, MmUnderTest& state) {
    if (!record.unchanged)
        state.lastRecorded = record.dump;
    const auto process = machine_.state().processes.find(pid);
    if (process == machine_.state().processes.end() || !process->second.mm)
        return report(name, "a process with an mm", "no such process, or none any more");
    MmDump model = dump(machine_.state(), *process->second.mm, names_);
    if (pid == kWorker) {
        state.pgtOffset = 0;
        if (!state.lastRecorded.rss)
            state.lastRecorded.rss.emplace();
    } else {
        model.rss.reset();
        if (!state.pgtOffset)
            state.pgtOffset = state.lastRecorded.pgt - model.pgt;
    }
    DumpComparison(name, tables_, frames_, report_).compare(state.lastRecorded, model, *state.pgtOffset);
    if (record.counts && !(*record.counts == count(model)))
        report(fmt::format("{} n", name), text(*record.counts), text(count(model)));
    const std::int64_t vmPte = (basePgtablesBytes_ + model.pgt + *state.pgtOffset) / kKiB;
    if (record.vmPte && *record.vmPte != vmPte)
        report(fmt::format("{} VmPTE_kB", name), std::to_string(*record.vmPte), std::to_string(vmPte));
}

Result<ReplaySummary> replayRecord(const std::string& path, const option::Option& option,
                                   const mm::KernelConfig& config, const DifferenceSink& sink) {
    Result<KernelRecord> record = KernelRecord::open(path);
    if (!record)
        return fail(record.error());
    ReplaySummary summary;
    std::unique_ptr<KernelReplay> replay;
    for (;;) {
        Result<std::optional<RecordedLine>> line = record->next();
        if (!line)
            return fail(line.error());
        if (!*line)
            return summary;
        if (const auto* step = std::get_if<RecordedStep>(&**line)) {
            if (!replay) {
                mm::KernelConfig itsConfig = config;
                itsConfig.debugVm = step->debugVm.value_or(config.debugVm);
                replay = std::make_unique<KernelReplay>(option, itsConfig, sink);
            }
            replay->step(*step);
            continue;
        }
        replay->end(std::get<RecordedEnd>(**line));
        ++summary.sequences;
        summary.differing += replay->differs() ? 1 : 0;
        replay.reset();
    }
}

} // namespace pfnscope::scenario

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/kernel.h"
#include "scenario/dump_comparison.h"
#include "scenario/kernel_record.h"

#include <functional>
#include <memory>

/// Replays the record of a real kernel on the model and compares the two, step by step.
namespace pfnscope::scenario {

struct Difference {
    std::string sequence;
    std::uint64_t step = 0;
    std::string op; ///< "end" for what the end line says
    std::string what;
    std::string record;
    std::string model;
    bool operator==(const Difference&) const = default;
};

struct ReplaySummary {
    std::uint64_t sequences = 0;
    std::uint64_t differing = 0;
};

using DifferenceSink = std::function<void(const Difference&)>;

/// One sequence. It runs in a process of its own on a machine of its own, as it did when it was recorded.
///
/// After every step the answer, the handler calls, VmPTE, the counts, and the dumps of the worker and of its
/// child are compared (see DumpComparison). What a record cannot know is left out: a child's pgtables_bytes
/// is recorded relative to the parent's beginning, so the first dump of a child fixes an offset that must
/// then hold; a child's rss is not recorded; the words of device memory beyond its first 64 MiB are not
/// known.
///
/// The end line: the verdict must be one that the model's run deserves, and `died_in` and `child_died_in` the
/// operation in which the model's kernel died. The function of an oops is compared in a way that does not
/// depend on what a compiler inlined: the innermost function that the record names, lock primitives
/// (`_raw_*`) passed over, must be on the model's call path, and the functions that both sides name must
/// come in the same order. A WARNING must name a function on the path of one of the model's warnings; one
/// that the record lacks is no difference, because WARN_ON_ONCE() may have printed it in an earlier sequence,
/// unless the record says that its warnings were armed again before each.
///
/// When the model's kernel dies where the record's went on, the rest of the sequence is not compared.
class KernelReplay {
public:
    KernelReplay(const option::Option& option, mm::KernelConfig config, DifferenceSink sink);
    ~KernelReplay();

    void step(const RecordedStep& step);
    void end(const RecordedEnd& end);
    bool differs() const { return differs_; }

private:
    struct Death {
        std::uint64_t step = 0;
        Actor actor = Actor::Worker;
        mm::Oops oops;
    };
    struct MmUnderTest {
        MmDump lastRecorded;
        std::optional<std::int64_t> pgtOffset;
    };

    void report(std::string what, std::string record, std::string model);
    void start(const RecordedStep& step);
    mm::Outcome run(const mm::Action& action, Actor actor);
    void answer(const RecordedStep& step, const mm::Outcome& outcome);
    void touchAnswer(const RecordedAnswer& answer, const mm::Outcome& outcome);
    void handlerCalls(const mm::HandlerCalls& record, const mm::HandlerCalls& model);
    void dumps(const RecordedStep& step);
    void dumpOf(const char* name, machine::Pid process, const RecordedMm& record, MmUnderTest& state);
    void finish(const RecordedEnd& end);
    void verdict(const RecordedEnd& end);
    void death(const char* key, Actor actor, const std::optional<RecordedDeath>& record);
    void oopsFunctions(const RecordedEnd& end);

    DifferenceSink sink_;
    Report report_;
    machine::Machine machine_;
    mm::Kernel kernel_;
    TableNames names_;
    TablePairs tables_;
    FramePairs frames_;
    MmUnderTest worker_;
    MmUnderTest child_;
    machine::Pid childPid_;
    std::int64_t basePgtablesBytes_ = 0;
    bool warningsArmed_ = false;
    std::uint64_t lastStep_ = 0;
    std::vector<Death> deaths_;
    Difference place_; ///< sequence, step and op of what is being compared
    bool differs_ = false;
    bool abandoned_ = false; ///< the model's kernel died before the record's
};

/// All sequences of a record, one after another; memory does not grow with the record. What a "start" step
/// says of its kernel's configuration goes before `config`.
Result<ReplaySummary> replayRecord(const std::string& path, const option::Option& option,
                                   const mm::KernelConfig& config, const DifferenceSink& sink);

} // namespace pfnscope::scenario

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json_lines.h"
#include "mm/operation.h"
#include "scenario/mm_dump.h"

#include <map>
#include <variant>

/// Records of a real kernel: what a test program did step by step, what the kernel answered, and what its
/// page tables looked like afterwards. One JSON object a line; the lines of a sequence stand together, from
/// its "start" step to its "end" line. The format is described in app/manual/kernel-records.md.
namespace pfnscope::scenario {

/// Who carries an operation out: the process of the sequence, or the child that it forked last.
enum class Actor : std::uint8_t { Worker, Child };

/// A signal's fields, as siginfo gives them.
struct RecordedSignal {
    std::string name; ///< empty: none
    int code = 0;
    VirtAddr address;
};

/// What the record says the operation answered; only what is given is compared.
struct RecordedAnswer {
    std::optional<std::int64_t> ret;
    std::optional<VirtAddr> address; ///< of mmap and mremap
    std::string error;               ///< "EINVAL"
    std::optional<RecordedSignal> signal;
    std::optional<std::uint64_t> value;
    std::optional<std::int64_t> exit;
    std::string killedBy;
    std::string childStatus; ///< "hung": the child oopsed in its exit and never ended
    std::optional<std::int64_t> remapReturn;
    std::optional<std::uint32_t> failuresLeft;
};

/// The state of one mm after a step. `unchanged` (in the file "="): as at the last dump of that mm.
struct RecordedMm {
    bool unchanged = false;
    MmDump dump;
    std::optional<TableCounts> counts;
    std::optional<std::int64_t> vmPte; ///< VmPTE of /proc/self/status, in KiB
};

struct RecordedStep {
    std::string sequence;
    std::uint64_t number = 0;
    std::string op;
    Actor actor = Actor::Worker;
    std::optional<mm::Action> action; ///< empty: the "start" step
    RecordedAnswer answer;
    mm::HandlerCalls handlerCalls;
    std::int64_t basePgtablesBytes = 0; ///< "start": what the process had before
    bool warningsArmed = false;         ///< "start": WARN_ON_ONCE() speaks once a sequence, not once a boot
    std::optional<bool> debugVm;        ///< "start": the kernel's CONFIG_DEBUG_VM, if the record says so
    std::optional<RecordedMm> mm;
    std::optional<RecordedMm> childMm;
};

/// An oops, BUG or WARNING of the kernel, as its log has it.
struct RecordedOops {
    std::string what;     ///< the first line
    std::string function; ///< from `rip`, or from "function+0x.." at the end of a WARNING; may be empty
    std::vector<std::string> trace; ///< its callers, innermost first; inlined ones are missing
};

/// The operation that never returned, or during which the child was found dead.
struct RecordedDeath {
    std::uint64_t number = 0;
    std::string op;
    Actor actor = Actor::Worker;
    std::optional<mm::Action> action;
};

struct RecordedEnd {
    std::string sequence;
    std::string worker;
    std::string verdict;
    std::vector<RecordedOops> oopses;
    std::optional<RecordedDeath> diedIn;
    std::optional<RecordedDeath> childDiedIn;
};

using RecordedLine = std::variant<RecordedStep, RecordedEnd>;

/// Reads a record line by line. Errors name file, line and column.
class KernelRecord {
public:
    static Result<KernelRecord> open(const std::string& path);
    /// The next step or end line; empty at the end of the file. A sequence that starts in the middle, or that
    /// another one interrupts, is an error.
    Result<std::optional<RecordedLine>> next();

private:
    explicit KernelRecord(JsonLines lines) : lines_(std::move(lines)) {}
    Result<void> checkOrder(const JsonCursor::Context& context, const std::string& sequence, bool starts,
                            bool ends);

    JsonLines lines_;
    JsonLine line_;
    std::string open_; ///< the sequence whose end has not come yet
};

/// The operation that `op` with `args` stands for; complains in the context of `args`.
struct RecordedOperation {
    Actor actor = Actor::Worker;
    std::optional<mm::Action> action;
};
RecordedOperation readOperation(const std::string& op, const JsonCursor& args, std::uint64_t step);

} // namespace pfnscope::scenario

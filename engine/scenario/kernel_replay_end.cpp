// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/kernel_replay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

/// The end of a sequence: exits, verdict, and where the kernel died.
namespace pfnscope::scenario {
namespace {

using machine::HappeningKind;

bool isLockPrimitive(std::string_view function) {
    return function.substr(0, 5) == "_raw_";
}

/// Innermost first, without lock primitives.
std::vector<std::string> path(const RecordedOops& oops) {
    std::vector<std::string> functions;
    if (!oops.function.empty() && !isLockPrimitive(oops.function))
        functions.push_back(oops.function);
    for (const std::string& caller : oops.trace)
        if (!isLockPrimitive(caller))
            functions.push_back(caller);
    return functions;
}

/// Without the outermost call, which is the operation and no kernel function.
std::vector<std::string> path(const mm::Oops& oops) {
    std::vector<std::string> functions{std::string(oops.function)};
    functions.insert(functions.end(), oops.trace.begin(), oops.trace.end());
    if (functions.size() > 1)
        functions.pop_back();
    return functions;
}

/// See KernelReplay: the innermost one is on our path, and what both name comes in one order.
bool agree(const std::vector<std::string>& record, const std::vector<std::string>& model) {
    if (record.empty())
        return true;
    const auto has = [](const std::vector<std::string>& functions, const std::string& one) {
        return std::find(functions.begin(), functions.end(), one) != functions.end();
    };
    if (!has(model, record.front()))
        return false;
    std::vector<std::string> ours;
    std::vector<std::string> theirs;
    std::copy_if(model.begin(), model.end(), std::back_inserter(ours),
                 [&](const std::string& one) { return has(record, one); });
    std::copy_if(record.begin(), record.end(), std::back_inserter(theirs),
                 [&](const std::string& one) { return has(model, one); });
    return ours == theirs;
}

/// A refusal by the option's rule: the recorded kernels say it with WARN_ON_ONCE().
bool isWarning(const machine::Happening& happening) {
    return happening.kind == HappeningKind::Warn || happening.kind == HappeningKind::Refused;
}

/// The functions on whose path the kernel model warned.
std::vector<std::string> warners(const machine::Journal& journal) {
    std::vector<std::string> functions;
    for (machine::Position i = 0; i < journal.end(); ++i) {
        const auto* happening = std::get_if<machine::Happening>(&journal.deltas()[i]);
        if (happening == nullptr || !isWarning(*happening))
            continue;
        functions.emplace_back(happening->what.substr(0, happening->what.find(':'))); // "function: check"
        for (std::optional<machine::CallId> call = journal.callOf(i); call; call = journal.call(*call).parent)
            functions.emplace_back(journal.call(*call).function);
    }
    return functions;
}

bool happened(const machine::Journal& journal, HappeningKind kind) {
    return std::any_of(journal.deltas().begin(), journal.deltas().end(), [&](const machine::Delta& delta) {
        const auto* happening = std::get_if<machine::Happening>(&delta);
        return happening != nullptr && happening->kind == kind;
    });
}

} // namespace

void KernelReplay::end(const RecordedEnd& end) {
    place_ = {end.sequence, lastStep_, "end", {}, {}, {}};
    if (abandoned_)
        return;
    finish(end);
    verdict(end);
    death("died_in", Actor::Worker, end.diedIn);
    death("child_died_in", Actor::Child, end.childDiedIn);
    oopsFunctions(end);
}

/// Runs what the record could not finish, or the exit of the processes that still live.
void KernelReplay::finish(const RecordedEnd& end) {
    ++place_.step;
    if (end.diedIn && end.diedIn->action) {
        place_.step = end.diedIn->number;
        run(*end.diedIn->action, end.diedIn->actor);
        return;
    }
    const auto alive = [&](machine::Pid pid) {
        const auto found = machine_.state().processes.find(pid);
        return found != machine_.state().processes.end() &&
               found->second.state == machine::ProcessState::Running;
    };
    if (alive(machine::Pid(1)))
        run(mm::Exit{}, Actor::Worker);
    if (childPid_.raw() != 0 && alive(childPid_))
        run(mm::Exit{}, Actor::Child);
}

void KernelReplay::verdict(const RecordedEnd& end) {
    const machine::Journal& journal = machine_.journal();
    std::vector<std::string> deserved;
    if (!deaths_.empty()) {
        deserved = {"oops", "hung"};
    } else {
        if (happened(journal, HappeningKind::BadPageTables))
            deserved.emplace_back("nonzero_pgtables");
        const bool warned =
            happened(journal, HappeningKind::Warn) || happened(journal, HappeningKind::Refused);
        if (warned)
            deserved.emplace_back("warn");
        // A kernel prints such a warning once, perhaps in an earlier sequence, unless it is armed again.
        if (deserved.empty() || (deserved.size() == 1 && warned && !warningsArmed_))
            deserved.emplace_back("clean");
    }
    if (std::find(deserved.begin(), deserved.end(), end.verdict) == deserved.end())
        report("verdict", end.verdict, fmt::format("{}", fmt::join(deserved, " or ")));
}

/// The death of the worker's system call is `died_in`; that of a child's exit, which the worker outlives, is
/// `child_died_in`. A child that dies in any other operation takes the worker along, which waits for it.
void KernelReplay::death(const char* key, Actor actor, const std::optional<RecordedDeath>& record) {
    if (!record)
        return;
    const bool found = std::any_of(deaths_.begin(), deaths_.end(), [&](const Death& one) {
        return one.step == record->number && (actor == Actor::Worker || one.actor == Actor::Child);
    });
    if (found)
        return;
    std::vector<std::string> ours;
    for (const Death& one : deaths_)
        ours.push_back(fmt::format("step {} in {}", one.step, one.oops.function));
    report(key, fmt::format("step {} {}", record->number, record->op),
           ours.empty() ? "nowhere" : fmt::format("{}", fmt::join(ours, ", ")));
}

void KernelReplay::oopsFunctions(const RecordedEnd& end) {
    for (const RecordedOops& oops : end.oopses) {
        const std::vector<std::string> recorded = path(oops);
        if (recorded.empty())
            continue;
        if (oops.what.find("WARNING") != std::string::npos) {
            const std::vector<std::string> ours = warners(machine_.journal());
            if (std::find(ours.begin(), ours.end(), recorded.front()) == ours.end())
                report("warning", recorded.front(),
                       ours.empty() ? "none" : fmt::format("{}", fmt::join(ours, " < ")));
            continue;
        }
        const bool known = std::any_of(deaths_.begin(), deaths_.end(),
                                       [&](const Death& one) { return agree(recorded, path(one.oops)); });
        if (!known)
            report("oops", fmt::format("{}", fmt::join(recorded, " < ")),
                   deaths_.empty() ? "none"
                                   : fmt::format("{}", fmt::join(path(deaths_.front().oops), " < ")));
    }
}

} // namespace pfnscope::scenario

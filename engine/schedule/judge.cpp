// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/judge.h"

#include <algorithm>
#include <numeric>

namespace pfnscope::schedule {
namespace {

bool died(const std::vector<mm::Outcome>& outcomes) {
    return std::any_of(outcomes.begin(), outcomes.end(),
                       [](const mm::Outcome& outcome) { return outcome.oops || outcome.hung; });
}

} // namespace

Judge::Judge(Start start, std::vector<mm::Operation> operations)
    : start_(start), operations_(std::move(operations)) {
    Order order(operations_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const machine::Mark mark = start_.machine.mark();
    do {
        std::vector<mm::Outcome> outcomes(operations_.size());
        check::Watch watch = start_.watch;
        const std::size_t known = watch.report().findings.size();
        for (const std::size_t which : order) {
            outcomes[which] = start_.kernel.run(operations_[which]);
            watch.after(operations_[which], outcomes[which], start_.step);
        }
        ends_.push_back(visible(start_.machine.state(), operations_, outcomes));
        if (!died(outcomes))
            exitAll(watch);
        const auto found = watch.findingsSince(known);
        alone_.insert(alone_.end(), found.begin(), found.end());
        orders_.push_back(order);
        start_.machine.rewind(mark);
    } while (std::next_permutation(order.begin(), order.end()));
}

bool Judge::isAlone(const check::Finding& finding) const {
    return std::any_of(alone_.begin(), alone_.end(), [&](const check::Finding& other) {
        return other.kind == finding.kind && other.function == finding.function;
    });
}

std::vector<check::Finding> Judge::inOrder(const Order& order, const std::vector<mm::Outcome>& outcomes,
                                           check::Watch& watch) const {
    const std::size_t known = watch.report().findings.size();
    for (const std::size_t which : order)
        watch.after(operations_[which], outcomes[which], start_.step, check::Moment::Later);
    return watch.findingsSince(known);
}

void Judge::exitAll(check::Watch& watch) {
    std::vector<machine::Pid> living;
    for (const auto& [pid, process] : start_.machine.state().processes)
        if (process.state == machine::ProcessState::Running && process.mm)
            living.push_back(pid);
    // Children before their parents.
    for (auto pid = living.rbegin(); pid != living.rend(); ++pid) {
        const mm::Operation exit{mm::Exit{}, *pid, {}};
        const mm::Outcome outcome = start_.kernel.run(exit);
        watch.after(exit, outcome, start_.step + 1);
    }
}

std::string Judge::strange(const std::vector<mm::Outcome>& outcomes) const {
    if (died(outcomes))
        return {};
    return unlikeAny(visible(start_.machine.state(), operations_, outcomes), ends_, operations_);
}

check::Watch Judge::explained(const std::vector<mm::Outcome>& outcomes) const {
    std::optional<check::Watch> best;
    std::vector<check::Finding> fewest;
    for (const Order& order : orders_) {
        check::Watch watch = start_.watch;
        std::vector<check::Finding> found = inOrder(order, outcomes, watch);
        if (!best || verdictOf(found) > verdictOf(fewest) ||
            (verdictOf(found) == verdictOf(fewest) && found.size() < fewest.size())) {
            best = std::move(watch);
            fewest = std::move(found);
        }
    }
    return std::move(*best);
}

check::Watch Judge::settle(const Execution& execution) const {
    const bool isFinished = execution.isFinished();
    check::Watch watch = isFinished ? explained(execution.outcomes()) : start_.watch;
    for (check::Finding& finding : execution.findings()) {
        finding.step = start_.step;
        watch.add(std::move(finding));
    }
    if (std::string words = isFinished ? strange(execution.outcomes()) : ""; !words.empty()) {
        check::FindingFacts facts{check::FindingKind::NoOrder};
        facts.check = std::move(words);
        watch.add({facts.kind,
                   start_.step,
                   std::string(mm::name(operations_.front().action)),
                   {},
                   sentence(facts)});
    }
    return watch;
}

std::vector<check::Finding> Judge::judge(const Execution& execution) {
    const std::size_t known = start_.watch.report().findings.size();
    check::Watch watch = settle(execution);
    if (execution.isFinished() && !died(execution.outcomes())) {
        start_.machine.setScheduler(nullptr);
        exitAll(watch);
    }
    return watch.findingsSince(known);
}

} // namespace pfnscope::schedule

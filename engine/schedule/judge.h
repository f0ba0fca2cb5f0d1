// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "check/watch.h"
#include "schedule/execution.h"
#include "schedule/mapped.h"

#include <vector>

namespace pfnscope::schedule {

/// Where operations overlap: a machine between operations, with all that has been seen of it so far.
struct Start {
    mm::Kernel& kernel;
    machine::Machine& machine;
    const check::Watch& watch;
    std::size_t step = 0; ///< what findings are to say
};

/// Overlapping operations promise no more than that they end as if done one after another, in some order. So
/// what is wrong with an execution is what is wrong with it whatever order is assumed, and what no order
/// could have led to.
class Judge {
public:
    /// Runs the operations one after another, in every order, and undoes it.
    Judge(Start start, std::vector<mm::Operation> operations);

    /// What is wrong with a finished or stuck execution: what showed on the way, what is wrong at its end,
    /// and after every process has exited. The machine is left somewhere behind it: rewind it.
    std::vector<check::Finding> judge(const Execution& execution);

    /// The same without the exits: the watch, gone on under the order that explains the execution best, with
    /// what it could not see by itself (on the way, and what no order leads to).
    check::Watch settle(const Execution& execution) const;

    /// What is wrong with the operations already when they do not overlap.
    const std::vector<check::Finding>& alone() const { return alone_; }
    /// Is it such a one? (Of that kind, in that function.)
    bool isAlone(const check::Finding& finding) const;

    const std::vector<mm::Operation>& operations() const { return operations_; }

private:
    using Order = std::vector<std::size_t>;
    std::vector<check::Finding> inOrder(const Order& order, const std::vector<mm::Outcome>& outcomes,
                                        check::Watch& watch) const;
    check::Watch explained(const std::vector<mm::Outcome>& outcomes) const;
    std::string strange(const std::vector<mm::Outcome>& outcomes) const;
    void exitAll(check::Watch& watch);

    Start start_;
    std::vector<mm::Operation> operations_;
    std::vector<Order> orders_;
    std::vector<Visible> ends_; ///< of each order
    std::vector<check::Finding> alone_;
};

} // namespace pfnscope::schedule

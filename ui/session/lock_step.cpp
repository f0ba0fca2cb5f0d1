// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/lock_step.h"

#include <algorithm>
#include <map>
#include <optional>

namespace pfnscope::ui {

namespace {

using machine::Call;
using machine::CallId;
using machine::Journal;
using machine::Position;

std::vector<CallId> childrenOf(const Journal& journal, CallId parent) {
    std::vector<CallId> children;
    const std::uint32_t operation = journal.call(parent).operation;
    for (std::uint32_t id = parent.raw() + 1; id < journal.calls().size(); ++id) {
        const Call& call = journal.calls()[id];
        if (call.operation != operation)
            break;
        if (call.parent == parent)
            children.emplace_back(CallId(id));
    }
    return children;
}

/// Where `to` stands after the calls that `from` had finished at `at`, and which call of `to` answers the one that
/// `from` is inside of.
struct Match {
    Position reached = 0;
    std::optional<CallId> inside;
    std::optional<CallId> answer;
};

Match matchChildren(const Journal& from, CallId parent, Position at, const Journal& to, CallId answerOfParent) {
    std::map<std::string_view, std::vector<CallId>> byName;
    for (const CallId id : childrenOf(to, answerOfParent))
        byName[to.call(id).function].push_back(id);
    std::map<std::string_view, std::size_t> seen;
    Match match;
    match.reached = to.call(answerOfParent).first;
    for (const CallId id : childrenOf(from, parent)) {
        const Call& call = from.call(id);
        if (call.first >= at)
            break;
        const auto& answers = byName[call.function];
        const std::size_t ordinal = seen[call.function]++;
        const bool finished = call.last <= at;
        if (ordinal < answers.size()) {
            if (finished)
                match.reached = std::max(match.reached, to.call(answers[ordinal]).last);
            else
                match.answer = answers[ordinal];
        }
        if (!finished) {
            match.inside = id;
            break;
        }
    }
    return match;
}

} // namespace

std::optional<std::size_t> operationAt(const Journal& journal, Position at) {
    const auto& operations = journal.operations();
    const auto found = std::lower_bound(operations.begin(), operations.end(), at, [&](CallId id, Position p) {
        return journal.call(id).last < p;
    });
    if (at == 0 || found == operations.end() || journal.call(*found).first >= at)
        return std::nullopt;
    return static_cast<std::size_t>(found - operations.begin());
}

Position lockStep(const Journal& from, std::size_t fromOperation, Position at, const Journal& to, std::size_t toOperation) {
    CallId here = from.operations()[fromOperation];
    CallId there = to.operations()[toOperation];
    while (at < from.call(here).last) {
        const Match match = matchChildren(from, here, at, to, there);
        if (!match.inside) {
            const Position offset = at - from.call(here).first;
            return std::clamp(to.call(there).first + offset, match.reached, to.call(there).last);
        }
        if (!match.answer)
            return match.reached;
        here = *match.inside;
        there = *match.answer;
    }
    return to.call(there).last;
}

} // namespace pfnscope::ui

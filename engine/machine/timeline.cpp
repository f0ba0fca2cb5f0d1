// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/timeline.h"

#include <algorithm>

namespace pfnscope::machine {
namespace {

/// Delta i and delta i+1 come from different calls, so a call was entered or left between them.
bool isFunctionBoundary(const Journal& journal, Position position) {
    return position == 0 || position >= journal.end() ||
           journal.callOf(position - 1) != journal.callOf(position);
}

bool isOperationBoundary(const Journal& journal, Position position) {
    return position == 0 || position >= journal.end() ||
           journal.call(journal.callOf(position - 1)).operation !=
               journal.call(journal.callOf(position)).operation;
}

bool isBoundary(const Journal& journal, Position position, StepDepth depth) {
    switch (depth) {
    case StepDepth::Operation:
        return isOperationBoundary(journal, position);
    case StepDepth::Function:
        return isFunctionBoundary(journal, position);
    case StepDepth::Write:
        return true;
    }
    return true;
}

} // namespace

Position Timeline::next(Position position, StepDepth depth) const {
    const Journal& journal = machine_.journal();
    if (position >= journal.end())
        return journal.end();
    if (depth == StepDepth::Operation) {
        const auto& call = journal.call(journal.callOf(position));
        return journal.call(journal.operations()[call.operation]).last;
    }
    do {
        ++position;
    } while (!isBoundary(journal, position, depth));
    return position;
}

Position Timeline::previous(Position position, StepDepth depth) const {
    const Journal& journal = machine_.journal();
    if (position == 0)
        return 0;
    if (depth == StepDepth::Operation) {
        const auto& call = journal.call(journal.callOf(position - 1));
        return journal.call(journal.operations()[call.operation]).first;
    }
    do {
        --position;
    } while (!isBoundary(journal, position, depth));
    return position;
}

bool Timeline::stepForward(StepDepth depth) {
    const Position target = next(position(), depth);
    if (target == position())
        return false;
    machine_.moveTo(target);
    return true;
}

bool Timeline::stepBack(StepDepth depth) {
    const Position target = previous(position(), depth);
    if (target == position())
        return false;
    machine_.moveTo(target);
    return true;
}

void Timeline::jump(Position position) {
    machine_.moveTo(std::min(position, end()));
}

std::optional<std::size_t> Timeline::operationAt(Position position) const {
    const Journal& journal = machine_.journal();
    if (position == 0 || journal.end() == 0)
        return std::nullopt;
    return journal.call(journal.callOf(std::min(position, journal.end()) - 1)).operation;
}

} // namespace pfnscope::machine

// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/session_model.h"

#include "session/lock_step.h"

#include <QSignalBlocker>

#include <algorithm>
#include <utility>

namespace pfnscope::ui {

using machine::Position;
using machine::StepDepth;

SessionModel::SessionModel(QObject* parent) : QObject(parent) {}
SessionModel::~SessionModel() = default;

void SessionModel::setRun(Run run) {
    const bool again = isOpen() && run.path == run_.path;
    const std::size_t stepBefore = again ? step_.value_or(0) : 0;
    if (!again)
        selection_.reset();
    run_ = std::move(run);
    ++revision_;
    active_ = 0;
    step_.reset();
    {
        const QSignalBlocker quiet(this); // nobody may look before everybody knows that it is another run
        moveToBegin();
        const bool asksFirst = !again && !run_.steps.empty() && !run_.steps.front().question.empty();
        if (!run_.steps.empty() && !asksFirst)
            moveToStep(std::min(stepBefore, run_.steps.size() - 1));
    }
    Q_EMIT opened();
}

void SessionModel::close() {
    run_ = {};
    ++revision_;
    selection_.reset();
    step_.reset();
    Q_EMIT opened();
}

void SessionModel::setActiveColumn(int index) {
    if (index == active_ || index < 0 || index >= columnCount())
        return;
    active_ = index;
    Q_EMIT selectionChanged();
}

std::optional<std::size_t> SessionModel::operationUpTo(int index, std::optional<std::size_t> step) const {
    const auto& stepOf = column(index).stepOfOperation;
    const auto end = std::upper_bound(stepOf.begin(), stepOf.end(), step); // steps are run in their order
    return end == stepOf.begin() ? std::nullopt : std::optional(std::size_t(end - stepOf.begin()) - 1);
}

Position SessionModel::endOfStep(int index, std::optional<std::size_t> step) const {
    const auto operation = operationUpTo(index, step);
    const machine::Journal& journal = column(index).journal();
    return operation ? journal.call(journal.operations()[*operation]).last : 0;
}

Position SessionModel::before(int index) const {
    const Position now = position(index);
    const auto operation = operationUpTo(index, step_);
    if (!step_ || !operation || column(index).stepOfOperation[*operation] != step_)
        return now; // this column did nothing in the step, or it is the set-up
    const machine::Journal& journal = column(index).journal();
    const Position first = journal.call(journal.operations()[*operation]).first;
    if (depth_ == StepDepth::Operation || now <= first)
        return std::min(first, now);
    return std::max(first, column(index).timeline().previous(now, depth_));
}

void SessionModel::follow(std::optional<std::size_t> step, Position position) {
    step_ = step;
    active().machine->moveTo(position);
    const auto leading = operationUpTo(active_, step_);
    const bool leads = leading && active().stepOfOperation[*leading] == step_;
    for (int i = 0; i < columnCount(); ++i) {
        if (i == active_)
            continue;
        const auto following = operationUpTo(i, step_);
        const bool both = leads && following && column(i).stepOfOperation[*following] == step_;
        column(i).machine->moveTo(both ? lockStep(active().journal(), *leading, position, column(i).journal(), *following)
                                       : endOfStep(i, step_));
    }
    Q_EMIT timeChanged();
}

bool SessionModel::strideStep(Direction direction) {
    std::optional<std::size_t> target;
    if (direction == Direction::Forward) {
        target = !step_ ? 0 : atEndOfStep() ? *step_ + 1 : *step_;
        if (*target >= run_.steps.size())
            return false;
    } else {
        if (!step_)
            return false;
        target = *step_ == 0 ? std::nullopt : std::optional(*step_ - 1);
    }
    follow(target, endOfStep(active_, target));
    return true;
}

bool SessionModel::stride(StepDepth depth, Direction direction) {
    if (!isOpen())
        return false;
    const StepDepth depthBefore = std::exchange(depth_, depth);
    if (depth == StepDepth::Operation) {
        if (strideStep(direction))
            return true;
        depth_ = depthBefore;
        return false;
    }
    const machine::Timeline timeline(*active().machine);
    const Position now = timeline.position();
    const Position then = direction == Direction::Forward ? timeline.next(now, depth) : timeline.previous(now, depth);
    if (then == now || then < endOfStep(active_, std::nullopt)) {
        depth_ = depthBefore;
        return false;
    }
    moveTo({active_, then});
    return true;
}

void SessionModel::moveTo(const Moment& moment) {
    if (!isOpen() || moment.column < 0 || moment.column >= columnCount())
        return;
    active_ = moment.column;
    const Position position = std::min(moment.position, active().journal().end());
    const auto operation = operationAt(active().journal(), position);
    const auto& stepOf = active().stepOfOperation;
    follow(operation && *operation < stepOf.size() ? stepOf[*operation] : std::nullopt, position);
}

void SessionModel::moveToStep(std::size_t index) {
    if (!isOpen() || index >= run_.steps.size())
        return;
    depth_ = StepDepth::Operation;
    follow(index, endOfStep(active_, index));
}

void SessionModel::moveToBegin() {
    if (!isOpen())
        return;
    depth_ = StepDepth::Operation;
    follow(std::nullopt, endOfStep(active_, std::nullopt));
}

void SessionModel::moveToEnd() {
    if (isOpen() && !run_.steps.empty())
        moveToStep(run_.steps.size() - 1);
}

void SessionModel::select(std::optional<Selection> selection) {
    if (selection == selection_)
        return;
    selection_ = std::move(selection);
    Q_EMIT selectionChanged();
}

std::optional<Pfn> SessionModel::selectedFrame(int column) const {
    return selection_ ? frameOf(column, *selection_) : std::nullopt;
}

std::optional<Pfn> SessionModel::frameOf(int column, const Selection& entry) const {
    const machine::State& state = this->column(column).state();
    if (entry.outside)
        return state.tableAt(*entry.outside) ? entry.outside : std::nullopt;
    for (const auto& [frame, table] : state.tables) {
        if (table.state == machine::TableState::Linked && table.mm == entry.table.mm && table.level == entry.table.level &&
            table.base == entry.table.base)
            return frame;
    }
    const auto mm = state.mms.find(entry.table.mm);
    if (mm != state.mms.end() && entry.table.level == hw::Level::Pgd)
        return mm->second.pgd;
    return std::nullopt;
}

void SessionModel::descend() {
    const auto frame = isOpen() ? selectedFrame(active_) : std::nullopt;
    if (!frame)
        return;
    const machine::State& state = active().state();
    for (const auto& [child, table] : state.tables) {
        if (table.state != machine::TableState::Linked || table.parent != *frame || table.index != selection_->index)
            continue;
        const auto words = state.memory.frame(child);
        const auto used = std::find_if(words.begin(), words.end(), [](Word word) { return word != 0; });
        select(selectionOf(active_, child, used == words.end() ? 0U : unsigned(used - words.begin())));
        return;
    }
}

void SessionModel::ascend() {
    const auto frame = isOpen() ? selectedFrame(active_) : std::nullopt;
    const machine::PageTable* table = frame ? active().state().tableAt(*frame) : nullptr;
    if (table && table->state == machine::TableState::Linked)
        select(selectionOf(active_, table->parent, table->index));
}

Selection SessionModel::selectionOf(int column, Pfn frame, unsigned index) const {
    const machine::PageTable* table = this->column(column).state().tableAt(frame);
    Selection selection;
    selection.index = index;
    const bool isRoot = table && table->level == hw::Level::Pgd;
    if (table && (isRoot || table->state == machine::TableState::Linked))
        selection.table = {table->mm, table->level, table->base};
    else
        selection.outside = frame;
    return selection;
}

} // namespace pfnscope::ui

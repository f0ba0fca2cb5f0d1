// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/timeline_lanes.h"

#include "models/text.h"
#include "scenario/runner.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

namespace pfnscope::ui {

namespace {

constexpr double kMarks = 11, kOperations = 17, kBand = 3, kFunctions = 15, kWrites = 10, kGap = 2;
constexpr double kHeld = 12, kCpu = kFunctions + kHeld, kCpuName = 34;
constexpr double kLeastFunction = 3; ///< narrower calls are not drawn apart
constexpr double kLeastWrite = 2;    ///< narrower writes become one bar
constexpr int kMostNames = 400;

QPainterPath flagAt(double x) {
    QPainterPath path(QPointF(x, kMarks));
    path.lineTo(x, 1);
    path.lineTo(x + 8, 3.5);
    path.lineTo(x, 6);
    return path;
}

QPainterPath crossAt(double x) {
    QPainterPath path;
    path.moveTo(x - 3.5, 2);
    path.lineTo(x + 3.5, 9);
    path.moveTo(x - 3.5, 9);
    path.lineTo(x + 3.5, 2);
    return path;
}

} // namespace

TimelineLanes::TimelineLanes(const PaneContext& context) : context_(context) {
    setObjectName(QStringLiteral("lanes"));
    setAccessibleName(tr("Operations, kernel functions and writes"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&context_.session, &SessionModel::opened, this, [this] {
        mostCpus_ = 0;
        for (int column = 0; column < context_.session.columnCount(); ++column)
            mostCpus_ = std::max(mostCpus_, mostCpuLanes(context_.session.column(column).journal()));
        updateGeometry();
    });
}

void TimelineLanes::setTheme(const Theme& theme) {
    theme_ = theme;
    update();
}

QSize TimelineLanes::sizeHint() const {
    return {160, int(laneArea(Lane::Writes).bottom()) + 2};
}

QRectF TimelineLanes::laneArea(Lane lane) const {
    const double bands = kBand * kMaxColumns;
    const double functions = std::max(kFunctions, kCpu * double(mostCpus_));
    const double tops[] = {0, kMarks, kMarks + kOperations, kMarks + kOperations + bands + kGap,
                           kMarks + kOperations + bands + 2 * kGap + functions};
    const double heights[] = {kMarks, kOperations, bands, functions, kWrites};
    const auto at = std::size_t(lane);
    return {1, tops[at], width() - 2.0, heights[at]};
}

QRectF TimelineLanes::timeArea(Lane lane) const {
    const machine::Call* operation = operationNow();
    const bool hasNames = operation && operation->function == scenario::kOverlap;
    return laneArea(lane).adjusted(hasNames ? kCpuName : 0, 0, 0, 0);
}

QRectF TimelineLanes::operationArea(std::size_t step) const {
    const QRectF lane = laneArea(Lane::Operations);
    const double width = lane.width() / double(std::max<std::size_t>(1, context_.session.steps().size()));
    return {lane.left() + width * double(step), lane.top(), width, lane.height()};
}

std::size_t TimelineLanes::stepAt(double x) const {
    const double share = (x - 1) / std::max(1.0, width() - 2.0);
    const auto count = double(context_.session.steps().size());
    return std::size_t(std::clamp(share * count, 0.0, std::max(0.0, count - 1)));
}

const machine::Call* TimelineLanes::operationNow() const {
    const SessionModel& session = context_.session;
    if (!session.isOpen() || !session.step())
        return nullptr;
    const auto& stepOf = session.active().stepOfOperation;
    const auto found = std::find(stepOf.begin(), stepOf.end(), session.step());
    if (found == stepOf.end())
        return nullptr;
    const machine::Journal& journal = session.active().journal();
    return &journal.call(journal.operations()[std::size_t(found - stepOf.begin())]);
}

std::vector<CpuLane> TimelineLanes::cpusNow() const {
    const machine::Call* operation = operationNow();
    return operation ? cpuLanes(context_.session.active().journal(), *operation) : std::vector<CpuLane>();
}

QStringList TimelineLanes::holdersNow() const {
    if (!context_.session.isOpen())
        return {};
    return holders(cpusNow(), context_.session.position(context_.session.activeColumn()));
}

bool TimelineLanes::hasFinding(int column, std::size_t step) const {
    const auto& findings = context_.session.column(column).report.findings;
    return std::any_of(findings.begin(), findings.end(),
                       [step](const check::Finding& each) { return each.step == step; });
}

bool TimelineLanes::isCrossed(std::size_t step) const {
    const SessionModel& session = context_.session;
    for (int column = 0; column < session.columnCount(); ++column) {
        const bool missedAtTheEnd =
            step + 1 == session.steps().size() && !session.column(column).mismatches.empty();
        if (hasFinding(column, step) || missedAtTheEnd)
            return true;
    }
    return false;
}

QStringList TimelineLanes::marks() const {
    QStringList lines;
    const SessionModel& session = context_.session;
    if (!session.isOpen())
        return lines;
    const std::vector<bool>& differs = context_.pictures.divergentSteps();
    for (std::size_t step = 0; step < session.steps().size(); ++step) {
        if (differs[step] && (step == 0 || !differs[step - 1]))
            lines << QStringLiteral("%1 flag").arg(step + 1);
        if (isCrossed(step))
            lines << QStringLiteral("%1 cross").arg(step + 1);
        const auto pin = context_.notebook.pins().find(step);
        if (pin != context_.notebook.pins().end())
            lines << QStringLiteral("%1 pin: %2").arg(step + 1).arg(pin->second);
    }
    return lines;
}

void TimelineLanes::paintMarks(QPainter& painter) const {
    const SessionModel& session = context_.session;
    const std::vector<bool>& differs = context_.pictures.divergentSteps();
    for (std::size_t step = 0; step < session.steps().size(); ++step) {
        const QRectF area = operationArea(step);
        if (differs[step] && (step == 0 || !differs[step - 1])) {
            painter.setPen(QPen(theme_.change(view::Mark::Changed), 1.2));
            painter.setBrush(theme_.change(view::Mark::Changed));
            painter.drawPath(flagAt(area.left() + 3));
        }
        painter.setBrush(Qt::NoBrush);
        if (isCrossed(step)) {
            painter.setPen(QPen(theme_.change(view::Mark::Removed), 2.2));
            painter.drawPath(crossAt(area.center().x()));
        }
        if (context_.notebook.isPinned(step)) {
            painter.setPen(QPen(theme_.text(), 1.2));
            painter.setBrush(theme_.selection());
            painter.drawLine(QPointF(area.right() - 8, 5), QPointF(area.right() - 8, kMarks));
            painter.drawEllipse(QPointF(area.right() - 8, 4), 3.2, 3.2);
        }
    }
}

void TimelineLanes::drawBlock(QPainter& painter, const QRectF& area, const QString& text, bool current,
                              bool past) const {
    const QColor fill = current ? theme_.ink(view::Role::TablePointer).fill
                        : past  ? theme_.panel()
                                : theme_.background();
    painter.setPen(QPen(current ? theme_.selection() : theme_.grid(), current ? 2 : 1));
    painter.setBrush(fill);
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5));
    if (area.width() < 14)
        return;
    painter.setPen(past || current ? theme_.text() : theme_.faintText());
    const QString shown = painter.fontMetrics().elidedText(text, Qt::ElideRight, int(area.width()) - 4);
    painter.drawText(area.adjusted(3, 0, -1, 0), Qt::AlignLeft | Qt::AlignVCenter, shown);
}

void TimelineLanes::paintOperations(QPainter& painter) const {
    const SessionModel& session = context_.session;
    const auto now = session.step();
    const auto& steps = session.steps();
    if (operationArea(0).width() < 3) { // thousands of steps: a bar with a cursor
        drawBlock(painter, laneArea(Lane::Operations), tr("%1 operations").arg(steps.size()), false, false);
        if (now)
            painter.fillRect(operationArea(*now).adjusted(-1, 0, 1, 0), theme_.selection());
        return;
    }
    for (std::size_t step = 0; step < steps.size(); ++step) {
        const QString name = qt(steps[step].title).section(u':', 0, 0);
        drawBlock(painter, operationArea(step), QStringLiteral("%1 %2").arg(step + 1).arg(name), now == step,
                  now && step < *now);
    }
}

void TimelineLanes::paintBands(QPainter& painter) const {
    const SessionModel& session = context_.session;
    const QRectF lane = laneArea(Lane::Bands);
    const bool dense =
        operationArea(0).width() < kLeastFunction; // thousands of steps: one line, and what is wrong
    for (int column = 0; column < session.columnCount(); ++column) {
        const double y = lane.top() + kBand * column;
        if (dense) {
            painter.setPen(QPen(theme_.series(column), 1.4, theme_.seriesDash(column)));
            painter.drawLine(QPointF(lane.left(), y + 1.5), QPointF(lane.right(), y + 1.5));
        }
        for (const auto& step : session.column(column).stepOfOperation) {
            if (!step || (dense && !hasFinding(column, *step)))
                continue; // a gap is a step in which the column does nothing
            const QRectF area = operationArea(*step);
            const QColor colour =
                hasFinding(column, *step) ? theme_.change(view::Mark::Removed) : theme_.series(column);
            painter.setPen(QPen(colour, hasFinding(column, *step) ? 3 : 1.4, theme_.seriesDash(column)));
            painter.drawLine(QPointF(area.left() + 1, y + 1.5), QPointF(area.right() - 1, y + 1.5));
        }
    }
}

void TimelineLanes::paintFunctions(QPainter& painter) const {
    const machine::Call* operation = operationNow();
    const QRectF lane = laneArea(Lane::Functions);
    if (!operation || operation->last == operation->first) {
        drawBlock(painter, {lane.topLeft(), QSizeF(lane.width(), kFunctions)},
                  tr("no kernel function writes in this step"), false, false);
        return;
    }
    const std::vector<CpuLane> cpus = cpusNow();
    if (cpus.empty())
        paintCalls(painter, {lane.topLeft(), QSizeF(lane.width(), kFunctions)}, std::nullopt);
    for (std::size_t i = 0; i < cpus.size(); ++i)
        paintCpu(painter, cpus[i], lane.top() + kCpu * double(i));
}

/// The calls of the current operation, or what of them one CPU does.
void TimelineLanes::paintCalls(QPainter& painter, const QRectF& row,
                               std::optional<machine::CpuId> cpu) const {
    const machine::Call* operation = operationNow();
    const SessionModel& session = context_.session;
    const machine::Journal& journal = session.active().journal();
    const machine::Position now = session.position(session.activeColumn());
    const double scale = row.width() / double(operation->last - operation->first);
    const machine::Position stride =
        std::max<machine::Position>(1, machine::Position(kLeastFunction / scale));
    int names = 0;
    for (machine::Position at = operation->first; at < operation->last && names < kMostNames;) {
        const machine::CallId call = journal.callOf(at);
        machine::Position end = at + 1;
        const auto goesOn = [&](machine::CallId next) {
            return next == call || (end - at < stride && journal.call(next).cpu == journal.call(call).cpu);
        };
        while (end < operation->last && goesOn(journal.callOf(end)))
            ++end;
        if (!cpu || journal.call(call).cpu == *cpu) {
            const QRectF area(row.left() + double(at - operation->first) * scale, row.top(),
                              double(end - at) * scale, row.height());
            drawBlock(painter, area, qt(journal.call(call).function), at < now && now <= end, end < now);
            ++names;
        }
        at = end;
    }
}

/// What a CPU does, and under it which locks it holds meanwhile.
void TimelineLanes::paintCpu(QPainter& painter, const CpuLane& lane, double top) const {
    const machine::Call* operation = operationNow();
    const SessionModel& session = context_.session;
    const machine::Position now = session.position(session.activeColumn());
    const QRectF time = timeArea(Lane::Functions);
    const double scale = time.width() / double(operation->last - operation->first);
    painter.setPen(theme_.text());
    painter.drawText(QRectF(time.left() - kCpuName, top, kCpuName, kFunctions),
                     Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("CPU%1").arg(lane.cpu.raw()));
    paintCalls(painter, {time.left(), top, time.width(), kFunctions}, lane.cpu);
    painter.setPen(QPen(theme_.grid(), 1));
    painter.drawLine(QPointF(time.left(), top + kFunctions + kHeld / 2),
                     QPointF(time.right(), top + kFunctions + kHeld / 2));
    for (const LockSpan& span : lane.spans) {
        const QRectF area(time.left() + double(span.from - operation->first) * scale, top + kFunctions,
                          double(span.to - span.from) * scale, kHeld - 1);
        const bool current = span.from <= now && now < span.to;
        painter.setPen(QPen(current ? theme_.selection() : theme_.grid(), 1));
        painter.setBrush(theme_.panel());
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5));
        if (area.width() < 14)
            continue;
        painter.setPen(theme_.text());
        painter.drawText(
            area.adjusted(3, 0, -1, 0), Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(shortNames(span.held), Qt::ElideRight, int(area.width()) - 4));
    }
}

void TimelineLanes::paintWrites(QPainter& painter) const {
    const machine::Call* operation = operationNow();
    if (!operation || operation->last == operation->first)
        return;
    const SessionModel& session = context_.session;
    const QRectF lane = timeArea(Lane::Writes);
    const machine::Position count = operation->last - operation->first;
    const double width = lane.width() / double(count);
    const machine::Position now = session.position(session.activeColumn());
    const auto done = double(std::clamp(now, operation->first, operation->last) - operation->first);
    painter.fillRect(QRectF(lane.left(), lane.top() + 2, done * width, lane.height() - 4),
                     theme_.ink(view::Role::TablePointer).line);
    painter.setPen(QPen(theme_.grid(), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(lane.adjusted(0.5, 2.5, -0.5, -2.5));
    for (machine::Position write = 1; width >= kLeastWrite && write < count; ++write) {
        const double x = lane.left() + double(write) * width;
        painter.drawLine(QPointF(x, lane.top() + 2), QPointF(x, lane.bottom() - 2));
    }
    painter.setPen(QPen(theme_.selection(), 2));
    painter.drawLine(QPointF(lane.left() + done * width, lane.top()),
                     QPointF(lane.left() + done * width, lane.bottom()));
}

void TimelineLanes::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.background());
    if (!context_.session.isOpen() || context_.session.steps().empty())
        return;
    painter.setFont(textFont(10));
    painter.setRenderHint(QPainter::Antialiasing);
    paintMarks(painter);
    paintOperations(painter);
    paintBands(painter);
    paintFunctions(painter);
    paintWrites(painter);
}

void TimelineLanes::goTo(const QPointF& at) {
    SessionModel& session = context_.session;
    if (!session.isOpen() || session.steps().empty())
        return;
    if (at.y() < laneArea(Lane::Functions).top()) {
        if (const std::size_t step = stepAt(at.x()); session.step() != step || !session.atEndOfStep())
            session.moveToStep(step);
        return;
    }
    const machine::Call* operation = operationNow();
    if (!operation)
        return;
    const QRectF time = timeArea(Lane::Writes);
    const double share = std::clamp((at.x() - time.left()) / std::max(1.0, time.width()), 0.0, 1.0);
    const auto count = double(operation->last - operation->first);
    const machine::Position position =
        std::max(operation->first + 1, operation->first + machine::Position(share * count + 0.5));
    if (position != session.position(session.activeColumn()))
        session.moveTo({session.activeColumn(), position});
}

void TimelineLanes::mousePressEvent(QMouseEvent* event) {
    goTo(event->position());
}

void TimelineLanes::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton)
        goTo(event->position());
}

bool TimelineLanes::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && context_.session.isOpen() && !context_.session.steps().empty()) {
        auto* help = static_cast<QHelpEvent*>(event);
        const std::size_t step = stepAt(help->pos().x());
        QStringList lines{
            QStringLiteral("%1 %2").arg(step + 1).arg(qt(context_.session.steps()[step].title))};
        if (help->pos().y() >= laneArea(Lane::Functions).top())
            lines << holdersNow();
        for (const QString& mark : marks()) {
            if (mark.startsWith(QStringLiteral("%1 ").arg(step + 1)))
                lines << mark.section(u' ', 1);
        }
        QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace pfnscope::ui

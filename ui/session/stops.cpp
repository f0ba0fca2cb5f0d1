// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/stops.h"

#include "check/finding.h"
#include "models/text.h"

#include <algorithm>

namespace pfnscope::ui {

namespace {

/// Every place where a run of the active column stops, in no order.
std::vector<Stop> stopsOf(const SessionModel& session, const Notebook& notebook) {
    std::vector<Stop> stops;
    const int column = session.activeColumn();
    for (const machine::Call& call : session.active().journal().calls()) {
        const QString function = qt(call.function);
        const auto& parts = notebook.breakpoints();
        const bool stopsHere = call.last > call.first &&
                               std::any_of(parts.begin(), parts.end(),
                                           [&](const QString& part) { return function.contains(part); });
        if (stopsHere)
            stops.push_back({call.first + 1, {}, QStringLiteral("breakpoint in ") + function});
    }
    for (const auto& [step, note] : notebook.pins()) {
        if (step < session.steps().size())
            stops.push_back({session.endOfStep(column, step), step, QStringLiteral("bookmark: ") + note});
    }
    for (const check::Finding& finding : session.active().report.findings)
        stops.push_back(
            {session.endOfStep(column, finding.step), finding.step, qt(check::name(finding.kind))});
    return stops;
}

} // namespace

std::optional<Stop> nextStop(const SessionModel& session, const Notebook& notebook, Direction direction) {
    if (!session.isOpen())
        return std::nullopt;
    const machine::Position now = session.position(session.activeColumn());
    const bool forward = direction == Direction::Forward;
    std::optional<Stop> nearest;
    for (Stop& stop : stopsOf(session, notebook)) {
        // Steps without a write share a position: their number tells them apart.
        const bool sameMoment =
            stop.position == now && (!stop.step || (stop.step == session.step() && session.atEndOfStep()));
        const bool later =
            stop.position > now || (stop.position == now && stop.step && session.step() < stop.step);
        if (sameMoment || later != forward)
            continue;
        const bool nearer =
            !nearest || (forward ? stop.position < nearest->position : stop.position > nearest->position);
        if (nearer)
            nearest = std::move(stop);
    }
    return nearest;
}

} // namespace pfnscope::ui

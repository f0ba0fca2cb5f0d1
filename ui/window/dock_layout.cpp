// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/dock_layout.h"

#include "panels/pane.h"

#include <QDockWidget>
#include <QMainWindow>

#include <algorithm>

namespace pfnscope::ui {

namespace {

struct Place {
    const char* pane;
    Qt::DockWidgetArea area;
};

// Panes of one area are stacked in this order; the tables at the bottom share one place as tabs.
constexpr Place kPlaces[] = {
    {"pane.script", Qt::LeftDockWidgetArea},       {"pane.calls", Qt::LeftDockWidgetArea},
    {"pane.inspector", Qt::RightDockWidgetArea},   {"pane.editor", Qt::RightDockWidgetArea},
    {"pane.findings", Qt::BottomDockWidgetArea},   {"pane.ledger", Qt::BottomDockWidgetArea},
    {"pane.predicates", Qt::BottomDockWidgetArea}, {"pane.differences", Qt::BottomDockWidgetArea},
    {"pane.verdicts", Qt::BottomDockWidgetArea},   {"pane.events", Qt::BottomDockWidgetArea},
    {"pane.frames", Qt::BottomDockWidgetArea},     {"pane.tlb", Qt::BottomDockWidgetArea},
    {"pane.matrix", Qt::BottomDockWidgetArea},     {"pane.notebook", Qt::BottomDockWidgetArea},
    {"pane.explore", Qt::BottomDockWidgetArea},
};
constexpr auto kTimeline = "pane.timeline";

QStringList panesOf(Preset preset) {
    const QStringList tables{QStringLiteral("pane.findings"), QStringLiteral("pane.ledger"), QStringLiteral("pane.predicates"),
                             QStringLiteral("pane.differences"), QStringLiteral("pane.verdicts"), QStringLiteral("pane.matrix")};
    const QStringList states{QStringLiteral("pane.events"), QStringLiteral("pane.frames"), QStringLiteral("pane.tlb"),
                             QStringLiteral("pane.notebook")};
    const QString script = QStringLiteral("pane.script"), timeline = QString::fromLatin1(kTimeline);
    switch (preset) {
    case Preset::Explore: return QStringList{script, QStringLiteral("pane.calls"), QStringLiteral("pane.inspector"), timeline} + tables + states;
    case Preset::Review: return QStringList{script, timeline} + tables;
    case Preset::Teach: return {script, timeline};
    case Preset::Minimal: return {};
    }
    return {};
}

} // namespace

QString name(Preset preset) {
    switch (preset) {
    case Preset::Explore: return QStringLiteral("explore");
    case Preset::Review: return QStringLiteral("review");
    case Preset::Teach: return QStringLiteral("teach");
    case Preset::Minimal: return QStringLiteral("minimal");
    }
    return {};
}

void DockLayout::add(Pane& pane) {
    auto* dock = new QDockWidget(pane.title(), &window_);
    dock->setObjectName(QStringLiteral("dock.") + pane.objectName());
    dock->setWidget(&pane);
    const auto isHere = [&pane](const Place& place) { return pane.objectName() == QLatin1String(place.pane); };
    const auto* place = std::find_if(std::begin(kPlaces), std::end(kPlaces), isHere);
    const bool hasTab = place != std::end(kPlaces) && place->area == Qt::BottomDockWidgetArea;
    if (hasTab || pane.objectName() == QLatin1String(kTimeline)) // its tab, or what it shows, says its name
        dock->setTitleBarWidget(new QWidget(dock));
    QObject::connect(dock, &QDockWidget::visibilityChanged, &pane, &Pane::lookAgain); // its tab was chosen
    docks_.append(dock);
}

QDockWidget* DockLayout::dock(const QString& paneName) const {
    for (QDockWidget* dock : docks_) {
        if (dock->widget()->objectName() == paneName)
            return dock;
    }
    return nullptr;
}

void DockLayout::placeAll() {
    window_.setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    window_.setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    QDockWidget* timeline = dock(QString::fromLatin1(kTimeline));
    timeline->setFloating(false);
    window_.addDockWidget(Qt::BottomDockWidgetArea, timeline);
    QDockWidget* tab = nullptr;
    QDockWidget* right = nullptr;
    for (const Place& place : kPlaces) {
        QDockWidget* dock = this->dock(QString::fromLatin1(place.pane));
        if (!dock)
            continue;
        dock->setFloating(false);
        QDockWidget*& first = place.area == Qt::RightDockWidgetArea ? right : tab;
        const bool shares = place.area != Qt::LeftDockWidgetArea;
        if (shares && first) {
            window_.tabifyDockWidget(first, dock);
        } else {
            window_.addDockWidget(place.area, dock);
            if (place.area == Qt::BottomDockWidgetArea) // above the timeline, while neither is in a stack of tabs
                window_.splitDockWidget(dock, timeline, Qt::Vertical);
            if (shares)
                first = dock;
        }
    }
    window_.setTabPosition(Qt::BottomDockWidgetArea, QTabWidget::North);
    window_.setTabPosition(Qt::RightDockWidgetArea, QTabWidget::North);
}

void DockLayout::showOnly(const QStringList& names) {
    for (QDockWidget* dock : docks_)
        dock->setVisible(names.contains(dock->widget()->objectName())); // placing a dock shows it
}

void DockLayout::apply(Preset preset) {
    const QStringList names = panesOf(preset);
    placeAll();
    showOnly(names);
    const auto sized = [&](const char* pane, Qt::Orientation direction, double share) {
        QDockWidget* dock = this->dock(QString::fromLatin1(pane));
        const int room = direction == Qt::Horizontal ? window_.width() : window_.height();
        if (dock && names.contains(QString::fromLatin1(pane)))
            window_.resizeDocks({dock}, {int(room * share)}, direction);
    };
    const bool teach = preset == Preset::Teach;
    sized("pane.script", Qt::Horizontal, teach ? 0.27 : 0.185);
    sized("pane.script", Qt::Vertical, 0.55);
    sized("pane.calls", Qt::Vertical, 0.4);
    sized("pane.inspector", Qt::Horizontal, 0.245);
    sized("pane.findings", Qt::Vertical, preset == Preset::Review ? 0.24 : 0.2);
    sized(kTimeline, Qt::Vertical, 0.15);
    const QString raised = preset == Preset::Review ? QStringLiteral("pane.differences") : QStringLiteral("pane.findings");
    if (QDockWidget* dock = this->dock(raised))
        dock->raise();
}

} // namespace pfnscope::ui

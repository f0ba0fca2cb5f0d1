// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "canvas/canvas_view.h"
#include "panels/pane.h"

class QLabel;

namespace pfnscope::ui {

/// One option: a heading with its verdict and the settings that differ, and its canvas.
class CanvasColumn : public QWidget {
    Q_OBJECT
public:
    CanvasColumn(const PaneContext& context, int index, const Theme& theme);

    CanvasView& canvas() const { return *canvas_; }
    void setTheme(const Theme& theme);
    void refresh();
    /// What makes the column another than the first: its settings that differ, or its story.
    QString settings() const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QString heading() const;
    void showSettings();
    QStringList differingRules() const;
    /// Whole rules, as many as fit into so many pixels, and how many more there are.
    QString settingsWithin(int room) const;
    bool isLesson() const;
    /// Of a script that asks questions only what has come out up to this step.
    check::Verdict verdictToShow() const;
    void chooseEntry(const view::EntryRef& entry);

    PaneContext context_;
    int index_;
    Theme theme_;
    QLabel* heading_;
    QLabel* settings_; ///< in one line, as much of it as there is room for
    CanvasView* canvas_;
};

} // namespace pfnscope::ui

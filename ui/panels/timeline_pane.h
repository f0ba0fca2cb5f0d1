// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/pane.h"

class QCPAxisRect;
class QCPItemStraightLine;
class QCustomPlot;
class QLabel;
class QSlider;

namespace pfnscope::ui {

class TimelineLanes;

/// Time as three lanes and a slider, and beside them what it cost so far, a line an option.
class TimelinePane : public Pane {
    Q_OBJECT
public:
    explicit TimelinePane(const PaneContext& context);

    QString asText() override;
    void setTheme(const Theme& theme) override;
    QCustomPlot& plot() const { return *plot_; }
    /// The curves as a picture (png, pdf) or as a table (csv: a line a change, a column an option and curve), by the end of
    /// the name; empty for another.
    QByteArray exported(const QString& ending) const;
    TimelineLanes& lanes() const { return *lanes_; }

protected:
    void refresh() override;

private:
    void buildPlot();
    void fillPlot();
    void placeCursor();
    /// Steps are as wide as one another; what a step wrote lies evenly inside it.
    double timeOf(int column, machine::Position position) const;
    void scrub(int value);
    QString words() const;
    QByteArray asCsv() const;

    QSlider* slider_;
    QLabel* label_;
    QCustomPlot* plot_;
    TimelineLanes* lanes_;
    std::vector<QCPAxisRect*> areas_;
    std::vector<QCPItemStraightLine*> cursors_;
    bool moving_ = false;
    bool rebuild_ = true;
};

} // namespace pfnscope::ui

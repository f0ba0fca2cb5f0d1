// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/cpu_lanes.h"
#include "panels/pane.h"

namespace pfnscope::ui {

/// Time in three lanes: the script's operations; the kernel functions of the current one; its single writes.
/// Where operations overlap the functions have a lane a CPU, and under each of these stands which locks the
/// CPU holds. Over the operations stand flags (columns differ), crosses (a finding, or what was expected did
/// not happen) and pins (bookmarks); under them a band a column. A click or a drag in a lane goes there.
class TimelineLanes : public QWidget {
    Q_OBJECT
public:
    explicit TimelineLanes(const PaneContext& context);

    void setTheme(const Theme& theme);
    /// What stands over the operations, as text: "3 flag", "4 cross", "2 pin: look here".
    QStringList marks() const;
    /// Who holds which locks at this moment, a line a CPU; none where operations do not overlap.
    QStringList holdersNow() const;
    QRectF operationArea(std::size_t step) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    enum class Lane { Marks, Operations, Bands, Functions, Writes };
    QRectF laneArea(Lane lane) const;
    /// Of Functions and Writes, the part that is to the scale of time.
    QRectF timeArea(Lane lane) const;
    void paintMarks(QPainter& painter) const;
    void paintOperations(QPainter& painter) const;
    void paintBands(QPainter& painter) const;
    void paintFunctions(QPainter& painter) const;
    void paintCalls(QPainter& painter, const QRectF& row, std::optional<machine::CpuId> cpu) const;
    void paintCpu(QPainter& painter, const CpuLane& lane, double top) const;
    void paintWrites(QPainter& painter) const;
    void drawBlock(QPainter& painter, const QRectF& area, const QString& text, bool current, bool past) const;
    void goTo(const QPointF& at);
    bool hasFinding(int column, std::size_t step) const;
    bool isCrossed(std::size_t step) const;
    std::size_t stepAt(double x) const;
    /// The operation of the active column that belongs to the current step; null where it does nothing.
    const machine::Call* operationNow() const;
    std::vector<CpuLane> cpusNow() const;

    PaneContext context_;
    Theme theme_;
    std::size_t mostCpus_ = 0; ///< lanes that there must be room for
};

} // namespace pfnscope::ui

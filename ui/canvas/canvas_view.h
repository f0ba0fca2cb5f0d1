// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "canvas/canvas_items.h"
#include "canvas/cell_grid.h"

#include <QGraphicsView>

#include <map>
#include <optional>
#include <string>

namespace pfnscope::ui {

class FadeOverlay;
class MapOverlay;
class PresenterOverlay;

/// A box that a step marks.
struct ChangedArea {
    QRectF area;
    bool isDeposit = false; ///< what the picture is about
};

/// The page-table graph of one option: pans, zooms, and lets entries be chosen by mouse and keys.
class CanvasView : public QGraphicsView {
    Q_OBJECT
public:
    /// Near enough to read the bits of one entry among those of 512 tables in one box.
    static constexpr double kLargest = 1500;

    explicit CanvasView(const Theme& theme, QWidget* parent = nullptr);

    /// Items keep their place and their identity; only what differs is painted again.
    void setDiagram(const view::Diagram& diagram);
    void setTheme(const Theme& theme);
    const view::Diagram& diagram() const { return diagram_; }

    void fit();
    /// As large as the width allows, but never too small to read: what a canvas begins with.
    void showReadable();
    void zoom(double factor);
    void zoomTo(double scale);
    double scale() const { return transform().m11(); }
    /// Dims what does not hold this text; empty: nothing.
    void setFilter(const QString& text);
    void setMapVisible(bool visible);
    /// Scrolls no more than it must.
    void reveal(const view::EntryRef& entry);
    /// What this step marks.
    std::vector<ChangedArea> changedAreas() const;
    /// Scrolls to a deposit among these, or else to the deepest, and to as many others near it as there is room for;
    /// without any to the selection.
    void revealAreas(std::vector<ChangedArea> areas);
    void revealSelection();
    /// Shows the same part of the layout as another column, as large.
    void follow(const CanvasView& other);
    PresenterOverlay& presenter() const { return *presenter_; }
    /// Of the cross-fade from one step to the next; 0: none.
    void setFadeDuration(int milliseconds);

    /// A row, as box and row of diagram(), and where its cells are drawn or meant the one of them.
    struct Spot {
        std::size_t box = 0;
        std::size_t row = 0;
        std::optional<std::uint32_t> cell;
        bool operator==(const Spot&) const = default;
    };
    std::optional<Spot> selectedSpot() const;
    std::optional<Spot> spotOf(const view::EntryRef& entry) const;
    QRectF areaOf(const Spot& spot) const;
    /// Of what is wider than the view its left edge, where the words begin.
    void bringIntoView(QRectF area);
    /// Nearer to the selected entry: to the cells of its run, to its word, to its bits; from there back to
    /// all of it.
    void zoomInto();

Q_SIGNALS:
    void entryChosen(view::EntryRef entry);
    void tableChosen(Pfn table);
    void descendAsked(); ///< to the table that the selected entry references
    void ascendAsked();  ///< to the entry that references the selected table
    void zoomed(double scale);
    void shownReadable();
    void resized();
    void viewMoved(); ///< panned or zoomed by this view's own doing
    void watchAsked(view::EntryRef entry);
    void hovered(const QString& text);
    void focused();

protected:
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    bool viewportEvent(QEvent* event) override;
    /// Tab goes from table to table while there is a next one.
    bool focusNextPrevChild(bool next) override;

private:
    std::optional<Spot> spotUnder(const QPoint& at) const;
    void choose(const std::optional<Spot>& spot);
    std::optional<view::EntryRef> entryAt(const Spot& spot) const;
    CellGrid gridOf(const Spot& spot) const;
    std::optional<Spot> cellBeside(const Spot& from, Qt::Key key) const;
    std::optional<Spot> spotBeside(const std::optional<Spot>& now, Qt::Key key) const;
    std::optional<Spot> entryBeside(const Spot& from, int step) const;
    std::optional<Spot> firstEntry(std::size_t box) const;
    std::optional<Spot> tableBeside(int step) const;
    QString words(const QPoint& at) const;
    void settled(double scale);

    Theme theme_;
    std::shared_ptr<const DiagramPainter> painter_;
    view::Diagram diagram_;
    std::map<std::string, std::unique_ptr<BoxItem>> boxes_;
    std::map<std::string, std::unique_ptr<EdgesItem>> edges_;
    QString filter_;
    MapOverlay* map_;
    FadeOverlay* fade_;
    PresenterOverlay* presenter_;
    QPoint panFrom_;
    bool panning_ = false;
    bool spaceHeld_ = false;
    bool everFitted_ = false;
    bool following_ = false;
};

} // namespace pfnscope::ui

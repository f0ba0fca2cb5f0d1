// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_accessible.h"

#include "canvas/canvas_view.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <algorithm>
#include <map>

namespace pfnscope::ui {

namespace {

class CanvasAccessible;

/// A box (`row` < 0), or one row of it. It holds its place, not the box: a step makes a new diagram.
class PartAccessible : public QAccessibleInterface {
public:
    PartAccessible(CanvasAccessible& canvas, int box, int row) : canvas_(canvas), box_(box), row_(row) {}

    bool isValid() const override;
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* childAt(int x, int y) const override;
    QAccessibleInterface* parent() const override;
    QAccessibleInterface* child(int index) const override;
    int childCount() const override;
    int indexOfChild(const QAccessibleInterface* child) const override;
    QString text(QAccessible::Text kind) const override;
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override;
    QAccessible::Role role() const override { return row_ < 0 ? QAccessible::List : QAccessible::ListItem; }
    QAccessible::State state() const override;

    int box() const { return box_; }
    int row() const { return row_; }

private:
    const view::Box& shown() const;
    CanvasAccessible& canvas_;
    int box_;
    int row_;
};

class CanvasAccessible : public QAccessibleWidget {
public:
    explicit CanvasAccessible(CanvasView* view) : QAccessibleWidget(view, QAccessible::Tree) {}
    ~CanvasAccessible() override {
        for (const auto& [place, id] : parts_)
            QAccessible::deleteAccessibleInterface(id);
    }

    CanvasView& view() const { return *static_cast<CanvasView*>(widget()); }
    const std::vector<view::Box>& boxes() const { return view().diagram().boxes; }
    int childCount() const override { return int(boxes().size()); }
    QAccessibleInterface* child(int index) const override { return part(index, -1); }
    QAccessibleInterface* focusChild() const override {
        const auto spot = view().hasFocus() ? view().selectedSpot() : std::nullopt;
        return spot ? part(int(spot->box), int(spot->row)) : nullptr;
    }
    int indexOfChild(const QAccessibleInterface* child) const override {
        const auto* box = dynamic_cast<const PartAccessible*>(child);
        return box ? box->box() : -1;
    }
    QAccessibleInterface* part(int box, int row) const {
        if (box < 0 || box >= childCount())
            return nullptr;
        const auto [place, isNew] = parts_.try_emplace({box, row}, 0U);
        if (isNew)
            place->second = QAccessible::registerAccessibleInterface(
                new PartAccessible(const_cast<CanvasAccessible&>(*this), box, row));
        return QAccessible::accessibleInterface(place->second);
    }

private:
    mutable std::map<std::pair<int, int>, QAccessible::Id> parts_;
};

const view::Box& PartAccessible::shown() const {
    return canvas_.boxes()[std::size_t(box_)];
}

bool PartAccessible::isValid() const {
    return box_ < canvas_.childCount() && row_ < int(shown().rows.size());
}

QAccessibleInterface* PartAccessible::childAt(int x, int y) const {
    for (int row = 0; row < childCount(); ++row) {
        if (child(row)->rect().contains(x, y))
            return child(row);
    }
    return nullptr;
}

QAccessibleInterface* PartAccessible::parent() const {
    return row_ < 0 ? static_cast<QAccessibleInterface*>(&canvas_) : canvas_.part(box_, -1);
}

QAccessibleInterface* PartAccessible::child(int index) const {
    return index >= 0 && index < childCount() ? canvas_.part(box_, index) : nullptr;
}

int PartAccessible::childCount() const {
    return row_ < 0 && isValid() ? int(shown().rows.size()) : 0;
}

int PartAccessible::indexOfChild(const QAccessibleInterface* child) const {
    const auto* part = dynamic_cast<const PartAccessible*>(child);
    return part && part->box() == box_ ? part->row() : -1;
}

/// "==:..": what a VMA is mapped by, part by part, as shares that can be listened to.
static QString stripWords(const std::string& strip) {
    static const std::pair<char, const char*> kinds[] = {{view::cover::kPte, "by 4K pages"},
                                                         {view::cover::kPmd, "by 2M leaves"},
                                                         {view::cover::kPud, "by 1G leaves"},
                                                         {view::cover::kPartly, "in part"},
                                                         {view::cover::kNone, "not at all"}};
    QStringList shares;
    for (const auto& [cell, words] : kinds) {
        const auto count = std::count(strip.begin(), strip.end(), cell);
        if (count > 0)
            shares << QStringLiteral("%1 of %2 %3").arg(count).arg(strip.size()).arg(QLatin1String(words));
    }
    return shares.isEmpty() ? QStringLiteral("the VMA is gone") : QStringLiteral("mapped ") + shares.join(QStringLiteral(", "));
}

/// The mark is a letter and a frame for the eye; here it is a word.
static QString nameOf(const view::Row& row) {
    const char* mark = row.mark == view::Mark::Added     ? "new: "
                       : row.mark == view::Mark::Removed ? "gone: "
                       : row.mark == view::Mark::Changed ? "changed: "
                                                         : "";
    const QString words = row.kind == view::RowKind::Strip ? stripWords(row.text)
                                                           : QString::fromStdString(row.index + " " + row.text);
    return QLatin1String(mark) + words;
}

QString PartAccessible::text(QAccessible::Text kind) const {
    if (!isValid() || (kind != QAccessible::Name && kind != QAccessible::Description))
        return {};
    const view::Box& box = shown();
    if (row_ < 0)
        return QString::fromStdString(kind == QAccessible::Name ? box.title : box.tooltip);
    const view::Row& row = box.rows[std::size_t(row_)];
    return kind == QAccessible::Name ? nameOf(row) : QString::fromStdString(row.tooltip);
}

QRect PartAccessible::rect() const {
    if (!isValid())
        return {};
    const QRectF area =
        row_ < 0 ? DiagramPainter::rectOf(shown()) : DiagramPainter::rowRect(shown(), std::size_t(row_));
    const QRect inView = canvas_.view().mapFromScene(area).boundingRect();
    return {canvas_.view().viewport()->mapToGlobal(inView.topLeft()), inView.size()};
}

QAccessible::State PartAccessible::state() const {
    QAccessible::State state;
    state.selectable = true;
    state.focusable = row_ >= 0;
    state.selected = isValid() && (row_ < 0 ? shown().selected : shown().rows[std::size_t(row_)].selected);
    state.focused = state.selected && row_ >= 0 && canvas_.view().hasFocus();
    return state;
}

QAccessibleInterface* interfaceOf(const QString&, QObject* object) {
    auto* view = qobject_cast<CanvasView*>(object);
    return view ? new CanvasAccessible(view) : nullptr;
}

} // namespace

void announceSelection(CanvasView& view) {
    const auto spot = QAccessible::isActive() ? view.selectedSpot() : std::nullopt;
    auto* canvas = spot ? dynamic_cast<CanvasAccessible*>(QAccessible::queryAccessibleInterface(&view)) : nullptr;
    if (canvas == nullptr)
        return;
    QAccessibleEvent focus(canvas->part(int(spot->box), int(spot->row)), QAccessible::Focus);
    QAccessible::updateAccessibility(&focus);
}

void installCanvasAccessibility() {
    QAccessible::installFactory(interfaceOf);
}

} // namespace pfnscope::ui

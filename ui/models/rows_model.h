// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/moment.h"
#include "theme/theme.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <functional>
#include <optional>

namespace pfnscope::ui {

/// One cell of a pane's table.
struct Cell {
    QString text;
    view::Role role = view::Role::Plain;
    view::Mark mark = view::Mark::None;
    bool hatched = false; ///< what it says is no longer so
};

/// Where a click on a row leads.
struct Target {
    std::optional<Moment> moment;
    std::optional<Selection> selection;
    std::function<void()> act = {}; ///< what a click does beside going there
};

/// Rows that are made when they are asked for: a history of 10^5 writes costs what is on the screen.
struct Rows {
    QStringList headers;
    int count = 0;
    std::uint64_t story = 0; ///< rows of one story are the same rows, wherever `current` is; 0: they may not be
    int current = -1; ///< the row of this moment; -1: none
    std::function<Cell(int row, int column)> cell;
    std::function<Target(int row)> target; ///< empty: rows lead nowhere

    /// All rows at once, for short tables.
    static Rows of(QStringList headers, QList<QList<Cell>> cells, QList<Target> targets = {});
    /// Tab-separated lines under their headers: the pane's textual twin.
    QString asText() const;
};

class RowsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Rows of the story that is shown already are not shown anew.
    void setRows(Rows rows);
    void setTheme(const Theme& theme);
    const Rows& rows() const { return rows_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Rows rows_;
    Theme theme_;
};

} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rows_model.h"

#include <QBrush>
#include <QFont>

namespace pfnscope::ui {

Rows Rows::of(QStringList headers, QList<QList<Cell>> cells, QList<Target> targets) {
    Rows rows;
    rows.headers = std::move(headers);
    rows.count = int(cells.size());
    rows.cell = [cells = std::move(cells)](int row, int column) { return cells.at(row).value(column); };
    if (!targets.isEmpty())
        rows.target = [targets = std::move(targets)](int row) { return targets.value(row); };
    return rows;
}

QString Rows::asText() const {
    QStringList lines{headers.join(u'\t')};
    for (int row = 0; row < count; ++row) {
        QStringList line;
        for (int column = 0; column < headers.size(); ++column) {
            const Cell made = cell(row, column);
            line << (made.mark == view::Mark::None ? made.text : QString(QLatin1Char(view::letter(made.mark))) + made.text);
        }
        lines << line.join(u'\t');
    }
    return lines.join(u'\n');
}

void RowsModel::setRows(Rows rows) {
    if (rows.story != 0 && rows.story == rows_.story) {
        rows_.current = rows.current;
        return;
    }
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

void RowsModel::setTheme(const Theme& theme) {
    beginResetModel();
    theme_ = theme;
    endResetModel();
}

int RowsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : rows_.count;
}

int RowsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(rows_.headers.size());
}

QVariant RowsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const bool asked = role == Qt::DisplayRole || role == Qt::ToolTipRole || role == Qt::BackgroundRole ||
                       role == Qt::ForegroundRole || role == Qt::FontRole;
    if (!asked)
        return {};
    const Cell cell = rows_.cell(index.row(), index.column());
    switch (role) {
    case Qt::DisplayRole: return cell.mark == view::Mark::None ? cell.text : QChar(QLatin1Char(view::letter(cell.mark))) + (u' ' + cell.text);
    case Qt::ToolTipRole: return cell.text;
    case Qt::BackgroundRole:
        if (cell.hatched)
            return QBrush(theme_.ink(view::Role::Fault).line, Qt::BDiagPattern);
        return cell.role == view::Role::Plain ? QVariant() : QBrush(theme_.ink(cell.role).fill);
    case Qt::ForegroundRole: return cell.mark == view::Mark::None ? theme_.text() : theme_.change(cell.mark);
    case Qt::FontRole: {
        QFont font = monoFont(12);
        font.setBold(cell.mark != view::Mark::None || cell.role == view::Role::Fault);
        return font;
    }
    default: return {};
    }
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole)
        return rows_.headers.value(section);
    return {};
}

} // namespace pfnscope::ui

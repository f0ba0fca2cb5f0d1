// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/rows_model.h"
#include "panels/pane.h"

#include <functional>

class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QTableView;

namespace pfnscope::ui {

/// A pane that is a table of rows, with a search field; a click on a row goes to its moment and entry.
class TablePane : public Pane {
    Q_OBJECT
public:
    using Source = std::function<Rows(const PaneContext&)>;
    /// `empty`: what is said when there is no row.
    TablePane(const PaneContext& context, const QString& name, const QString& title, Source source, const QString& empty);

    QString asText() override;
    void setTheme(const Theme& theme) override;
    void focusSearch();
    const RowsModel& model() const { return *model_; }
    QTableView& view() const { return *view_; }

protected:
    void refresh() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void shareWidth();
    void goTo(const QModelIndex& index);
    void showCurrent();

    Source source_;
    RowsModel* model_;
    QSortFilterProxyModel* filter_;
    QTableView* view_;
    QLineEdit* search_;
    QLabel* nothing_;
};

} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/table_pane.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <vector>

namespace pfnscope::ui {

namespace {
constexpr int kRowsMeasured = 60; ///< column widths are taken from that many rows
constexpr int kSearchFrom = 8;    ///< fewer rows need no search field
} // namespace

TablePane::TablePane(const PaneContext& context, const QString& name, const QString& title, Source source,
                     const QString& empty)
    : Pane(context, name, title), source_(std::move(source)), model_(new RowsModel(this)),
      filter_(new QSortFilterProxyModel(this)), view_(new QTableView), search_(new QLineEdit), nothing_(new QLabel(empty)) {
    filter_->setSourceModel(model_);
    filter_->setFilterKeyColumn(-1);
    filter_->setFilterCaseSensitivity(Qt::CaseInsensitive);
    view_->setModel(filter_);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::SingleSelection);
    view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view_->setShowGrid(false);
    view_->setWordWrap(false);
    view_->setAlternatingRowColors(true);
    view_->verticalHeader()->hide();
    view_->horizontalHeader()->setStretchLastSection(true);
    view_->horizontalHeader()->setResizeContentsPrecision(kRowsMeasured);
    view_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    view_->setAccessibleName(title);
    view_->viewport()->installEventFilter(this);
    search_->setPlaceholderText(tr("Filter %1").arg(title.toLower()));
    search_->setClearButtonEnabled(true);
    nothing_->setAlignment(Qt::AlignCenter);
    nothing_->setWordWrap(true);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(4);
    layout->addWidget(search_);
    layout->addWidget(view_, 1);
    layout->addWidget(nothing_, 1);
    connect(search_, &QLineEdit::textChanged, filter_, &QSortFilterProxyModel::setFilterFixedString);
    // Rows read the run they were made of, and it is gone.
    connect(&context_.session, &SessionModel::opened, this, [this] {
        if (isStale())
            model_->setRows({});
    });
    connect(view_, &QTableView::clicked, this, &TablePane::goTo);
    connect(view_, &QTableView::activated, this, &TablePane::goTo);
}

void TablePane::setTheme(const Theme& theme) {
    model_->setTheme(theme);
    Pane::setTheme(theme);
}

void TablePane::refresh() {
    Rows rows = context_.session.isOpen() ? source_(context_) : Rows{};
    const bool same = rows.story != 0 && rows.story == model_->rows().story;
    model_->setRows(std::move(rows));
    if (same) {
        showCurrent();
        return;
    }
    const bool any = model_->rowCount() > 0;
    view_->setVisible(any);
    nothing_->setVisible(!any);
    search_->setVisible(model_->rowCount() >= kSearchFrom || !search_->text().isEmpty());
    view_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 5);
    shareWidth();
    showCurrent();
}

/// Columns that want more than there is share what the narrow ones leave; what is cut is in the tool tip.
void TablePane::shareWidth() {
    QHeaderView& header = *view_->horizontalHeader();
    header.setStretchLastSection(false); // what it wants, too, and not what it has got
    view_->resizeColumnsToContents();
    std::vector<int> wanted, least;
    for (int column = 0; column < header.count(); ++column) {
        wanted.push_back(header.sectionSize(column));
        least.push_back(header.sectionSizeHint(column)); // its name can be read
    }
    const auto widthOf = [&](std::size_t column, int most) { return std::min(wanted[column], std::max(most, least[column])); };
    const auto widthOfAll = [&](int most) {
        int all = 0;
        for (std::size_t column = 0; column < wanted.size(); ++column)
            all += widthOf(column, most);
        return all;
    };
    int most = wanted.empty() ? 0 : *std::max_element(wanted.begin(), wanted.end());
    while (most > 0 && widthOfAll(most) > view_->viewport()->width())
        --most;
    for (std::size_t column = 0; column < wanted.size(); ++column)
        header.resizeSection(int(column), widthOf(column, most));
    header.setStretchLastSection(true);
}

bool TablePane::eventFilter(QObject* watched, QEvent* event) {
    if (watched == view_->viewport() && event->type() == QEvent::Resize)
        shareWidth();
    return Pane::eventFilter(watched, event);
}

void TablePane::showCurrent() {
    const int row = model_->rows().current;
    if (row < 0)
        return;
    const QModelIndex shown = filter_->mapFromSource(model_->index(row, 0));
    view_->setCurrentIndex(shown);
    view_->scrollTo(shown, QAbstractItemView::PositionAtCenter);
}

void TablePane::goTo(const QModelIndex& index) {
    const Rows& rows = model_->rows();
    if (!index.isValid() || !rows.target)
        return;
    const Target target = rows.target(filter_->mapToSource(index).row());
    if (target.moment)
        context_.session.moveTo(*target.moment);
    if (target.selection)
        context_.session.select(target.selection);
    if (target.act)
        target.act();
}

QString TablePane::asText() {
    bringUpToDate();
    return model_->rows().asText();
}

void TablePane::focusSearch() {
    search_->show();
    search_->setFocus();
    search_->selectAll();
}

} // namespace pfnscope::ui

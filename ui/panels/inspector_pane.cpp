// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/inspector_pane.h"

#include "models/text.h"
#include "panels/entry_words_html.h"
#include "view/entry_words.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {

constexpr std::size_t kWritersShown = 200;

QTableWidget* makeTable(const QStringList& headers, const QString& name) {
    auto* table = new QTableWidget(0, int(headers.size()));
    table->setObjectName(name);
    table->setHorizontalHeaderLabels(headers);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setStretchLastSection(true);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // what is cut is said below, and in the tool tip
    table->setTextElideMode(Qt::ElideRight);
    table->setWordWrap(false);
    table->horizontalHeader()->setMinimumSectionSize(40);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return table;
}

QLabel* makeWords(const char* name) {
    auto* label = new QLabel;
    label->setObjectName(QLatin1String(name));
    label->setWordWrap(true);
    label->setTextFormat(Qt::RichText);
    label->setTextInteractionFlags(Qt::TextBrowserInteraction);
    return label;
}

void fitColumns(QTableWidget& table, int lines = 1) {
    for (int column = 0; column + 1 < table.columnCount(); ++column)
        table.resizeColumnToContents(column);
    table.verticalHeader()->setDefaultSectionSize(lines * table.fontMetrics().height() + 4);
}

void put(QTableWidget& table, int row, int column, const QString& text, bool strong = false) {
    auto* item = new QTableWidgetItem(text);
    QFont font = monoFont(12);
    font.setBold(strong);
    item->setFont(font);
    item->setToolTip(text);
    table.setItem(row, column, item);
}

QString bitsOf(const hw::BitField& field) {
    return field.high == field.low ? QString::number(field.low)
                                   : QStringLiteral("%1..%2").arg(field.high).arg(field.low);
}

QString writerName(machine::Writer writer) {
    switch (writer) {
    case machine::Writer::Mmu:
        return QStringLiteral("MMU");
    case machine::Writer::Kernel:
        return QStringLiteral("kernel");
    case machine::Writer::User:
        return QStringLiteral("program");
    }
    return {};
}

} // namespace

InspectorPane::InspectorPane(const PaneContext& context)
    : Pane(context, QStringLiteral("pane.inspector"), tr("Inspector")), place_(makeWords("place")), word_(new QLabel),
      ruler_(new BitRuler), draftBar_(new QWidget), draftWords_(makeWords("draft")),
      run_(new QPushButton(tr("Run as a column"))), discard_(new QPushButton(tr("Discard"))),
      fields_(makeTable({tr("Field"), tr("Bits"), tr("Value"), tr("Here it means")}, QStringLiteral("fields"))),
      fieldWords_(makeWords("fieldWords")), why_(makeWords("why")), neighbours_(makeWords("neighbours")),
      writers_(makeTable({tr("Step"), tr("Written by, before -> after")}, QStringLiteral("writers"))) {
    word_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    word_->setObjectName(QStringLiteral("word"));
    fields_->setAccessibleName(tr("Fields of the entry"));
    writers_->setAccessibleName(tr("Who wrote this entry, the latest first"));
    writers_->setToolTip(tr("Click a line to go to the moment of the write."));
    makeLayout();
    connect(ruler_, &BitRuler::bitClicked, this, &InspectorPane::pickBit);
    connect(ruler_, &BitRuler::bitToggled, this, &InspectorPane::turnBit);
    connect(fields_, &QTableWidget::currentCellChanged, this, [this](int row) { explainRow(row); });
    connect(writers_, &QTableWidget::cellClicked, this, [this](int row) {
        context_.session.moveTo({context_.session.activeColumn(), written_[std::size_t(row)].position + 1});
    });
    connect(neighbours_, &QLabel::linkActivated, this, [this](const QString& link) {
        link == QStringLiteral("up") ? context_.session.ascend() : context_.session.descend();
    });
    connect(run_, &QPushButton::clicked, this, [this] {
        if (draft_)
            Q_EMIT whatIfAsked(table_, index_, *draft_);
    });
    connect(discard_, &QPushButton::clicked, this, [this] {
        draft_.reset();
        showDraft();
    });
}

void InspectorPane::makeLayout() {
    run_->setObjectName(QStringLiteral("runWhatIf"));
    auto* buttons = new QHBoxLayout(draftBar_);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->addWidget(draftWords_, 1);
    buttons->addWidget(run_);
    buttons->addWidget(discard_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->setSpacing(4);
    for (QWidget* widget : std::initializer_list<QWidget*>{place_, word_, ruler_, draftBar_})
        layout->addWidget(widget);
    layout->addWidget(fields_, 4);
    for (QWidget* widget : std::initializer_list<QWidget*>{fieldWords_, why_, neighbours_})
        layout->addWidget(widget);
    layout->addWidget(writers_, 2);
    layout->addStretch(0);
}

QList<QWidget*> InspectorPane::parts() const {
    return {word_, ruler_, fields_, fieldWords_, why_, neighbours_, writers_};
}

void InspectorPane::setTheme(const Theme& theme) {
    ruler_->setTheme(theme);
    Pane::setTheme(theme);
}

void InspectorPane::showNothing() {
    word_->clear(); // asText() says what can be seen, and nothing can
    fields_->setRowCount(0);
    writers_->setRowCount(0);
    why_->clear();
    draft_.reset();
    place_->setText(context_.session.selection()
                        ? tr("The selected table does not exist at this moment in this column.")
                        : tr("Click an entry of a table, or move to one with Tab and the arrow keys."));
    for (QWidget* widget : parts())
        widget->hide();
    draftBar_->hide();
}

void InspectorPane::showFields(Word word, Word changes, hw::Level level) {
    const hw::Geometry& geometry = context_.session.active().state().geometry();
    ruler_->setWord(word, view::formatOf(word, level, geometry), changes);
    const auto readings = view::readEntry(word, level, geometry);
    fields_->setRowCount(int(readings.size()));
    int row = 0;
    for (const view::FieldReading& reading : readings) { // high bits first, as the ruler
        const bool changed = (changes & reading.field.mask()) != 0;
        const QString helper = kernelHelper(reading.field.name, level);
        put(*fields_, row, 0, qt(reading.field.name), changed);
        put(*fields_, row, 1, bitsOf(reading.field), changed);
        put(*fields_, row, 2,
            reading.field.width() > 3 ? qt(toHex(reading.value)) : QString::number(reading.value), changed);
        put(*fields_, row, 3, helper.isEmpty() ? qt(reading.words) : helper + QStringLiteral("  ") + qt(reading.words), changed);
        fields_->item(row, 3)->setFont(textFont(12));
        fields_->item(row, 0)->setToolTip(
            QStringLiteral("%1 (%2)").arg(qt(reading.field.meaning), qt(reading.field.section)));
        fields_->item(row, 0)->setData(Qt::UserRole, int(reading.field.low));
        ++row;
    }
    fitColumns(*fields_);
    fields_->setAutoScroll(false); // the high bits stay in sight until somebody asks for others
    pickBit(ruler_->cursor());
    fields_->setAutoScroll(true);
}

void InspectorPane::explainRow(int row) {
    if (row < 0 || !fields_->item(row, 3))
        return;
    fieldWords_->setText(QStringLiteral("<b>%1</b> = %2: %3 <i>%4</i>")
                             .arg(fields_->item(row, 0)->text().toHtmlEscaped(), fields_->item(row, 2)->text(),
                                  fields_->item(row, 3)->text().toHtmlEscaped(),
                                  fields_->item(row, 0)->toolTip().section(u'(', -1).chopped(1)));
}

void InspectorPane::showWriters(Pfn frame, unsigned index) {
    const SessionModel& session = context_.session;
    const Column& column = session.active();
    written_ = view::writersOf(column.journal(), frame, index, session.position(session.activeColumn()),
                               kWritersShown);
    writers_->setRowCount(int(written_.size()));
    for (int row = 0; row < int(written_.size()); ++row) {
        const view::WordWrite& write = written_[std::size_t(row)];
        const auto step = write.operation < column.stepOfOperation.size()
                              ? column.stepOfOperation[write.operation]
                              : std::nullopt;
        put(*writers_, row, 0, step ? QString::number(*step + 1) : tr("set-up"));
        put(*writers_, row, 1,
            QStringLiteral("%1 (%2)\n%3 -> %4")
                .arg(qt(write.function), writerName(write.writer), qt(toHex(write.before)), qt(toHex(write.after))));
        writers_->item(row, 1)->setFont(monoFont(11)); // two words of 64 bits fit into the pane
    }
    fitColumns(*writers_, 2);
}

void InspectorPane::showDraft() {
    const machine::PageTable* table = context_.session.active().state().tableAt(table_);
    const Word shown = draft_.value_or(wordNow_);
    word_->setText(groupedHex(shown));
    showFields(shown, draft_ ? *draft_ ^ wordNow_ : wordNow_ ^ wordBefore_, table->level);
    draftBar_->setVisible(draft_.has_value());
    if (draft_)
        draftWords_->setText(tr("<b>What if</b> instead of %1").arg(groupedHex(wordNow_)));
}

void InspectorPane::refresh() {
    const SessionModel& session = context_.session;
    const auto frame = session.isOpen() ? session.selectedFrame(session.activeColumn()) : std::nullopt;
    const machine::PageTable* table = frame ? session.active().state().tableAt(*frame) : nullptr;
    if (!table) {
        showNothing();
        return;
    }
    for (QWidget* widget : parts())
        widget->show();
    const int column = session.activeColumn();
    const unsigned index = session.selection()->index;
    const machine::State& state = session.active().state();
    const Word word = state.memory.read(*frame, index);
    if (*frame != table_ || index != index_ || session.position(column) != at_ || word != wordNow_)
        draft_.reset(); // it was of another entry, or of another moment
    table_ = *frame;
    index_ = index;
    at_ = session.position(column);
    wordNow_ = word;
    wordBefore_ = session.at(column, session.before(column), [&](const machine::State& before) {
        return before.memory.read(*frame, index);
    });
    const QString deposited = table->state == machine::TableState::Deposited ? tr(", deposited") : QString();
    place_->setText(tr("<b>%1 entry %2</b> of the table at pfn %3%4, option %5")
                        .arg(qt(view::upperName(table->level)))
                        .arg(index)
                        .arg(qt(toHex(frame->raw())), deposited, qt(session.active().name())) +
                    QStringLiteral("<br>") + splitAsHtml(state, *frame, index));
    word_->setFont(monoFont(14));
    showDraft();
    why_->setText(walkAsHtml(state, *frame, index, theme_));
    neighbours_->setText(neighboursAsHtml(state, *frame, index, theme_));
    showWriters(*frame, index);
}

void InspectorPane::pickBit(int bit) {
    for (int row = 0; row < fields_->rowCount(); ++row) {
        if (fields_->item(row, 0)->data(Qt::UserRole).toInt() <= bit) { // high bits first
            fields_->selectRow(row);
            explainRow(row);
            return;
        }
    }
}

void InspectorPane::turnBit(int bit) {
    const Word turned = draft_.value_or(wordNow_) ^ (Word{1} << bit);
    draft_ = turned == wordNow_ ? std::nullopt : std::optional(turned);
    showDraft();
}

QString InspectorPane::asText() {
    bringUpToDate();
    QStringList lines{place_->text(), word_->text(), why_->text(), neighbours_->text()};
    for (QTableWidget* table : {fields_, writers_}) {
        for (int row = 0; row < table->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < table->columnCount(); ++column)
                cells << table->item(row, column)->text();
            lines << cells.join(u'\t');
        }
    }
    return lines.join(u'\n');
}

} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/inspector_pane.h"

#include "models/text.h"
#include "view/entry_words.h"

#include <QHeaderView>
#include <QLabel>
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
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return table;
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
    : Pane(context, QStringLiteral("pane.inspector"), tr("Inspector")), place_(new QLabel), word_(new QLabel),
      ruler_(new BitRuler), fields_(makeTable({tr("Field"), tr("Bits"), tr("Value"), tr("Here it means")},
                                              QStringLiteral("fields"))),
      why_(new QLabel), writers_(makeTable({tr("Step"), tr("Function"), tr("By"), tr("Before -> after")},
                                           QStringLiteral("writers"))) {
    place_->setWordWrap(true);
    place_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    word_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    word_->setObjectName(QStringLiteral("word"));
    why_->setWordWrap(true);
    why_->setTextFormat(Qt::RichText);
    why_->setObjectName(QStringLiteral("why"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->setSpacing(4);
    layout->addWidget(place_);
    layout->addWidget(word_);
    layout->addWidget(ruler_);
    layout->addWidget(fields_, 3);
    layout->addWidget(why_);
    layout->addWidget(writers_, 1);
    connect(ruler_, &BitRuler::bitClicked, this, &InspectorPane::pickBit);
    connect(writers_, &QTableWidget::cellClicked, this, [this](int row) {
        context_.session.moveTo({context_.session.activeColumn(), written_[std::size_t(row)].position + 1});
    });
}

void InspectorPane::setTheme(const Theme& theme) {
    ruler_->setTheme(theme);
    Pane::setTheme(theme);
}

void InspectorPane::showNothing() {
    word_->clear(); // asText() says what can be seen, and nothing can
    fields_->setRowCount(0);
    place_->setText(context_.session.selection()
                        ? tr("The selected table does not exist at this moment in this column.")
                        : tr("Click an entry of a table, or move to one with Tab and the arrow keys."));
    for (QWidget* widget : std::initializer_list<QWidget*>{word_, ruler_, fields_, why_, writers_})
        widget->hide();
}

void InspectorPane::showFields(Word word, Word wordBefore, hw::Level level) {
    const hw::Geometry& geometry = context_.session.active().state().geometry();
    ruler_->setWord(word, view::formatOf(word, level, geometry), word ^ wordBefore);
    const auto readings = view::readEntry(word, level, geometry);
    fields_->setRowCount(int(readings.size()));
    int row = 0;
    for (const view::FieldReading& reading : readings) { // high bits first, as the ruler
        const bool changed = ((word ^ wordBefore) & reading.field.mask()) != 0;
        put(*fields_, row, 0, qt(reading.field.name), changed);
        put(*fields_, row, 1, bitsOf(reading.field), changed);
        put(*fields_, row, 2,
            reading.field.width() > 3 ? qt(toHex(reading.value)) : QString::number(reading.value), changed);
        put(*fields_, row, 3, qt(reading.words), changed);
        fields_->item(row, 0)->setToolTip(
            QStringLiteral("%1 (%2)").arg(qt(reading.field.meaning), qt(reading.field.section)));
        fields_->item(row, 0)->setData(Qt::UserRole, int(reading.field.low));
        ++row;
    }
    fields_->resizeColumnsToContents();
    fields_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 4);
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
        put(*writers_, row, 1, qt(write.function));
        put(*writers_, row, 2, writerName(write.writer));
        put(*writers_, row, 3,
            QStringLiteral("%1 -> %2").arg(qt(toHex(write.before)), qt(toHex(write.after))));
    }
    writers_->resizeColumnsToContents();
    writers_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 4);
}

void InspectorPane::showWalk(Pfn frame, unsigned index) {
    const machine::State& state = context_.session.active().state();
    const machine::PageTable* table = state.tableAt(frame);
    const bool inTree =
        table && (table->state == machine::TableState::Linked || table->level == hw::Level::Pgd);
    const auto mm = table ? state.mms.find(table->mm) : state.mms.end();
    if (!inTree || mm == state.mms.end() || state.cpus.empty()) {
        why_->setText(tr("No walk comes here: the table hangs in no tree."));
        return;
    }
    hw::Registers registers = machine::linuxRegisters(state.geometry(), state.cpus[0].features);
    registers.cr3 = PhysAddr(mm->second.pgd).raw();
    hw::Access access;
    access.at = table->base + Bytes(state.geometry().entrySpan(table->level).raw() * index);
    const hw::WalkRecord record =
        hw::walk(state.memory, registers, state.cpus[0].features, state.geometry(), access);
    QString html = tr("<b>A user read at %1</b><br>").arg(qt(toText(access.at)));
    for (const hw::WalkLevel& level : record.levels()) {
        const bool last = level.level == record.stoppedAt;
        const QString sign =
            !last || record.ok() ? QStringLiteral("&#10003;") : QStringLiteral("<b>&#10007;</b>");
        html += QStringLiteral("%1 %2 [%3] %4<br>")
                    .arg(sign, qt(view::upperName(level.level)))
                    .arg(level.index)
                    .arg(qt(toHex(level.entry)));
    }
    html += record.ok() ? tr("reaches PA %1").arg(qt(toHex(record.translation.at.raw())))
                        : tr("<b>page fault, error code %1</b>").arg(qt(toHex(record.fault.errorCode)));
    why_->setText(html);
}

void InspectorPane::refresh() {
    const SessionModel& session = context_.session;
    const auto frame = session.isOpen() ? session.selectedFrame(session.activeColumn()) : std::nullopt;
    const machine::PageTable* table = frame ? session.active().state().tableAt(*frame) : nullptr;
    if (!table) {
        showNothing();
        return;
    }
    for (QWidget* widget : std::initializer_list<QWidget*>{word_, ruler_, fields_, why_, writers_})
        widget->show();
    const unsigned index = session.selection()->index;
    const Word word = session.active().state().memory.read(*frame, index);
    const int column = session.activeColumn();
    const Word wordBefore = session.at(column, session.before(column), [&](const machine::State& state) {
        return state.memory.read(*frame, index);
    });
    const QString state = table->state == machine::TableState::Deposited ? tr(", deposited") : QString();
    place_->setText(tr("<b>%1 entry %2</b> of the table at pfn %3%4, option %5")
                        .arg(qt(view::upperName(table->level)))
                        .arg(index)
                        .arg(qt(toHex(frame->raw())), state, qt(session.active().option.name)));
    word_->setFont(monoFont(14));
    word_->setText(groupedHex(word));
    showFields(word, wordBefore, table->level);
    showWalk(*frame, index);
    showWriters(*frame, index);
}

void InspectorPane::pickBit(int bit) {
    for (int row = 0; row < fields_->rowCount(); ++row) {
        if (fields_->item(row, 0)->data(Qt::UserRole).toInt() <= bit) { // high bits first
            fields_->selectRow(row);
            return;
        }
    }
}

QString InspectorPane::asText() {
    bringUpToDate();
    QStringList lines{place_->text(), word_->text()};
    for (int row = 0; row < fields_->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < fields_->columnCount(); ++column)
            cells << fields_->item(row, column)->text();
        lines << cells.join(u'\t');
    }
    return lines.join(u'\n');
}

} // namespace pfnscope::ui

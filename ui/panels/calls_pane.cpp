// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/calls_pane.h"

#include "models/text.h"
#include "panels/kernel_source.h"
#include "window/settings.h"

#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {
constexpr std::size_t kMostLines = 3000; ///< of one operation; the rest is counted in a last line
}

CallsPane::CallsPane(const PaneContext& context)
    : Pane(context, QStringLiteral("pane.calls"), tr("Kernel calls")), tree_(new QTreeWidget), words_(new QLabel),
      source_(new QPlainTextEdit) {
    tree_->setObjectName(QStringLiteral("callTree"));
    tree_->setHeaderHidden(true);
    tree_->setIndentation(14);
    tree_->setUniformRowHeights(true);
    tree_->setAccessibleName(tr("Kernel calls of the operation"));
    tree_->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    tree_->header()->setStretchLastSection(false);
    words_->setObjectName(QStringLiteral("callWords"));
    words_->setWordWrap(true);
    words_->setTextFormat(Qt::RichText);
    words_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    words_->setContentsMargins(4, 2, 4, 2);
    source_->setObjectName(QStringLiteral("kernelSource"));
    source_->setAccessibleName(tr("The function in your kernel tree"));
    source_->setReadOnly(true);
    source_->setLineWrapMode(QPlainTextEdit::NoWrap);
    source_->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(tree_, 1);
    layout->addWidget(words_);
    layout->addWidget(source_, 1);
    connect(tree_, &QTreeWidget::itemClicked, this, [this](QTreeWidgetItem* item) {
        const int line = item->data(0, Qt::UserRole).toInt();
        if (line < 0)
            return;
        const machine::Call& call = context_.session.active().journal().call(lines_[std::size_t(line)].call);
        context_.session.moveTo({context_.session.activeColumn(), call.last});
    });
}

void CallsPane::describe(std::string_view function) {
    const KernelStep* step = context_.steps.find(function);
    QString html = QStringLiteral("<b>%1</b>").arg(qt(function).toHtmlEscaped());
    if (step)
        html += QStringLiteral(" <i>%1</i><br>%2").arg(step->file.toHtmlEscaped(), step->text.toHtmlEscaped());
    const auto source = step ? kernelSource(Settings::kernelTree(), step->file, function) : std::nullopt;
    if (source)
        html += tr("<br>In your tree, line %1:").arg(source->line);
    words_->setText(html);
    source_->setVisible(source.has_value());
    source_->setFont(monoFont(12));
    source_->setPlainText(source ? source->text : QString());
}

void CallsPane::refresh() {
    tree_->clear();
    words_->clear();
    source_->hide();
    lines_.clear();
    if (!context_.session.isOpen())
        return;
    const machine::Journal& journal = context_.session.active().journal();
    lines_ = view::callTree(journal, context_.session.position(context_.session.activeColumn()));
    std::vector<QTreeWidgetItem*> parents;
    QTreeWidgetItem* current = nullptr;
    for (std::size_t i = 0; i < std::min(lines_.size(), kMostLines); ++i) {
        const view::CallLine& line = lines_[i];
        parents.resize(std::min<std::size_t>(parents.size(), line.depth));
        auto* item = parents.empty() ? new QTreeWidgetItem(tree_) : new QTreeWidgetItem(parents.back());
        parents.push_back(item);
        item->setText(0, (line.current ? QStringLiteral("> ") : QString()) + qt(line.text));
        item->setToolTip(0, qt(line.text));
        item->setData(0, Qt::UserRole, int(i));
        QFont font = monoFont(12);
        font.setBold(line.current);
        item->setFont(0, font);
        item->setForeground(0, line.entered ? theme_.text() : theme_.faintText());
        if (line.current) {
            item->setBackground(0, theme_.ink(view::Role::TablePointer).fill);
            current = item;
        }
    }
    if (lines_.size() > kMostLines) {
        auto* rest = new QTreeWidgetItem(tree_, {tr("... and %1 more calls").arg(lines_.size() - kMostLines)});
        rest->setData(0, Qt::UserRole, -1);
    }
    tree_->expandAll();
    if (current) {
        tree_->scrollToItem(current, QAbstractItemView::PositionAtCenter);
        tree_->horizontalScrollBar()->setValue(0); // names begin at the left
        describe(journal.call(lines_[std::size_t(current->data(0, Qt::UserRole).toInt())].call).function);
    }
}

QString CallsPane::asText() {
    bringUpToDate();
    QStringList text;
    for (const view::CallLine& line : lines_)
        text << (line.current ? QStringLiteral("> ") : QStringLiteral("  ")) + QString(int(line.depth) * 2, u' ') + qt(line.text);
    return text.join(u'\n');
}

} // namespace pfnscope::ui

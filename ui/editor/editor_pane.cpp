// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editor_pane.h"

#include "base/atomic_file.h"
#include "editor/yaml_highlighter.h"
#include "models/text.h"
#include "window/settings.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {
constexpr int kPauseMilliseconds = 250;
}

EditorPane::EditorPane(const PaneContext& context, const Loader& loader)
    : Pane(context, QStringLiteral("pane.editor"), tr("Scenario text")), edit_(new QPlainTextEdit),
      complaint_(new QLabel), highlighter_(new YamlHighlighter(edit_->document())), worker_(loader) {
    edit_->setObjectName(QStringLiteral("scenarioText"));
    edit_->setLineWrapMode(QPlainTextEdit::NoWrap);
    edit_->setFont(monoFont(13));
    edit_->setAccessibleName(tr("Text of the scenario"));
    complaint_->setWordWrap(true);
    complaint_->setObjectName(QStringLiteral("complaint"));
    complaint_->setContentsMargins(4, 2, 4, 2);
    complaint_->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(edit_, 1);
    layout->addWidget(complaint_);
    pause_.setSingleShot(true);
    pause_.setInterval(kPauseMilliseconds);
    connect(edit_, &QPlainTextEdit::textChanged, this, [this] {
        if (isChanged())
            pause_.start();
    });
    connect(&pause_, &QTimer::timeout, this, &EditorPane::check);
    connect(&worker_, &RerunWorker::finished, this, &EditorPane::take);
}

void EditorPane::setTheme(const Theme& theme) {
    highlighter_->setTheme(theme);
    Pane::setTheme(theme);
}

void EditorPane::setText(const QString& path, const QString& text) {
    path_ = path;
    edit_->setPlainText(text);
    edit_->document()->setModified(false);
    edit_->setExtraSelections({});
    complaint_->hide();
    complaint_->clear();
}

bool EditorPane::isChanged() const {
    return edit_->document()->isModified();
}

void EditorPane::check() {
    Settings::setUnsaved(edit_->toPlainText());
    worker_.start(path_, edit_->toPlainText(), Settings::options());
}

void EditorPane::take(const std::shared_ptr<Result<Run>>& result) {
    if (!*result) {
        const Error& error = result->error();
        markLine(error.place.line, error.place.column);
        complaint_->setText(qt(toText(error)));
        complaint_->show();
        return;
    }
    edit_->setExtraSelections({});
    complaint_->clear();
    complaint_->hide();
    Q_EMIT rerun(result);
}

void EditorPane::markLine(int line, int column) {
    if (line < 1)
        return;
    QTextCursor cursor(edit_->document()->findBlockByNumber(line - 1));
    cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor, std::max(0, column - 1));
    cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
    QTextEdit::ExtraSelection mark;
    mark.cursor = cursor;
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(theme_.change(view::Mark::Removed));
    mark.format.setBackground(theme_.ink(view::Role::Fault).fill);
    edit_->setExtraSelections({mark});
}

Result<void> EditorPane::save(const QString& path) {
    const auto written = writeFileAtomically(path.toStdString(), edit_->toPlainText().toStdString());
    if (!written)
        return written;
    path_ = path;
    edit_->document()->setModified(false);
    Settings::setUnsaved({});
    return {};
}

QString EditorPane::complaint() const {
    return complaint_->text();
}

QString EditorPane::autosaved() {
    return Settings::unsaved();
}

QString EditorPane::asText() {
    return edit_->toPlainText();
}

} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editor_pane.h"

#include "base/atomic_file.h"
#include "editor/operation_form.h"
#include "editor/scenario_edit.h"
#include "editor/yaml_highlighter.h"
#include "models/text.h"
#include "window/settings.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTextBlock>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {
constexpr int kPauseMilliseconds = 250;
}

EditorPane::EditorPane(const PaneContext& context, const Loader& loader)
    : Pane(context, QStringLiteral("pane.editor"), tr("Scenario text")), edit_(new ScenarioEdit), form_(new OperationForm),
      complaint_(new QLabel), forks_(new QCheckBox(tr("Keep the old future as a column"))),
      highlighter_(new YamlHighlighter(edit_->document())), worker_(loader) {
    edit_->setObjectName(QStringLiteral("scenarioText"));
    edit_->setLineWrapMode(QPlainTextEdit::NoWrap);
    edit_->setFont(monoFont(13));
    edit_->setAccessibleName(tr("Text of the scenario"));
    complaint_->setWordWrap(true);
    complaint_->setObjectName(QStringLiteral("complaint"));
    complaint_->setContentsMargins(4, 2, 4, 2);
    complaint_->hide();
    forks_->setObjectName(QStringLiteral("forks"));
    forks_->setChecked(true);
    forks_->setToolTip(tr("An edit of a step before the current one is run in a column of its own"));
    makeLayout();
    pause_.setSingleShot(true);
    pause_.setInterval(kPauseMilliseconds);
    connect(edit_, &QPlainTextEdit::textChanged, this, [this] {
        touched_ = touched_ || isChanged();
        if (touched_) // an undo back to what the file says is a change as well
            pause_.start();
    });
    connect(edit_, &QPlainTextEdit::cursorPositionChanged, this, &EditorPane::showOperationAtCursor);
    connect(form_, &OperationForm::edited, this, &EditorPane::writeOperation);
    connect(&pause_, &QTimer::timeout, this, &EditorPane::check);
    connect(&worker_, &RerunWorker::finished, this, &EditorPane::take);
}

void EditorPane::makeLayout() {
    auto* insert = new QPushButton(tr("Insert as a new step"));
    insert->setObjectName(QStringLiteral("insertStep"));
    connect(insert, &QPushButton::clicked, this, &EditorPane::insertOperation);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(form_);
    scroll->setMinimumHeight(150);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(edit_, 3);
    layout->addWidget(complaint_);
    layout->addWidget(scroll, 2);
    auto* foot = new QHBoxLayout;
    foot->addWidget(forks_, 1);
    foot->addWidget(insert);
    layout->addLayout(foot);
}

QPlainTextEdit& EditorPane::edit() const {
    return *edit_;
}

bool EditorPane::forks() const {
    return forks_->isChecked();
}

void EditorPane::setForks(bool on) {
    forks_->setChecked(on);
}

void EditorPane::showOperationAtCursor() {
    if (writing_)
        return;
    const QString text = edit_->toPlainText();
    const auto index = stepAtOffset(text, edit_->textCursor().position());
    const auto step = index ? stepTextAt(text, *index) : std::nullopt;
    form_->setEnabled(!edit_->isReadOnly()); // without a step at the cursor it is for a new one
    if (step)
        form_->setStep(*step);
}

void EditorPane::writeOperation() {
    if (edit_->isReadOnly())
        return;
    const QString text = edit_->toPlainText();
    const auto index = stepAtOffset(text, edit_->textCursor().position());
    const auto step = index ? stepTextAt(text, *index) : std::nullopt;
    if (!step)
        return;
    writing_ = true;
    QTextCursor cursor(edit_->document());
    cursor.setPosition(step->begin);
    cursor.setPosition(step->end, QTextCursor::KeepAnchor);
    cursor.insertText(form_->yaml());
    cursor.setPosition(step->begin);
    edit_->setTextCursor(cursor);
    writing_ = false;
}

void EditorPane::insertOperation() {
    if (edit_->isReadOnly())
        return;
    const QString text = edit_->toPlainText();
    const auto place = placeBehindStep(text, stepAtOffset(text, edit_->textCursor().position()));
    if (!place)
        return;
    QTextCursor cursor(edit_->document());
    cursor.setPosition(place->at);
    const bool onNewLine = cursor.atBlockStart();
    const QString step = QString(place->indent, u' ') + QStringLiteral("- ") + form_->yaml();
    cursor.insertText(onNewLine ? step + u'\n' : u'\n' + step);
    edit_->setTextCursor(cursor);
}

void EditorPane::setTheme(const Theme& theme) {
    highlighter_->setTheme(theme);
    Pane::setTheme(theme);
}

void EditorPane::setText(const QString& path, const QString& text) {
    if (isChanged())
        discardChanges();
    path_ = path;
    edit_->setPlainText(text);
    edit_->setReadOnly(false);
    edit_->document()->setModified(false);
    touched_ = false;
    pause_.stop(); // it was not typed: a run of it would only take the reader back to the end of his step
    edit_->setExtraSelections({});
    complaint_->hide();
    complaint_->clear();
    showOperationAtCursor();
}

void EditorPane::recover() {
    const auto left = autosave_.left();
    if (!left)
        return;
    setText(left->path, left->text);
    edit_->document()->setModified(true);
    autosave_.keep(*left);
    autosave_.dropLeft();
}

void EditorPane::discardChanges() {
    pause_.stop();
    edit_->document()->setModified(false);
    autosave_.forget();
}

bool EditorPane::isChanged() const {
    return edit_->document()->isModified();
}

void EditorPane::check() {
    if (isChanged())
        autosave_.keep({path_, edit_->toPlainText()});
    else
        autosave_.forget();
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
    edit_->setReadOnly(false);
    edit_->document()->setModified(false);
    autosave_.forget();
    return {};
}

QString EditorPane::complaint() const {
    return complaint_->text();
}

QString EditorPane::asText() {
    return edit_->toPlainText();
}

} // namespace pfnscope::ui

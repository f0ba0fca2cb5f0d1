// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/scenario_edit.h"

#include "editor/completion.h"
#include "editor/line_numbers.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QMimeData>
#include <QScrollBar>
#include <QStringListModel>
#include <QTextBlock>

namespace pfnscope::ui {

namespace {
constexpr int kLettersToOffer = 2;
}

ScenarioEdit::ScenarioEdit(QWidget* parent)
    : QPlainTextEdit(parent), completer_(new QCompleter(this)), words_(new QStringListModel(this)),
      numbers_(new LineNumbers(*this)) {
    completer_->setModel(words_);
    completer_->setWidget(this);
    completer_->setCompletionMode(QCompleter::PopupCompletion);
    connect(this, &QPlainTextEdit::blockCountChanged, this, &ScenarioEdit::makeRoom);
    connect(this, &QPlainTextEdit::updateRequest, numbers_, qOverload<>(&QWidget::update));
    makeRoom();
    connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &ScenarioEdit::insert);
}

QString ScenarioEdit::wordBeforeCursor() const {
    const QString line = textCursor().block().text().left(textCursor().positionInBlock());
    qsizetype begin = line.size();
    while (begin > 0 &&
           (line[begin - 1].isLetterOrNumber() || line[begin - 1] == u'_' || line[begin - 1] == u'+'))
        --begin;
    return line.mid(begin);
}

QStringList ScenarioEdit::offers() const {
    QStringList fitting;
    const QString word = wordBeforeCursor();
    for (const QString& each : wordsFor(toPlainText().left(textCursor().position()))) {
        if (each.startsWith(word) && each != word)
            fitting << each;
    }
    return fitting;
}

void ScenarioEdit::offer() {
    const QStringList fitting = offers();
    if (fitting.isEmpty()) {
        completer_->popup()->hide();
        return;
    }
    words_->setStringList(fitting);
    completer_->setCompletionPrefix(wordBeforeCursor());
    QRect place = cursorRect();
    place.setWidth(completer_->popup()->sizeHintForColumn(0) +
                   completer_->popup()->verticalScrollBar()->sizeHint().width() + 12);
    completer_->complete(place);
}

void ScenarioEdit::insert(const QString& word) {
    QTextCursor cursor = textCursor();
    cursor.insertText(word.mid(wordBeforeCursor().size()));
    setTextCursor(cursor);
}

void ScenarioEdit::makeRoom() {
    setViewportMargins(numbers_->wantedWidth(), 0, 0, 0);
    const QRect inside = contentsRect();
    numbers_->setGeometry(inside.left(), inside.top(), numbers_->wantedWidth(), inside.height());
}

void ScenarioEdit::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    makeRoom();
}

bool ScenarioEdit::canInsertFromMimeData(const QMimeData* source) const {
    return !source->hasUrls() && QPlainTextEdit::canInsertFromMimeData(source);
}

void ScenarioEdit::keyPressEvent(QKeyEvent* event) {
    const bool open = completer_->popup()->isVisible();
    if (open && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter ||
                 event->key() == Qt::Key_Tab || event->key() == Qt::Key_Escape)) {
        event->ignore(); // the list takes it
        return;
    }
    const bool asked = event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier;
    if (!asked)
        QPlainTextEdit::keyPressEvent(event);
    const bool typed = !event->text().isEmpty() && event->text().front().isLetterOrNumber();
    if (asked || (typed && wordBeforeCursor().size() >= kLettersToOffer))
        offer();
    else
        completer_->popup()->hide();
}

} // namespace pfnscope::ui

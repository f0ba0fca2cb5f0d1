// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/alphabet_editor.h"

#include "editor/yaml_highlighter.h"
#include "models/text.h"
#include "theme/fonts.h"

#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QVBoxLayout>

namespace pfnscope::ui {

AlphabetEditor::AlphabetEditor()
    : shipped_(new QComboBox), edit_(new QPlainTextEdit), complaint_(new QLabel),
      highlighter_(new YamlHighlighter(edit_->document())) {
    shipped_->setObjectName(QStringLiteral("shippedAlphabets"));
    shipped_->setAccessibleName(tr("Alphabet to begin from"));
    for (const std::string& name : explore::shippedAlphabetNames())
        shipped_->addItem(tr("alphabet: %1").arg(qt(name)), qt(name));
    edit_->setObjectName(QStringLiteral("alphabetText"));
    edit_->setAccessibleName(tr("Text of the alphabet"));
    edit_->setLineWrapMode(QPlainTextEdit::NoWrap);
    edit_->setFont(monoFont(12));
    complaint_->setObjectName(QStringLiteral("alphabetComplaint"));
    complaint_->setWordWrap(true);
    complaint_->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(shipped_);
    layout->addWidget(edit_, 1);
    layout->addWidget(complaint_);
    connect(edit_, &QPlainTextEdit::textChanged, this, &AlphabetEditor::check);
    const auto take = [this] {
        edit_->setPlainText(
            qt(explore::shippedAlphabetText(shipped_->currentData().toString().toStdString())));
    };
    connect(shipped_, &QComboBox::activated, this, take);
    take();
}

QString AlphabetEditor::complaint() const {
    return complaint_->text();
}

void AlphabetEditor::setTheme(const Theme& theme) {
    theme_ = theme;
    highlighter_->setTheme(theme);
}

void AlphabetEditor::check() {
    const auto parsed = explore::parseAlphabet(edit_->toPlainText().toStdString(), "alphabet");
    alphabet_.reset();
    edit_->setExtraSelections({});
    complaint_->clear();
    if (parsed) {
        alphabet_ = *parsed;
    } else {
        complaint_->setText(qt(toText(parsed.error())));
        mark(parsed.error().place);
    }
    complaint_->setVisible(!parsed);
    Q_EMIT checked();
}

void AlphabetEditor::mark(const Place& place) {
    if (place.line < 1)
        return;
    QTextCursor cursor(edit_->document()->findBlockByNumber(place.line - 1));
    cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor, std::max(0, place.column - 1));
    cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
    QTextEdit::ExtraSelection selection;
    selection.cursor = cursor;
    selection.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    selection.format.setUnderlineColor(theme_.change(view::Mark::Removed));
    selection.format.setBackground(theme_.ink(view::Role::Fault).fill);
    edit_->setExtraSelections({selection});
}

} // namespace pfnscope::ui

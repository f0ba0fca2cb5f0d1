// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "explore/alphabet.h"
#include "theme/theme.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;

namespace pfnscope::ui {

class YamlHighlighter;

/// The alphabet of a search as text: a shipped one to begin from, errors at their line while one types.
class AlphabetEditor : public QWidget {
    Q_OBJECT
public:
    AlphabetEditor();

    /// What the text says; empty while it is wrong.
    const std::optional<explore::Alphabet>& alphabet() const { return alphabet_; }
    /// What is wrong with it; empty: nothing.
    QString complaint() const;
    QPlainTextEdit& edit() const { return *edit_; }
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void checked();

private:
    void check();
    void mark(const Place& place);

    QComboBox* shipped_;
    QPlainTextEdit* edit_;
    QLabel* complaint_;
    YamlHighlighter* highlighter_;
    Theme theme_;
    std::optional<explore::Alphabet> alphabet_;
};

} // namespace pfnscope::ui

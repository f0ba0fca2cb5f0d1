// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

class QCompleter;
class QStringListModel;

namespace pfnscope::ui {

class LineNumbers;

/// A text field with line numbers that offers what may stand at the cursor: after two letters, or with Ctrl+Space.
class ScenarioEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit ScenarioEdit(QWidget* parent = nullptr);

    /// What the cursor's place can be completed to now.
    QStringList offers() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    /// Files are for the window to open, not text to insert.
    bool canInsertFromMimeData(const QMimeData* source) const override;
    void resizeEvent(QResizeEvent* event) override;

private:
    friend class LineNumbers; // it asks where the lines are
    void makeRoom();
    QString wordBeforeCursor() const;
    void offer();
    void insert(const QString& word);

    QCompleter* completer_;
    QStringListModel* words_;
    LineNumbers* numbers_;
};

} // namespace pfnscope::ui

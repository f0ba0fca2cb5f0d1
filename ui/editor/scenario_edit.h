// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

class QCompleter;
class QStringListModel;

namespace pfnscope::ui {

/// A text field that offers what may stand at the cursor: after two letters, or with Ctrl+Space.
class ScenarioEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit ScenarioEdit(QWidget* parent = nullptr);

    /// What the cursor's place can be completed to now.
    QStringList offers() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QString wordBeforeCursor() const;
    void offer();
    void insert(const QString& word);

    QCompleter* completer_;
    QStringListModel* words_;
};

} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "editor/rerun_worker.h"
#include "panels/pane.h"

#include <QTimer>

class QLabel;
class QPlainTextEdit;

namespace pfnscope::ui {

class YamlHighlighter;

/// The scenario's text: what is wrong with it stands under its line while one types, and what is right is run
/// at once.
class EditorPane : public Pane {
    Q_OBJECT
public:
    EditorPane(const PaneContext& context, const Loader& loader);

    QString asText() override;
    void setTheme(const Theme& theme) override;
    /// Begins with a script, unchanged.
    void setText(const QString& path, const QString& text);
    const QString& path() const { return path_; }
    QPlainTextEdit& edit() const { return *edit_; }
    bool isChanged() const;
    Result<void> save(const QString& path);
    /// What is wrong, at its line; empty: nothing.
    QString complaint() const;

    /// What was typed and not saved when the program ended last; empty: nothing.
    static QString autosaved();

Q_SIGNALS:
    void rerun(std::shared_ptr<pfnscope::Result<pfnscope::ui::Run>> result);

protected:
    void refresh() override {}

private:
    void check();
    void take(const std::shared_ptr<Result<Run>>& result);
    void markLine(int line, int column);

    QString path_;
    QPlainTextEdit* edit_;
    QLabel* complaint_;
    YamlHighlighter* highlighter_;
    RerunWorker worker_;
    QTimer pause_; ///< from the last key to the check
};

} // namespace pfnscope::ui

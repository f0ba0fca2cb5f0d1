// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "editor/autosave.h"
#include "editor/rerun_worker.h"
#include "panels/pane.h"

#include <QTimer>

class QCheckBox;
class QLabel;
class QPlainTextEdit;

namespace pfnscope::ui {

class OperationForm;
class ScenarioEdit;
class YamlHighlighter;

/// The scenario's text, and beside it the operation at the cursor as a form: what is wrong with it stands under its
/// line while one types, and what is right is run at once.
class EditorPane : public Pane {
    Q_OBJECT
public:
    EditorPane(const PaneContext& context, const Loader& loader);

    QString asText() override;
    void setTheme(const Theme& theme) override;
    /// Begins with a script, unchanged.
    void setText(const QString& path, const QString& text);
    Autosave& autosave() { return autosave_; }
    /// Begins with what a crash left: a text that is not what its file says.
    void recover();
    const QString& path() const { return path_; }
    QPlainTextEdit& edit() const;
    OperationForm& form() const { return *form_; }
    bool isChanged() const;
    /// What was changed is not wanted.
    void discardChanges();
    Result<void> save(const QString& path);
    /// What is wrong, at its line; empty: nothing.
    QString complaint() const;
    /// Whether editing an earlier command keeps the run as it was in a column beside.
    bool forks() const;
    void setForks(bool on);

Q_SIGNALS:
    void rerun(std::shared_ptr<pfnscope::Result<pfnscope::ui::Run>> result);

protected:
    void refresh() override {}

private:
    void makeLayout();
    void check();
    void take(const std::shared_ptr<Result<Run>>& result);
    void markLine(int line, int column);
    void showOperationAtCursor();
    void writeOperation();
    void insertOperation();

    QString path_;
    ScenarioEdit* edit_;
    OperationForm* form_;
    QLabel* complaint_;
    QCheckBox* forks_;
    YamlHighlighter* highlighter_;
    Autosave autosave_;
    RerunWorker worker_;
    QTimer pause_; ///< from the last key to the check
    bool writing_ = false;
    bool touched_ = false; ///< the text has been another than the one it began with
};

} // namespace pfnscope::ui

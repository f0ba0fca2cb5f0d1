// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/pane.h"

class QLabel;
class QListWidget;
class QVBoxLayout;

namespace pfnscope::ui {

/// The script: its steps, what is said of the current one, the question it asks, and what became of it under each
/// option.
class ScriptPane : public Pane {
    Q_OBJECT
public:
    explicit ScriptPane(const PaneContext& context);

    QString asText() override;
    /// What is said of the step, what it came to, and the question that the next one asks.
    QString narrationText();
    /// The step whose question is open: the next one, which has not been run yet.
    std::optional<std::size_t> asked() const;
    /// Runs the step that the open question is about.
    void reveal();

protected:
    void refresh() override;

private:
    void fillSteps();
    QString narration() const;
    QString outcomes() const;
    QString question(std::size_t index) const;
    void guess(const QString& link);

    QLabel* title_;
    QListWidget* steps_;
    QLabel* narration_;
    std::map<std::size_t, std::size_t> guesses_; ///< step -> what the reader said before it was run
    std::uint64_t shown_ = 0; ///< the run whose steps are listed
    bool filling_ = false;
};

} // namespace pfnscope::ui

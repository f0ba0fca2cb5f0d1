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
    /// Shows what becomes of the question: the step is hidden behind its `ask` until then.
    void reveal();

protected:
    void refresh() override;

private:
    void fillSteps();
    QString narration() const;
    QString outcomes() const;
    QString question() const;

    QLabel* title_;
    QListWidget* steps_;
    QLabel* narration_;
    std::optional<std::size_t> revealed_;
    bool filling_ = false;
};

} // namespace pfnscope::ui

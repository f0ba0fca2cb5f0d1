// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/pane.h"
#include "panels/kernel_steps.h"

class QLabel;
class QPlainTextEdit;
class QTreeWidget;

namespace pfnscope::ui {

/// The kernel calls of the operation, with the one that wrote last, and what it is for.
class CallsPane : public Pane {
    Q_OBJECT
public:
    explicit CallsPane(const PaneContext& context);
    QString asText() override;

protected:
    void refresh() override;

private:
    void describe(std::string_view function);

    QTreeWidget* tree_;
    QLabel* words_;
    QPlainTextEdit* source_; ///< of the user's own kernel tree
    std::vector<view::CallLine> lines_;
};

} // namespace pfnscope::ui

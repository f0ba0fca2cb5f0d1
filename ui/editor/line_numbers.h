// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace pfnscope::ui {

class ScenarioEdit;

/// Beside a text: complaints name lines.
class LineNumbers : public QWidget {
public:
    explicit LineNumbers(ScenarioEdit& edit);
    int wantedWidth() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    ScenarioEdit& edit_;
};

} // namespace pfnscope::ui

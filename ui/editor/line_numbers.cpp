// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/line_numbers.h"

#include "editor/scenario_edit.h"

#include <QPaintEvent>
#include <QPainter>
#include <QTextBlock>

#include <algorithm>

namespace pfnscope::ui {

namespace {
constexpr int kMargin = 5;
constexpr int kLeastDigits = 2;
} // namespace

LineNumbers::LineNumbers(ScenarioEdit& edit) : QWidget(&edit), edit_(edit) {
    setObjectName(QStringLiteral("lineNumbers"));
}

int LineNumbers::wantedWidth() const {
    const int digits = std::max<int>(kLeastDigits, int(QString::number(edit_.blockCount()).size()));
    return digits * edit_.fontMetrics().horizontalAdvance(u'9') + 2 * kMargin;
}

void LineNumbers::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    painter.fillRect(event->rect(), palette().color(QPalette::Window));
    painter.setFont(edit_.font());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    for (QTextBlock block = edit_.firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF line = edit_.blockBoundingGeometry(block).translated(edit_.contentOffset());
        if (line.top() > event->rect().bottom())
            break;
        painter.drawText(QRectF(0, line.top(), width() - kMargin, line.height()),
                         Qt::AlignRight | Qt::AlignTop, QString::number(block.blockNumber() + 1));
    }
}

} // namespace pfnscope::ui

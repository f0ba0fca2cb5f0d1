// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/bit_ruler.h"

#include "models/text.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace pfnscope::ui {

BitRuler::BitRuler(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("bitRuler"));
    setAccessibleName(tr("Bits of the entry"));
    setFocusPolicy(Qt::StrongFocus);
}

void BitRuler::setWord(Word word, const hw::EntryFormat& format, Word changed) {
    word_ = word;
    format_ = format;
    changed_ = changed;
    setAccessibleDescription(groupedHex(word));
    update();
}

void BitRuler::setTheme(const Theme& theme) {
    theme_ = theme;
    update();
}

QSize BitRuler::sizeHint() const {
    return {BitFigure::kBitsPerLine * 10, int(BitFigure::kHeight)};
}

QSize BitRuler::minimumSizeHint() const {
    return {BitFigure::kBitsPerLine * 7, int(BitFigure::kHeight)};
}

BitFigure BitRuler::figure() const {
    return {QPointF(0, 0), double(width())};
}

QRectF BitRuler::cellOf(int bit) const {
    return figure().cellOf(bit);
}

void BitRuler::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.background());
    figure().paint(painter, word_, format_, changed_, theme_);
    painter.setPen(QPen(theme_.selection(), hasFocus() ? 3 : 2));
    painter.drawRect(cellOf(cursor_).adjusted(0.5, 0.5, -0.5, -0.5));
}

void BitRuler::moveCursor(int bit) {
    cursor_ = std::clamp(bit, 0, 63);
    update();
    Q_EMIT bitClicked(cursor_);
}

void BitRuler::mousePressEvent(QMouseEvent* event) {
    if (const int bit = figure().bitAt(event->position()); bit >= 0)
        moveCursor(bit);
}

void BitRuler::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const int bit = figure().bitAt(event->position()); bit >= 0)
        Q_EMIT bitToggled(bit);
}

void BitRuler::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Left: moveCursor(cursor_ + 1); break;
    case Qt::Key_Right: moveCursor(cursor_ - 1); break;
    case Qt::Key_Up:
        moveCursor(cursor_ + BitFigure::kBitsPerLine);
        break;
    case Qt::Key_Down:
        moveCursor(cursor_ - BitFigure::kBitsPerLine);
        break;
    case Qt::Key_Space: Q_EMIT bitToggled(cursor_); break;
    default: QWidget::keyPressEvent(event); return;
    }
    event->accept();
}

bool BitRuler::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const int bit = figure().bitAt(help->pos());
        for (const hw::BitField& field : format_.fields()) {
            if (bit >= int(field.low) && bit <= int(field.high))
                QToolTip::showText(help->globalPos(),
                                   tr("bit %1: %2, %3").arg(bit).arg(qt(field.name), qt(field.meaning)), this);
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace pfnscope::ui

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

namespace {

constexpr int kBitsPerRow = 32;
constexpr int kRows = 64 / kBitsPerRow;
constexpr double kLabelHeight = 13;
constexpr double kRowHeight = 38;

} // namespace

QString groupedHex(Word word) {
    const QString digits = QStringLiteral("%1").arg(word, 16, 16, QLatin1Char('0'));
    QStringList groups;
    for (int at = 0; at < 16; at += 4)
        groups << digits.mid(at, 4);
    return QStringLiteral("0x ") + groups.join(u' ');
}

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
    return {kBitsPerRow * 10, int(kRows * kRowHeight)};
}

QSize BitRuler::minimumSizeHint() const {
    return {kBitsPerRow * 7, int(kRows * kRowHeight)};
}

QRectF BitRuler::cellOf(int bit) const {
    const double width = double(this->width()) / kBitsPerRow;
    const int row = kRows - 1 - bit / kBitsPerRow;
    const int column = kBitsPerRow - 1 - bit % kBitsPerRow;
    return {column * width, row * kRowHeight + kLabelHeight, width, kRowHeight - kLabelHeight - 4};
}

int BitRuler::bitAt(const QPointF& at) const {
    for (int bit = 0; bit < 64; ++bit) {
        if (cellOf(bit).contains(at))
            return bit;
    }
    return -1;
}

void BitRuler::paintBit(QPainter& painter, int bit) const {
    const QRectF cell = cellOf(bit);
    const bool set = (word_ >> bit & 1) != 0;
    if ((changed_ >> bit & 1) != 0) {
        painter.fillRect(cell, theme_.ink(view::Role::Deposit).fill);
        painter.fillRect(QRectF(cell.left(), cell.bottom() - 2, cell.width(), 2),
                         theme_.change(view::Mark::Changed));
    } else if (set) {
        painter.fillRect(cell, theme_.ink(view::Role::TablePointer).fill);
    }
    painter.setPen(theme_.text());
    painter.drawText(cell, Qt::AlignCenter, set ? QStringLiteral("1") : QStringLiteral("0"));
}

void BitRuler::paintField(QPainter& painter, const hw::BitField& field) const {
    for (int row = 0; row < kRows; ++row) { // a field may reach over the end of a row
        const int low = std::max<int>(field.low, row * kBitsPerRow);
        const int high = std::min<int>(field.high, row * kBitsPerRow + kBitsPerRow - 1);
        if (low > high)
            continue;
        const QRectF span = cellOf(high).united(cellOf(low));
        painter.setPen(QPen(theme_.faintText(), 1));
        painter.drawRect(span.adjusted(0.5, 0.5, -0.5, -0.5));
        const QRectF label(span.left() - 2, span.top() - kLabelHeight, span.width() + 4, kLabelHeight);
        const auto draw = [&](int alignment, int bit) {
            painter.drawText(label.adjusted(2, 0, -2, 0), alignment | Qt::AlignBottom | Qt::TextDontClip, QString::number(bit));
        };
        if (high - low < 2) { // the manual numbers both ends of a field
            painter.drawText(QRectF(label.left(), label.top(), label.width(), label.height()),
                             Qt::AlignHCenter | Qt::AlignBottom | Qt::TextDontClip, QString::number(high));
        } else {
            draw(Qt::AlignLeft, high);
            draw(Qt::AlignRight, low);
        }
    }
}

void BitRuler::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.background());
    painter.setFont(monoFont(11));
    for (int bit = 0; bit < 64; ++bit)
        paintBit(painter, bit);
    painter.setFont(monoFont(8));
    for (const hw::BitField& field : format_.fields())
        paintField(painter, field);
    painter.setPen(QPen(theme_.selection(), hasFocus() ? 3 : 2));
    painter.drawRect(cellOf(cursor_).adjusted(0.5, 0.5, -0.5, -0.5));
}

void BitRuler::moveCursor(int bit) {
    cursor_ = std::clamp(bit, 0, 63);
    update();
    Q_EMIT bitClicked(cursor_);
}

void BitRuler::mousePressEvent(QMouseEvent* event) {
    if (const int bit = bitAt(event->position()); bit >= 0)
        moveCursor(bit);
}

void BitRuler::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const int bit = bitAt(event->position()); bit >= 0)
        Q_EMIT bitToggled(bit);
}

void BitRuler::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Left: moveCursor(cursor_ + 1); break;
    case Qt::Key_Right: moveCursor(cursor_ - 1); break;
    case Qt::Key_Up: moveCursor(cursor_ + kBitsPerRow); break;
    case Qt::Key_Down: moveCursor(cursor_ - kBitsPerRow); break;
    case Qt::Key_Space: Q_EMIT bitToggled(cursor_); break;
    default: QWidget::keyPressEvent(event); return;
    }
    event->accept();
}

bool BitRuler::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const int bit = bitAt(help->pos());
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

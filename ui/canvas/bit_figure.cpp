// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/bit_figure.h"

#include <QPainter>
#include <QStringList>

#include <algorithm>

namespace pfnscope::ui {

QString groupedHex(Word word) {
    const QString digits = QStringLiteral("%1").arg(word, 16, 16, QLatin1Char('0'));
    QStringList groups;
    for (int at = 0; at < 16; at += 4)
        groups << digits.mid(at, 4);
    return QStringLiteral("0x ") + groups.join(u' ');
}

QRectF BitFigure::cellOf(int bit) const {
    const double width = width_ / kBitsPerLine;
    const int line = kLines - 1 - bit / kBitsPerLine;
    const int column = kBitsPerLine - 1 - bit % kBitsPerLine;
    return {at_.x() + column * width, at_.y() + line * kLineHeight + kLabelHeight, width,
            kLineHeight - kLabelHeight - 4};
}

int BitFigure::bitAt(const QPointF& point) const {
    for (int bit = 0; bit < 64; ++bit) {
        if (cellOf(bit).contains(point))
            return bit;
    }
    return -1;
}

void BitFigure::paintBit(QPainter& painter, int bit, bool set, bool changed, const Theme& theme) const {
    const QRectF cell = cellOf(bit);
    if (changed) {
        painter.fillRect(cell, theme.ink(view::Role::Deposit).fill);
        painter.fillRect(QRectF(cell.left(), cell.bottom() - 2, cell.width(), 2),
                         theme.change(view::Mark::Changed));
    } else if (set) {
        painter.fillRect(cell, theme.ink(view::Role::TablePointer).fill);
    }
    painter.setPen(theme.text());
    painter.drawText(cell, Qt::AlignCenter, set ? QStringLiteral("1") : QStringLiteral("0"));
}

void BitFigure::paintField(QPainter& painter, const hw::BitField& field, const Theme& theme) const {
    for (int line = 0; line < kLines; ++line) { // a field may reach over the end of a line
        const int low = std::max<int>(field.low, line * kBitsPerLine);
        const int high = std::min<int>(field.high, line * kBitsPerLine + kBitsPerLine - 1);
        if (low > high)
            continue;
        const QRectF span = cellOf(high).united(cellOf(low));
        painter.setPen(QPen(theme.faintText(), 1));
        painter.drawRect(span.adjusted(0.5, 0.5, -0.5, -0.5));
        const QRectF label(span.left(), span.top() - kLabelHeight, span.width(), kLabelHeight);
        const auto number = [&](int alignment, int bit) {
            painter.drawText(label, alignment | Qt::AlignBottom | Qt::TextDontClip, QString::number(bit));
        };
        if (high - low < 2) { // the manual numbers both ends of a field
            number(Qt::AlignHCenter, high);
        } else {
            number(Qt::AlignLeft, high);
            number(Qt::AlignRight, low);
        }
    }
}

void BitFigure::paint(QPainter& painter, Word word, const hw::EntryFormat& format, Word changed,
                      const Theme& theme) const {
    painter.setFont(monoFont(11));
    for (int bit = 0; bit < 64; ++bit)
        paintBit(painter, bit, (word >> bit & 1) != 0, (changed >> bit & 1) != 0, theme);
    painter.setFont(monoFont(8));
    for (const hw::BitField& field : format.fields())
        paintField(painter, field, theme);
}

} // namespace pfnscope::ui

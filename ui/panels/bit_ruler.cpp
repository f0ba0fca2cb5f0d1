// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/bit_ruler.h"

#include "models/text.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

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

void BitRuler::selectField(int high, int low) {
    high_ = high;
    low_ = low;
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

void BitRuler::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.background());
    painter.setFont(monoFont(11));
    for (int bit = 0; bit < 64; ++bit)
        paintBit(painter, bit);
    painter.setFont(monoFont(9));
    for (const hw::BitField& field : format_.fields()) {
        for (int row = 0; row < kRows; ++row) { // a field may reach over the end of a row
            const int low = std::max<int>(field.low, row * kBitsPerRow);
            const int high = std::min<int>(field.high, row * kBitsPerRow + kBitsPerRow - 1);
            if (low > high)
                continue;
            const QRectF span = cellOf(high).united(cellOf(low));
            const bool chosen = int(field.high) == high_ && int(field.low) == low_;
            painter.setPen(QPen(chosen ? theme_.selection() : theme_.faintText(), chosen ? 2 : 1));
            painter.drawRect(span.adjusted(0.5, 0.5, -0.5, -0.5));
            painter.setPen(theme_.faintText());
            const QRectF label(span.left(), span.top() - kLabelHeight, span.width(), kLabelHeight);
            const QString bits = high == low ? QString::number(low)
                                 : span.width() > 34 ? QStringLiteral("%1..%2").arg(high).arg(low)
                                                     : QString();
            painter.drawText(label, Qt::AlignHCenter | Qt::AlignBottom, bits);
        }
    }
}

void BitRuler::mousePressEvent(QMouseEvent* event) {
    const int bit = bitAt(event->position());
    if (bit >= 0)
        Q_EMIT bitClicked(bit);
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

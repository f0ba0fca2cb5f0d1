// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/bit_fields.h"
#include "theme/theme.h"

#include <QRectF>
#include <QString>

class QPainter;

namespace pfnscope::ui {

/// "0x 8000 0000 0020 00e7", blanks between groups of four digits: how every word is written on the screen.
QString groupedHex(Word word);

/// The 64 bits of a word in two lines, high bit left, fields told apart and numbered as in the manual's
/// figures.
class BitFigure {
public:
    static constexpr int kBitsPerLine = 32;
    static constexpr int kLines = 64 / kBitsPerLine;
    static constexpr double kLabelHeight = 13;
    static constexpr double kLineHeight = 38;
    static constexpr double kHeight = kLines * kLineHeight;

    BitFigure(const QPointF& at, double width) : at_(at), width_(width) {}

    QRectF cellOf(int bit) const;
    int bitAt(const QPointF& point) const; ///< -1: none
    void paint(QPainter& painter, Word word, const hw::EntryFormat& format, Word changed,
               const Theme& theme) const;

private:
    void paintBit(QPainter& painter, int bit, bool set, bool changed, const Theme& theme) const;
    void paintField(QPainter& painter, const hw::BitField& field, const Theme& theme) const;

    QPointF at_;
    double width_;
};

} // namespace pfnscope::ui

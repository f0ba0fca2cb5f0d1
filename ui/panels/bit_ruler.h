// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"
#include "hw/bit_fields.h"
#include "theme/theme.h"

#include <QWidget>

namespace pfnscope::ui {

/// "0x80000000_002000e7" with blanks between groups of four digits: how every word is written on the screen.
QString groupedHex(Word word);

/// The 64 bits of an entry in two rows, high bit left, fields told apart as in the manual's figures.
class BitRuler : public QWidget {
    Q_OBJECT
public:
    explicit BitRuler(QWidget* parent = nullptr);

    void setWord(Word word, const hw::EntryFormat& format, Word changed);
    void setTheme(const Theme& theme);
    void selectField(int high, int low); ///< high < low: none

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void bitClicked(int bit);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF cellOf(int bit) const;
    int bitAt(const QPointF& at) const; ///< -1: none
    void paintBit(QPainter& painter, int bit) const;

    Word word_ = 0;
    Word changed_ = 0;
    hw::EntryFormat format_;
    Theme theme_;
    int high_ = -1;
    int low_ = 0;
};

} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "canvas/bit_figure.h"

#include <QWidget>

namespace pfnscope::ui {

/// The 64 bits of an entry in two rows, high bit left, fields told apart as in the manual's figures. A click or the
/// arrow keys choose a bit, a double click or the space bar asks for it to be the other way round.
class BitRuler : public QWidget {
    Q_OBJECT
public:
    explicit BitRuler(QWidget* parent = nullptr);

    void setWord(Word word, const hw::EntryFormat& format, Word changed);
    void setTheme(const Theme& theme);
    Word word() const { return word_; }
    int cursor() const { return cursor_; }
    QRectF cellOf(int bit) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void bitClicked(int bit);
    void bitToggled(int bit);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    BitFigure figure() const;
    void moveCursor(int bit);

    Word word_ = 0;
    Word changed_ = 0;
    hw::EntryFormat format_;
    Theme theme_;
    int cursor_ = 0;
};

} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;

namespace pfnscope::ui {

struct UnsavedText;

/// Over everything else, until it is answered: what was typed and not saved when the program ended last.
class RecoveryBar : public QFrame {
    Q_OBJECT
public:
    RecoveryBar();
    void offer(const UnsavedText& left);

Q_SIGNALS:
    void recoverAsked();
    void dropAsked();

private:
    QLabel* words_;
};

} // namespace pfnscope::ui

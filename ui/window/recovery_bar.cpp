// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/recovery_bar.h"

#include "window/settings.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace pfnscope::ui {

RecoveryBar::RecoveryBar() : words_(new QLabel) {
    setObjectName(QStringLiteral("recoveryBar"));
    setFrameShape(QFrame::StyledPanel);
    words_->setWordWrap(true);
    auto* recover = new QPushButton(tr("&Go on with it"));
    recover->setObjectName(QStringLiteral("recoverButton"));
    auto* drop = new QPushButton(tr("Throw it &away"));
    drop->setObjectName(QStringLiteral("dropButton"));
    auto* row = new QHBoxLayout(this);
    row->addWidget(words_, 1);
    row->addWidget(recover);
    row->addWidget(drop);
    connect(recover, &QPushButton::clicked, this, &RecoveryBar::recoverAsked);
    connect(drop, &QPushButton::clicked, this, &RecoveryBar::dropAsked);
    hide();
}

void RecoveryBar::offer(const UnsavedText& left) {
    const QString file = left.path.isEmpty() ? tr("A new scenario") : left.path.section(u'/', -2);
    words_->setText(tr("%1 was changed and not saved when the program ended.")
                        .arg(QStringLiteral("<b>%1</b>").arg(file.toHtmlEscaped())));
    show();
}

} // namespace pfnscope::ui

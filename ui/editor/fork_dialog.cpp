// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/fork_dialog.h"

#include "editor/operation_form.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QVBoxLayout>

namespace pfnscope::ui {

ForkDialog::ForkDialog(const QString& text, int step, QWidget* parent)
    : QDialog(parent), text_(text), step_(step), form_(new OperationForm) {
    setObjectName(QStringLiteral("forkDialog"));
    setWindowTitle(tr("Fork at step %1").arg(step + 1));
    resize(460, 320);
    if (const auto now = stepTextAt(text_, step_))
        form_->setStep(*now);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(
        new QLabel(tr("What step %1 is to be in a column of its own. The other columns stay as they are.")
                       .arg(step + 1)));
    layout->addWidget(form_, 1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

QString ForkDialog::scenario() const {
    const auto now = stepTextAt(text_, step_);
    return now ? text_.left(now->begin) + form_->yaml() + text_.mid(now->end) : text_;
}

} // namespace pfnscope::ui

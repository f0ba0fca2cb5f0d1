// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/script_pane.h"

#include "models/text.h"

#include <QLabel>
#include <QListWidget>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace pfnscope::ui {

ScriptPane::ScriptPane(const PaneContext& context)
    : Pane(context, QStringLiteral("pane.script"), tr("Scenario")), title_(new QLabel),
      steps_(new QListWidget), narration_(new QLabel) {
    title_->setWordWrap(true);
    title_->setObjectName(QStringLiteral("scenarioTitle"));
    QFont bold = title_->font();
    bold.setBold(true);
    title_->setFont(bold);
    steps_->setObjectName(QStringLiteral("stepList"));
    steps_->setWordWrap(true);
    steps_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    steps_->setAccessibleName(tr("Steps of the scenario"));
    narration_->setWordWrap(true);
    narration_->setObjectName(QStringLiteral("narration"));
    narration_->setTextFormat(Qt::RichText);
    narration_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    narration_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    narration_->setContentsMargins(6, 4, 6, 4);

    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(narration_);
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(steps_);
    split->addWidget(scroll);
    split->setSizes({300, 300});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(title_);
    layout->addWidget(split, 1);
    connect(steps_, &QListWidget::currentRowChanged, this, [this](int row) {
        if (!filling_ && row >= 0)
            context_.session.moveToStep(std::size_t(row));
    });
}

void ScriptPane::fillSteps() {
    const auto& steps = context_.session.steps();
    bool same = steps_->count() == int(steps.size());
    for (int i = 0; same && i < steps_->count(); ++i)
        same = steps_->item(i)->data(Qt::UserRole).toString() == qt(steps[std::size_t(i)].title);
    if (!same) {
        steps_->clear();
        for (const Step& step : steps) {
            auto* item = new QListWidgetItem(
                QStringLiteral("%1  %2").arg(steps_->count() + 1).arg(qt(step.title)), steps_);
            item->setData(Qt::UserRole, qt(step.title));
            item->setToolTip(qt(step.say));
        }
    }
    for (int i = 0; i < steps_->count(); ++i)
        steps_->item(i)->setFont(monoFont(fontInfo().pixelSize() - 1));
}

void ScriptPane::refresh() {
    filling_ = true;
    title_->setText(context_.session.title());
    title_->setToolTip(context_.session.about());
    fillSteps();
    const auto step = context_.session.step();
    steps_->setCurrentRow(step ? int(*step) : -1);
    if (!step) {
        steps_->clearSelection();
        narration_->setText(QStringLiteral("<p>%1</p>").arg(context_.session.about().toHtmlEscaped()));
    } else {
        if (revealed_ != step)
            revealed_.reset();
        narration_->setText(narration());
    }
    filling_ = false;
}

QString ScriptPane::question() const {
    const Step& step = context_.session.steps()[*context_.session.step()];
    QString html = QStringLiteral("<p><b>%1</b></p><ol>").arg(qt(step.question).toHtmlEscaped());
    for (std::size_t i = 0; i < step.answers.size(); ++i) {
        const bool right = revealed_ && i == step.right;
        const QString answer = qt(step.answers[i]).toHtmlEscaped();
        html += right ? QStringLiteral("<li><b>%1 &#10003;</b></li>").arg(answer)
                      : QStringLiteral("<li>%1</li>").arg(answer);
    }
    html += QStringLiteral("</ol>");
    return revealed_ ? html : html + tr("<p><i>Press R for the answer.</i></p>");
}

QString ScriptPane::outcomes() const {
    const SessionModel& session = context_.session;
    const std::size_t step = *session.step();
    QString html = QStringLiteral("<table cellspacing='0' cellpadding='2'>");
    for (int i = 0; i < session.columnCount(); ++i) {
        const Column& column = session.column(i);
        const bool did = step < column.answers.size() && !column.answers[step].empty();
        QString answer = did ? qt(column.answers[step]).toHtmlEscaped() : tr("nothing was done");
        for (const check::Finding& finding : column.report.findings) {
            if (finding.step == step)
                answer += QStringLiteral("<br><b>%1</b>: %2")
                              .arg(qt(check::name(finding.kind)), qt(finding.text).toHtmlEscaped());
        }
        html += QStringLiteral("<tr><td><b>%1</b>&nbsp;</td><td>%2</td></tr>")
                    .arg(qt(column.option.name), answer);
    }
    return html + QStringLiteral("</table>");
}

QString ScriptPane::narration() const {
    const Step& step = context_.session.steps()[*context_.session.step()];
    QString html;
    const bool asks = !step.question.empty() && !revealed_; // what is said would give the answer away
    if (!step.say.empty() && !asks)
        html += QStringLiteral("<p>%1</p>").arg(qt(step.say).toHtmlEscaped());
    if (!step.question.empty()) {
        html += question();
        if (!revealed_)
            return html;
    }
    return html + outcomes();
}

void ScriptPane::reveal() {
    revealed_ = context_.session.step();
    refresh();
}

QString ScriptPane::asText() {
    bringUpToDate();
    QStringList lines{title_->text()};
    for (int i = 0; i < steps_->count(); ++i)
        lines << (i == steps_->currentRow() ? QStringLiteral("> ") : QStringLiteral("  ")) +
                     steps_->item(i)->text();
    return lines.join(u'\n');
}

} // namespace pfnscope::ui

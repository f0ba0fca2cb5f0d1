// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/script_pane.h"

#include "models/text.h"

#include <QLabel>
#include <QListWidget>
#include <QRegularExpression>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QTextDocumentFragment>
#include <QVBoxLayout>

#include <algorithm>

namespace pfnscope::ui {

namespace {
constexpr std::size_t kMostAnswers = 8; ///< as the reader of scenarios allows
}

ScriptPane::ScriptPane(const PaneContext& context)
    : Pane(context, QStringLiteral("pane.script"), tr("Scenario")), title_(new QLabel),
      steps_(new QListWidget), narration_(new QLabel),
      split_(new QSplitter(Qt::Vertical)) {
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
    narration_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a kernel function's name must not widen it

    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(narration_);
    split_->addWidget(steps_);
    split_->addWidget(scroll);
    split_->setSizes({300, 300});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(title_);
    layout->addWidget(split_, 1);
    narration_->setTextInteractionFlags(narration_->textInteractionFlags() | Qt::LinksAccessibleByMouse |
                                        Qt::LinksAccessibleByKeyboard);
    connect(split_, &QSplitter::splitterMoved, this, [this] { sharedByHand_ = true; });
    connect(narration_, &QLabel::linkActivated, this, &ScriptPane::follow);
    for (std::size_t i = 0; i < kMostAnswers; ++i) {
        auto* key = new QShortcut(QKeySequence(Qt::Key_1 + int(i)), this);
        connect(key, &QShortcut::activated, this, [this, i] { guess(i); });
    }
    connect(&context_.session, &SessionModel::opened, this, [this] {
        guesses_.clear();
        reached_ = 0;
    });
    connect(steps_, &QListWidget::currentRowChanged, this, [this](int row) {
        if (!filling_ && row >= 0)
            context_.session.moveToStep(std::size_t(row));
    });
}

void ScriptPane::fillSteps() {
    const auto& steps = context_.session.steps();
    if (shown_ != context_.session.revision()) {
        shown_ = context_.session.revision();
        steps_->clear();
        for (std::size_t i = 0; i < steps.size(); ++i)
            new QListWidgetItem(titleOf(i), steps_);
        shareRoomSoon();
    }
    if (const auto now = context_.session.step())
        reached_ = std::max(reached_, *now + 1);
    for (std::size_t i = 0; i < std::min(reached_, steps.size()); ++i) {
        if (steps[i].isTurn)
            steps_->item(int(i))->setText(titleOf(i));
    }
    steps_->setFont(monoFont(fontInfo().pixelSize() - 1));
}

/// Once everything has its height, and as long as the user has not said otherwise.
void ScriptPane::shareRoomSoon() {
    if (!sharedByHand_)
        QMetaObject::invokeMethod(this, &ScriptPane::shareRoom, Qt::QueuedConnection);
}

/// The list takes what it fills, up to half; the rest is for the words.
void ScriptPane::shareRoom() {
    const int room = split_->height();
    if (steps_->count() == 0)
        return;
    const QRect first = steps_->visualItemRect(steps_->item(0)); // wrapped as they are now
    const QRect last = steps_->visualItemRect(steps_->item(steps_->count() - 1));
    const int filled = last.bottom() - first.top() + 2 * steps_->frameWidth() + 2;
    const int list = std::min(filled, room / 2);
    split_->setSizes({list, room - list});
}

/// A pane that is given much room is read from afar.
void ScriptPane::sizeWords() {
    constexpr int kWidthForPixel = 22;
    const int usual = fontInfo().pixelSize();
    QFont font = narration_->font();
    font.setPixelSize(std::clamp(width() / kWidthForPixel, usual, usual * 3 / 2));
    narration_->setFont(font);
}

void ScriptPane::resizeEvent(QResizeEvent* event) {
    Pane::resizeEvent(event);
    sizeWords();
    shareRoomSoon();
}

QString ScriptPane::titleOf(std::size_t index) const {
    const Step& step = context_.session.steps()[index];
    const bool hidden = step.isTurn && index >= reached_;
    return QStringLiteral("%1  %2").arg(index + 1).arg(hidden ? tr("your turn") : qt(step.title));
}

void ScriptPane::refresh() {
    filling_ = true;
    title_->setText(context_.session.title());
    title_->setToolTip(context_.session.about());
    fillSteps();
    const auto step = context_.session.step();
    steps_->setCurrentRow(step ? int(*step) : -1);
    if (!step)
        steps_->clearSelection();
    sizeWords();
    narration_->setText(context_.session.isOpen() ? narration() : QString());
    filling_ = false;
}

std::optional<std::size_t> ScriptPane::asked() const {
    const SessionModel& session = context_.session;
    const std::size_t next = session.step() ? *session.step() + 1 : 0;
    const bool asks = session.isOpen() && session.atEndOfStep() && next < session.steps().size() &&
                      !session.steps()[next].question.empty();
    return asks ? std::optional(next) : std::nullopt;
}

QString ScriptPane::question(std::size_t index) const {
    const Step& step = context_.session.steps()[index];
    const bool open = asked() == index;
    const auto said = guesses_.find(index);
    QString html = QStringLiteral("<p><b>%1</b></p><ol>").arg(qt(step.question).toHtmlEscaped());
    for (std::size_t i = 0; i < step.answers.size(); ++i) {
        QString answer = qt(step.answers[i]).toHtmlEscaped();
        const bool guessed = said != guesses_.end() && said->second == i;
        if (open)
            answer = QStringLiteral("<a style='color:%1' href='%2'>%3</a>%4")
                         .arg(theme_.text().name())
                         .arg(i)
                         .arg(answer, guessed ? tr(" &#8592; your guess") : QString());
        else if (i == step.right)
            answer = QStringLiteral("<b>%1 &#10003;</b>").arg(answer);
        else if (guessed)
            answer += tr(" &#10007; <i>your guess</i>");
        html += QStringLiteral("<li>%1</li>").arg(answer);
    }
    html += QStringLiteral("</ol>");
    if (open && step.isTurn)
        return html + tr("<p><i>Click what you would do, or press its number. R runs what does it.</i></p>");
    if (!open && step.isTurn && said != guesses_.end() && said->second != step.right)
        html += tr("<p><a href='try'>See what yours does</a>, in a column beside.</p>");
    return open ? html + tr("<p><i>Click what you expect, or press its number. R runs the step: %1</i></p>").arg(qt(step.title).toHtmlEscaped())
                : html;
}

/// A bare value is what a system call returned.
static QString answerWords(const QString& answer) {
    static const QRegularExpression value(QStringLiteral("^(-?[0-9]+|0x[0-9a-f]+|-E[A-Z]+)$"));
    return value.match(answer).hasMatch() ? ScriptPane::tr("returned %1").arg(answer) : answer;
}

QString ScriptPane::outcomes() const {
    const SessionModel& session = context_.session;
    const std::size_t step = *session.step();
    QString html;
    for (int i = 0; i < session.columnCount(); ++i) {
        const Column& column = session.column(i);
        const bool did = step < column.answers.size() && !column.answers[step].empty();
        QString answer = did ? answerWords(qt(column.answers[step])).toHtmlEscaped() : tr("nothing was done");
        for (const check::Finding& finding : column.report.findings) {
            if (finding.step == step)
                answer += QStringLiteral("<br><b>%1</b>: %2")
                              .arg(qt(check::name(finding.kind)), qt(finding.text).toHtmlEscaped());
        }
        html += QStringLiteral("<p style='margin-top: 2px; margin-bottom: 2px'><b>%1</b>&nbsp; %2</p>").arg(qt(column.name()), answer);
    }
    return html;
}

QString ScriptPane::narration() const {
    const SessionModel& session = context_.session;
    QString html;
    if (const auto step = session.step()) {
        const Step& now = session.steps()[*step];
        if (!now.say.empty())
            html += QStringLiteral("<p>%1</p>").arg(qt(now.say).toHtmlEscaped());
        if (!now.question.empty())
            html += question(*step);
        html += outcomes();
    } else {
        html += QStringLiteral("<p>%1</p>").arg(session.about().toHtmlEscaped());
    }
    return html + outlook();
}

/// What comes next: a question, or the end.
QString ScriptPane::outlook() const {
    if (const auto next = asked())
        return QStringLiteral("<hr>") + question(*next);
    const auto step = context_.session.step();
    const bool isEnd = step && *step + 1 == context_.session.steps().size() && context_.session.atEndOfStep();
    if (!isEnd || followUp_.isEmpty())
        return {};
    return QStringLiteral("<hr><p><a href='next'>%1</a></p>").arg(followUp_.toHtmlEscaped());
}

void ScriptPane::follow(const QString& link) {
    const auto step = context_.session.step();
    if (link == QStringLiteral("next")) {
        Q_EMIT followUpAsked();
    } else if (link != QStringLiteral("try")) {
        guess(link.toULongLong());
    } else if (const auto said = step ? guesses_.find(*step) : guesses_.end(); said != guesses_.end()) {
        Q_EMIT answerTried(*step, qt(context_.session.steps()[*step].answers[said->second]));
    }
}

scenario::LessonScore ScriptPane::score() const {
    scenario::LessonScore score;
    const auto& steps = context_.session.steps();
    for (std::size_t i = 0; i < steps.size() && !guesses_.empty(); ++i) {
        if (steps[i].question.empty())
            continue;
        const auto said = guesses_.find(i);
        ++score.asked;
        score.right += said != guesses_.end() && said->second == steps[i].right ? 1 : 0;
    }
    return score;
}

void ScriptPane::guess(std::size_t answer) {
    const auto next = asked();
    if (!next || answer >= context_.session.steps()[*next].answers.size())
        return;
    guesses_[*next] = answer;
    narration_->setText(narration());
}

void ScriptPane::reveal() {
    if (asked())
        context_.session.stride(machine::StepDepth::Operation, Direction::Forward);
}

QString ScriptPane::asText() {
    bringUpToDate();
    QStringList lines{title_->text()};
    for (int i = 0; i < steps_->count(); ++i)
        lines << (i == steps_->currentRow() ? QStringLiteral("> ") : QStringLiteral("  ")) +
                     steps_->item(i)->text();
    return lines.join(u'\n') + u'\n' + narrationText();
}

QString ScriptPane::narrationText() {
    bringUpToDate();
    return QTextDocumentFragment::fromHtml(narration_->text()).toPlainText();
}

} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_column.h"

#include "models/text.h"
#include "option/option_yaml.h"

#include <QLabel>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {

const auto kBetweenRules = QStringLiteral("; ");

/// The rules that make this option another than the first column's.
QStringList rulesThatDiffer(const option::Option& one, const option::Option& other) {
    QStringList lines;
    for (const option::Slot& slot : option::slots())
        if (slot.words(one) != slot.words(other))
            lines << QStringLiteral("%1: %2").arg(qt(slot.name), qt(slot.words(one)));
    return lines;
}

bool differsFromTheFirst(const Pictures& pictures, int column) {
    constexpr std::size_t kOneWillDo = 1;
    return !view::differences(pictures.now(0), pictures.now(column), view::Kinship::OtherHistory, kOneWillDo)
                .empty();
}

} // namespace

CanvasColumn::CanvasColumn(const PaneContext& context, int index, const Theme& theme)
    : context_(context), index_(index), theme_(theme), heading_(new QLabel), settings_(new QLabel),
      canvas_(new CanvasView(theme)) {
    heading_->setObjectName(QStringLiteral("columnHeading"));
    heading_->setTextFormat(Qt::RichText);
    settings_->setObjectName(QStringLiteral("columnSettings"));
    settings_->setTextFormat(Qt::PlainText);
    for (QLabel* label : {heading_, settings_}) {
        label->setContentsMargins(8, 2, 8, 2);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(heading_);
    layout->addWidget(settings_);
    layout->addWidget(canvas_, 1);
    connect(canvas_, &CanvasView::entryChosen, this, &CanvasColumn::chooseEntry);
    connect(canvas_, &CanvasView::tableChosen, this, [this](Pfn table) { chooseEntry({table, 0, 1}); });
    connect(canvas_, &CanvasView::descendAsked, &context_.session, &SessionModel::descend);
    connect(canvas_, &CanvasView::ascendAsked, &context_.session, &SessionModel::ascend);
    connect(canvas_, &CanvasView::watchAsked, this, [this](const view::EntryRef& entry) {
        context_.notebook.toggleWatch(context_.session.selectionOf(index_, entry.table, entry.first));
    });
    connect(canvas_, &CanvasView::focused, this, [this] { context_.session.setActiveColumn(index_); });
}

void CanvasColumn::chooseEntry(const view::EntryRef& entry) {
    context_.session.setActiveColumn(index_);
    context_.session.select(context_.session.selectionOf(index_, entry.table, entry.first));
}

QString CanvasColumn::heading() const {
    const SessionModel& session = context_.session;
    const Column& column = session.column(index_);
    const auto step = session.step();
    if (!column.run && !column.isFork()) // of a dump nothing can be said
        return QStringLiteral("<b>%1</b>").arg(qt(column.name()));
    const check::Verdict verdict = verdictToShow();
    const QColor colour = verdict == check::Verdict::Ok ? theme_.change(view::Mark::Added) : theme_.change(view::Mark::Removed);
    QString text = QStringLiteral("<b>%1</b>&nbsp; %2 <b><span style='color:%3'>%4</span></b>")
                       .arg(qt(column.name()), isLesson() ? tr("so far") : tr("verdict"), colour.name(), qt(check::name(verdict)));
    if (step && index_ > 0 && differsFromTheFirst(context_.pictures, index_)) {
        const bool first = context_.pictures.firstDivergence() == step;
        text += tr("&nbsp; <span style='color:%1'>&#9873; %2</span>")
                    .arg(theme_.change(view::Mark::Changed).name(), first ? tr("diverges here") : tr("differs"));
    }
    return text;
}

QStringList CanvasColumn::differingRules() const {
    const Column& column = context_.session.column(index_);
    return index_ == 0 || column.isFork() ? QStringList()
                                          : rulesThatDiffer(column.option, context_.session.column(0).option);
}

QString CanvasColumn::settings() const {
    const QStringList rules = differingRules();
    const Column& column = context_.session.column(index_);
    return rules.isEmpty() ? qt(column.isFork() ? column.story : column.option.title) : rules.join(kBetweenRules);
}

QString CanvasColumn::settingsWithin(int room) const {
    const QFontMetrics metrics = settings_->fontMetrics();
    QStringList shown = differingRules();
    if (shown.isEmpty())
        return metrics.elidedText(settings(), Qt::ElideRight, room);
    const auto line = [&shown](qsizetype more) {
        const QString words = shown.join(kBetweenRules);
        return more == 0 ? words : tr("%1; +%2 more").arg(words).arg(more);
    };
    const qsizetype all = shown.size();
    while (shown.size() > 1 && metrics.horizontalAdvance(line(all - shown.size())) > room)
        shown.removeLast();
    return metrics.elidedText(line(all - shown.size()), Qt::ElideRight, room);
}

void CanvasColumn::showSettings() {
    if (index_ >= context_.session.columnCount())
        return;
    const int room = width() - settings_->contentsMargins().left() - settings_->contentsMargins().right();
    settings_->setText(settingsWithin(room));
}

void CanvasColumn::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    showSettings();
}

bool CanvasColumn::isLesson() const {
    const auto& steps = context_.session.steps();
    return std::any_of(steps.begin(), steps.end(), [](const Step& step) { return !step.question.empty(); });
}

check::Verdict CanvasColumn::verdictToShow() const {
    const SessionModel& session = context_.session;
    check::Report report = session.column(index_).report;
    if (isLesson()) // the end would answer its questions
        std::erase_if(report.findings, [&](const check::Finding& finding) { return !session.step() || finding.step > *session.step(); });
    return report.verdict();
}

void CanvasColumn::setTheme(const Theme& theme) {
    theme_ = theme;
    canvas_->setTheme(theme);
    refresh();
}

void CanvasColumn::refresh() {
    const SessionModel& session = context_.session;
    if (index_ >= session.columnCount())
        return;
    heading_->setText(heading());
    const option::Option& own = session.column(index_).option;
    const QString rules = rulesThatDiffer(own, session.column(0).option).join(u'\n');
    const bool isActive = session.activeColumn() == index_ && session.columnCount() > 1;
    for (QLabel* label : {heading_, settings_}) {
        label->setToolTip(index_ == 0 || rules.isEmpty() ? qt(own.about) : qt(own.title) + u'\n' + rules);
        QPalette palette = label->palette();
        palette.setColor(QPalette::WindowText, label == heading_ ? theme_.text() : theme_.faintText());
        label->setPalette(palette);
        label->setAutoFillBackground(isActive);
    }
    showSettings();
    canvas_->setDiagram(context_.pictures.diagram(index_));
}

} // namespace pfnscope::ui

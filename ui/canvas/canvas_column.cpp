// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_column.h"

#include "models/text.h"
#include "option/option_yaml.h"

#include <QLabel>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {

/// The rules that make this option another than the first column's, for the tool tip.
QString rulesThatDiffer(const option::Option& one, const option::Option& other) {
    QStringList lines;
    for (const option::Slot& slot : option::slots())
        if (slot.words(one) != slot.words(other))
            lines << QStringLiteral("%1: %2").arg(qt(slot.name), qt(slot.words(one)));
    return lines.join(u'\n');
}

} // namespace

CanvasColumn::CanvasColumn(const PaneContext& context, int index, const Theme& theme)
    : context_(context), index_(index), theme_(theme), heading_(new QLabel), canvas_(new CanvasView(theme)) {
    heading_->setObjectName(QStringLiteral("columnHeading"));
    heading_->setTextFormat(Qt::RichText);
    heading_->setContentsMargins(8, 3, 8, 3);
    heading_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(heading_);
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
    const check::Verdict verdict = verdictToShow();
    const QColor colour = verdict == check::Verdict::Ok ? theme_.change(view::Mark::Added) : theme_.change(view::Mark::Removed);
    QString text = QStringLiteral("<b>%1</b>&nbsp; %2 <b><span style='color:%3'>%4</span></b>")
                       .arg(qt(column.name()), isLesson() ? tr("so far") : tr("verdict"), colour.name(), qt(check::name(verdict)));
    if (step && index_ > 0 && context_.pictures.divergentSteps()[*step]) {
        const bool first = context_.pictures.firstDivergence() == step;
        text += tr("&nbsp; <span style='color:%1'>&#9873; %2</span>")
                    .arg(theme_.change(view::Mark::Changed).name(), first ? tr("diverges here") : tr("differs"));
    }
    return text + QStringLiteral("&nbsp; ") + qt(column.isFork() ? column.story : column.option.title).toHtmlEscaped();
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
    heading_->setToolTip(index_ == 0 ? qt(own.about) : rulesThatDiffer(own, session.column(0).option));
    QPalette palette = heading_->palette();
    palette.setColor(QPalette::WindowText, theme_.text());
    heading_->setPalette(palette);
    heading_->setAutoFillBackground(session.activeColumn() == index_ && session.columnCount() > 1);
    canvas_->setDiagram(context_.pictures.diagram(index_));
}

} // namespace pfnscope::ui

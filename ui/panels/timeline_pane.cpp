// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/timeline_pane.h"

#include "models/text.h"
#include "panels/plot.h"
#include "panels/timeline_lanes.h"
#include "session/lock_step.h"
#include "theme/style.h"

#include <QBuffer>
#include <QHBoxLayout>
#include <QLabel>
#include <QPdfWriter>
#include <QSlider>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {

constexpr int kTicksPerStep = 100;
constexpr int kPlotWidth = 900, kPlotHeight = 240; ///< of an exported picture

struct Curve {
    const char* title;
    double (*value)(const view::CostPoint&);
};
constexpr Curve kCurves[] = {
    {QT_TRANSLATE_NOOP("TimelinePane", "deposited tables"),
     [](const view::CostPoint& p) { return double(p.deposited); }},
    {QT_TRANSLATE_NOOP("TimelinePane", "table bytes, KiB"),
     [](const view::CostPoint& p) { return double(p.tableBytes) / 1024; }},
    {QT_TRANSLATE_NOOP("TimelinePane", "page faults"),
     [](const view::CostPoint& p) { return double(p.faults); }},
};

} // namespace

TimelinePane::TimelinePane(const PaneContext& context)
    : Pane(context, QStringLiteral("pane.timeline"), tr("Timeline")), slider_(new QSlider(Qt::Horizontal)),
      label_(new QLabel), plot_(new QCustomPlot), lanes_(new TimelineLanes(context)) {
    slider_->setObjectName(QStringLiteral("time"));
    slider_->setAccessibleName(tr("Time"));
    slider_->setFocusPolicy(Qt::ClickFocus);
    label_->setObjectName(QStringLiteral("timeLabel"));
    label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label_->setWordWrap(true); // four columns at 1366 pixels
    label_->setSizePolicy(QSizePolicy::Ignored,
                          QSizePolicy::Preferred); // many columns must not widen the window
    plot_->setObjectName(QStringLiteral("plot"));
    plot_->setMinimumSize(210, 84);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 4);
    layout->setSpacing(2);
    layout->addWidget(label_);
    auto* time = new QVBoxLayout;
    time->setSpacing(1);
    time->addWidget(lanes_);
    time->addWidget(slider_);
    time->addStretch(1);
    auto* beside = new QHBoxLayout;
    beside->addLayout(time, 3);
    beside->addWidget(plot_, 2);
    layout->addLayout(beside, 1);
    buildPlot();
    connect(slider_, &QSlider::valueChanged, this, &TimelinePane::scrub);
    connect(&context_.session, &SessionModel::opened, this, [this] {
        rebuild_ = true;
        if (isVisible())
            refresh();
    });
}

void TimelinePane::buildPlot() {
    plot_->plotLayout()->clear();
    plot_->addLayer(QStringLiteral("cursor"));
    // The cursor is drawn into a buffer of its own: moving it costs nothing, whatever the curves hold.
    plot_->layer(QStringLiteral("cursor"))->setMode(QCPLayer::lmBuffered);
    for (int i = 0; i < int(std::size(kCurves)); ++i) {
        auto* area = new QCPAxisRect(plot_);
        plot_->plotLayout()->addElement(0, i, area);
        area->setAutoMargins(QCP::msLeft | QCP::msTop | QCP::msBottom);
        area->setMargins(QMargins(0, 0, 8, 0));
        area->axis(QCPAxis::atBottom)->setLabel(tr(kCurves[i].title));
        area->axis(QCPAxis::atLeft)->ticker()->setTickCount(3);
        const QSharedPointer<QCPAxisTickerFixed> steps(new QCPAxisTickerFixed); // there is no half a step
        steps->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
        area->axis(QCPAxis::atBottom)->setTicker(steps);
        for (QCPAxis* axis : area->axes())
            axis->setLayer(QStringLiteral("axes"));
        auto* cursor = new QCPItemStraightLine(plot_);
        cursor->setLayer(QStringLiteral("cursor"));
        cursor->setClipAxisRect(area);
        for (QCPItemPosition* position : {cursor->point1, cursor->point2})
            position->setAxes(area->axis(QCPAxis::atBottom), area->axis(QCPAxis::atLeft));
        areas_.push_back(area);
        cursors_.push_back(cursor);
    }
}

double TimelinePane::timeOf(int column, machine::Position position) const {
    const Column& shown = context_.session.column(column);
    const auto operation = operationAt(shown.journal(), position);
    const auto step = operation && *operation < shown.stepOfOperation.size()
                          ? shown.stepOfOperation[*operation]
                          : std::nullopt;
    if (!step)
        return 0;
    const machine::Call& call = shown.journal().call(shown.journal().operations()[*operation]);
    return double(*step) +
           double(position - call.first) / double(std::max<machine::Position>(1, call.last - call.first));
}

void TimelinePane::fillPlot() {
    plot_->clearGraphs();
    const double end = double(context_.session.steps().size());
    for (std::size_t curve = 0; curve < areas_.size(); ++curve) {
        double top = 1;
        for (int column = 0; column < context_.session.columnCount(); ++column) {
            QVector<double> times, values;
            for (const view::CostPoint& point : context_.pictures.costs(column)) {
                times << timeOf(column, point.position);
                values << kCurves[curve].value(point);
                top = std::max(top, values.back());
            }
            if (!values.isEmpty()) {
                times << end;
                values << values.back();
            }
            QCPGraph* graph =
                plot_->addGraph(areas_[curve]->axis(QCPAxis::atBottom), areas_[curve]->axis(QCPAxis::atLeft));
            graph->setName(qt(context_.session.column(column).name()));
            graph->setLineStyle(QCPGraph::lsStepLeft);
            graph->setPen(QPen(theme_.series(column), 1, theme_.seriesDash(column)));
            graph->setAdaptiveSampling(true);
            graph->setData(times, values, true);
        }
        areas_[curve]->axis(QCPAxis::atBottom)->setRange(0, std::max(1.0, end));
        areas_[curve]->axis(QCPAxis::atLeft)->setRange(0, top * 1.15);
    }
}

void TimelinePane::setTheme(const Theme& theme) {
    Pane::setTheme(theme);
    plot_->setBackground(theme.panel());
    lanes_->setTheme(theme);
    for (QCPAxisRect* area : areas_) {
        area->setBackground(theme.background());
        for (QCPAxis* axis : area->axes()) {
            axis->setBasePen(QPen(theme.faintText()));
            axis->setTickPen(QPen(theme.faintText()));
            axis->setSubTickPen(Qt::NoPen);
            axis->setTickLabelColor(theme.text());
            axis->setLabelColor(theme.text());
            axis->setTickLabelFont(textFont(9));
            axis->setLabelFont(textFont(10));
            axis->setLabelPadding(1);
            axis->grid()->setPen(QPen(theme.grid(), 1));
        }
    }
    for (QCPItemStraightLine* cursor : cursors_)
        cursor->setPen(QPen(theme.selection(), 2));
    rebuild_ = true;
    if (isVisible())
        refresh();
}

void TimelinePane::placeCursor() {
    const SessionModel& session = context_.session;
    const auto step = session.step();
    const double time = !step ? 0
                        : session.atEndOfStep()
                            ? double(*step) + 1
                            : timeOf(session.activeColumn(), session.position(session.activeColumn()));
    for (QCPItemStraightLine* cursor : cursors_) {
        cursor->point1->setCoords(time, 0);
        cursor->point2->setCoords(time, 1);
    }
    moving_ = true;
    slider_->setRange(0, int(session.steps().size()) * kTicksPerStep);
    slider_->setPageStep(kTicksPerStep);
    slider_->setTickInterval(kTicksPerStep);
    slider_->setTickPosition(QSlider::TicksBelow);
    slider_->setValue(int(time * kTicksPerStep));
    moving_ = false;
}

QString TimelinePane::words() const {
    const SessionModel& session = context_.session;
    const auto step = session.step();
    QString text = tr("step %1/%2").arg(step ? *step + 1 : 0).arg(session.steps().size());
    if (!session.atEndOfStep())
        text += tr(", write %1/%2")
                    .arg(session.position(session.activeColumn()))
                    .arg(session.active().journal().end());
    if (const auto first = context_.pictures.firstDivergence())
        text += tr("    columns differ from step %1 on").arg(*first + 1);
    QStringList series;
    for (int column = 0; column < session.columnCount(); ++column) {
        const view::CostPoint now = view::costAt(context_.pictures.costs(column), session.position(column));
        series << tr("<span style='color:%1'>%2</span>: %3 deposited, %4 KiB, %5 faults")
                      .arg(seriesText(theme_, column).name(), qt(session.column(column).name()))
                      .arg(now.deposited)
                      .arg(now.tableBytes / 1024)
                      .arg(now.faults);
    }
    return text + QStringLiteral("&nbsp;&nbsp;&nbsp;&nbsp;") +
           series.join(QStringLiteral("&nbsp;&nbsp;|&nbsp;&nbsp;"));
}

void TimelinePane::refresh() {
    setEnabled(context_.session.isOpen());
    if (!context_.session.isOpen())
        return;
    placeCursor();
    label_->setText(words());
    lanes_->update();
    if (rebuild_) {
        rebuild_ = false;
        fillPlot();
        plot_->replot(QCustomPlot::rpQueuedReplot);
    } else {
        plot_->layer(QStringLiteral("cursor"))->replot();
    }
}

void TimelinePane::scrub(int value) {
    if (moving_)
        return;
    const SessionModel& session = context_.session;
    const int column = session.activeColumn();
    const auto step = std::size_t(value / kTicksPerStep);
    const double share = double(value % kTicksPerStep) / kTicksPerStep;
    const auto& stepOf = session.active().stepOfOperation;
    const auto found = std::find(stepOf.begin(), stepOf.end(), std::optional(step));
    if (found == stepOf.end()) {
        context_.session.moveToEnd();
        return;
    }
    const machine::Journal& journal = session.active().journal();
    const machine::Call& call = journal.call(journal.operations()[std::size_t(found - stepOf.begin())]);
    context_.session.moveTo({column, call.first + machine::Position(share * double(call.last - call.first))});
}

QByteArray TimelinePane::asCsv() const {
    const SessionModel& session = context_.session;
    QString text = QStringLiteral("option,position,step,deposited_tables,table_bytes,page_faults\n");
    for (int column = 0; column < session.columnCount(); ++column) {
        for (const view::CostPoint& point : context_.pictures.costs(column))
            text += QStringLiteral("\"%1\",%2,%3,%4,%5,%6\n")
                        .arg(qt(session.column(column).name()))
                        .arg(point.position)
                        .arg(timeOf(column, point.position), 0, 'f', 3)
                        .arg(point.deposited)
                        .arg(point.tableBytes)
                        .arg(point.faults);
    }
    return text.toUtf8();
}

QByteArray TimelinePane::exported(const QString& ending) const {
    if (ending == QStringLiteral("csv"))
        return asCsv();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (ending == QStringLiteral("png"))
        plot_->toPixmap(kPlotWidth, kPlotHeight, 2).save(&buffer, "PNG");
    if (ending == QStringLiteral("pdf")) {
        QPdfWriter writer(&buffer);
        writer.setPageSize(QPageSize(QSizeF(kPlotWidth, kPlotHeight) * 0.75, QPageSize::Point));
        writer.setPageMargins(QMarginsF(0, 0, 0, 0));
        writer.setResolution(96);
        QCPPainter painter;
        painter.begin(&writer);
        painter.setMode(QCPPainter::pmVectorized);
        plot_->toPainter(&painter, kPlotWidth, kPlotHeight);
        painter.end();
    }
    return bytes;
}

QString TimelinePane::asText() {
    bringUpToDate();
    return label_->text() + u'\n' + (lanes_->marks() + lanes_->holdersNow()).join(u'\n');
}

} // namespace pfnscope::ui

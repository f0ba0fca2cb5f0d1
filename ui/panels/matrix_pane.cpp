// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/matrix_pane.h"

#include "models/text.h"

#include <QComboBox>
#include <QDir>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {
constexpr auto kFolders = {"thread", "callers", "bugs", "races", "lessons"};
}

MatrixPane::MatrixPane(const PaneContext& context, const Loader& loader, const QString& scenarioFolder)
    : Pane(context, QStringLiteral("pane.matrix"), tr("Matrix")), loader_(loader), folder_(scenarioFolder),
      scenarios_(new QComboBox), options_(new QComboBox), progress_(new QLabel), table_(new QTableWidget) {
    pool_.setMaxThreadCount(1);
    table_->setObjectName(QStringLiteral("matrix"));
    table_->setAccessibleName(tr("Verdicts, a line a scenario, a column an option"));
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    makeLayout();
    fillChoices();
    const auto choose = [this](int row, int column) {
        const QTableWidgetItem* item = table_->item(row, column);
        if (item)
            Q_EMIT chosen(item->data(Qt::UserRole).toString(), table_->horizontalHeaderItem(column)->text());
    };
    connect(table_, &QTableWidget::cellClicked, this, choose);
    connect(table_, &QTableWidget::cellActivated, this, choose);
}

MatrixPane::~MatrixPane() {
    latest_->fetch_add(1);
    pool_.clear();
    pool_.waitForDone();
}

void MatrixPane::makeLayout() {
    for (QComboBox* choice : {scenarios_, options_}) { // a long name must not widen the window
        choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        choice->setMinimumContentsLength(14);
    }
    progress_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* run = new QPushButton(tr("Run"));
    run->setObjectName(QStringLiteral("runMatrix"));
    connect(run, &QPushButton::clicked, this, [this] { start(); });
    auto* head = new QHBoxLayout;
    head->addWidget(scenarios_);
    head->addWidget(new QLabel(tr("under")));
    head->addWidget(options_);
    head->addWidget(run);
    head->addWidget(progress_, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(4);
    layout->addLayout(head);
    layout->addWidget(table_, 1);
}

void MatrixPane::fillChoices() {
    scenarios_->addItem(tr("the open scenario"), QStringLiteral("."));
    scenarios_->addItem(tr("all scenarios"), QString());
    for (const char* folder : kFolders)
        scenarios_->addItem(tr("scenarios/%1").arg(QLatin1String(folder)), QLatin1String(folder));
    options_->addItem(tr("all options"), QString());
    for (const option::Option& option : loader_.catalogue().options())
        options_->addItem(qt(option.name), qt(option.name));
}

QStringList MatrixPane::folderFiles() const {
    const QString chosen = scenarios_->currentData().toString();
    if (chosen == QStringLiteral("."))
        return context_.session.path().isEmpty() ? QStringList{} : QStringList{context_.session.path()};
    QStringList files;
    for (const char* folder : kFolders) {
        if (!chosen.isEmpty() && chosen != QLatin1String(folder))
            continue;
        for (const QFileInfo& file : QDir(folder_ + u'/' + QLatin1String(folder))
                                         .entryInfoList({QStringLiteral("*.yaml")}, QDir::Files, QDir::Name))
            files << file.filePath();
    }
    return files;
}

void MatrixPane::start() {
    start(folderFiles(), options_->currentData().toString().isEmpty()
                             ? QStringList{}
                             : QStringList{options_->currentData().toString()});
}

void MatrixPane::start(const QStringList& files, const QStringList& options) {
    QStringList names = options;
    if (names.isEmpty()) {
        for (const option::Option& option : loader_.catalogue().options())
            names << qt(option.name);
    }
    const quint64 job = latest_->fetch_add(1) + 1;
    pool_.clear();
    table_->clear();
    table_->setRowCount(int(files.size()));
    table_->setColumnCount(int(names.size()));
    table_->setHorizontalHeaderLabels(names);
    QStringList titles;
    for (const QString& file : files)
        titles << file.section(u'/', -2).remove(QStringLiteral(".yaml"));
    table_->setVerticalHeaderLabels(titles);
    done_ = 0;
    running_ = !files.isEmpty();
    progress_->setText(running_ ? tr("0 of %1").arg(files.size() * names.size()) : tr("no scenario is open"));
    for (int row = 0; row < files.size(); ++row) {
        for (int column = 0; column < names.size(); ++column)
            pool_.start([this, latest = latest_, job, row, column, file = files[row], name = names[column]] {
                if (latest->load() != job)
                    return;
                Entry entry{row, column, {}, {}};
                if (const auto run = loader_.load(file, {name}); run)
                    entry.report.push_back(run->columns.front().report);
                else
                    entry.error = qt(toText(run.error()));
                QMetaObject::invokeMethod(
                    this,
                    [this, latest, job, entry, file] {
                        if (latest->load() != job)
                            return;
                        show(entry);
                        table_->item(entry.row, entry.column)->setData(Qt::UserRole, file);
                    },
                    Qt::QueuedConnection);
            });
    }
}

void MatrixPane::show(const Entry& entry) {
    auto* item = new QTableWidgetItem(tr("cannot run"));
    item->setToolTip(entry.error);
    for (const check::Report& report : entry.report) {
        const bool good = report.verdict() == check::Verdict::Ok;
        item->setText(QStringLiteral("%1  %2 dep")
                          .arg(qt(check::name(report.verdict())))
                          .arg(report.costs.depositedPeak));
        QStringList lines{tr("%1 deposited tables at the peak, %2 faults, %3 entries written")
                              .arg(report.costs.depositedPeak)
                              .arg(report.costs.faults)
                              .arg(report.costs.entriesWritten)};
        for (const check::Finding& finding : report.findings)
            lines << tr("step %1: %2").arg(finding.step + 1).arg(qt(finding.text));
        item->setToolTip(lines.join(u'\n'));
        const Ink ink = theme_.ink(good ? view::Role::Page4K : view::Role::Fault);
        item->setBackground(good ? theme_.background() : ink.fill);
        QFont font = monoFont(11);
        font.setBold(!good);
        item->setFont(font);
    }
    table_->setItem(entry.row, entry.column, item);
    const int all = table_->rowCount() * table_->columnCount();
    progress_->setText(tr("%1 of %2").arg(++done_).arg(all));
    if (done_ == all) {
        running_ = false;
        table_->resizeColumnsToContents();
        Q_EMIT finished();
    }
}

void MatrixPane::refresh() {
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    const bool isOpenOne = scenarios_->currentData().toString() == QStringLiteral(".");
    if (!isOpenOne || !context_.session.isOpen() || !context_.session.column(0).run || std::exchange(shown_, context_.session.revision()) == context_.session.revision())
        return;
    start(); // cheap enough not to be asked for
}

QString MatrixPane::asText() {
    QStringList lines;
    QStringList head{QString()};
    for (int column = 0; column < table_->columnCount(); ++column)
        head << table_->horizontalHeaderItem(column)->text();
    lines << head.join(u'\t');
    for (int row = 0; row < table_->rowCount(); ++row) {
        QStringList line{table_->verticalHeaderItem(row)->text()};
        for (int column = 0; column < table_->columnCount(); ++column)
            line << (table_->item(row, column) ? table_->item(row, column)->text() : QString());
        lines << line.join(u'\t');
    }
    return lines.join(u'\n');
}

} // namespace pfnscope::ui

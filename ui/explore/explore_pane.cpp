// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/explore_pane.h"

#include "base/atomic_file.h"
#include "base/yaml.h"
#include "explore/alphabet_editor.h"
#include "models/text.h"
#include "option/option_yaml.h"
#include "scenario/writer.h"
#include "theme/fonts.h"

#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace pfnscope::ui {
namespace {

constexpr int kDefaultDepth = 4, kDeepest = 64;
constexpr int kDefaultMiB = 2048, kLargestMiB = 1 << 20;

QPushButton* button(const QString& text, const char* name) {
    auto* made = new QPushButton(text);
    made->setObjectName(QString::fromLatin1(name));
    return made;
}

QSpinBox* spin(const QString& prefix, const QString& suffix, int least, int most, int value) {
    auto* made = new QSpinBox;
    made->setPrefix(prefix);
    made->setSuffix(suffix);
    made->setRange(least, most);
    made->setValue(value);
    return made;
}

QHBoxLayout* rowOf(std::initializer_list<QWidget*> widgets) {
    auto* row = new QHBoxLayout;
    for (QWidget* widget : widgets)
        row->addWidget(widget);
    row->addStretch(1);
    return row;
}

} // namespace

ExplorePane::ExplorePane(const PaneContext& context, const option::Catalogue& catalogue)
    : Pane(context, QStringLiteral("pane.explore"), tr("Explore")), list_(new QListWidget),
      alphabet_(new AlphabetEditor), depth_(spin(tr("depth "), {}, 1, kDeepest, kDefaultDepth)),
      memory_(spin(tr("up to "), tr(" MiB"), 1, kLargestMiB, kDefaultMiB)),
      start_(button(tr("Start"), "exploreStart")), cancel_(button(tr("Cancel"), "exploreCancel")),
      add_(button(tr("Option from a file..."), "exploreAdd")),
      open_(button(tr("Open counterexample"), "exploreOpen")),
      save_(button(tr("Save as scenario..."), "exploreSave")), status_(new QLabel), summary_(new QLabel),
      rows_(new RowsModel(this)), matrix_(new QTableView), words_(new QPlainTextEdit) {
    for (const option::Option& option : catalogue.options())
        addToList(option, option.name.find("-bare") == std::string::npos ? Qt::Checked : Qt::Unchecked);
    auto* halves = new QSplitter;
    halves->addWidget(makeQuestion());
    halves->addWidget(makeAnswer());
    halves->setStretchFactor(1, 1);
    halves->setSizes({360, 640});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    auto* scroll = new QScrollArea; // the window may become smaller than what can be set here
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(halves);
    layout->addWidget(scroll);
    wire();
    showMatrix();
    enable();
}

QWidget* ExplorePane::makeQuestion() {
    list_->setObjectName(QStringLiteral("exploreOptions"));
    list_->setAccessibleName(tr("Options to search under"));
    auto* parts = new QSplitter(Qt::Vertical);
    parts->addWidget(list_);
    parts->addWidget(alphabet_);
    parts->setStretchFactor(1, 1);
    auto* half = new QWidget;
    auto* layout = new QVBoxLayout(half);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(parts, 1);
    layout->addLayout(rowOf({depth_, memory_, add_}));
    return half;
}

QWidget* ExplorePane::makeAnswer() {
    status_->setObjectName(QStringLiteral("exploreStatus"));
    status_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    matrix_->setModel(rows_);
    matrix_->setObjectName(QStringLiteral("exploreMatrix"));
    matrix_->setAccessibleName(tr("Shortest counterexamples: options against kinds of finding"));
    matrix_->setSelectionMode(QAbstractItemView::SingleSelection);
    matrix_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    matrix_->verticalHeader()->hide();
    matrix_->horizontalHeader()->setStretchLastSection(true);
    words_->setObjectName(QStringLiteral("exploreWords"));
    words_->setAccessibleName(tr("The chosen counterexample"));
    words_->setReadOnly(true);
    words_->setFont(monoFont(12));
    words_->setPlaceholderText(
        tr("A number is the length of the shortest sequence of operations that shows the "
           "finding. Choose one to read it, double-click to step through it."));
    summary_->setObjectName(QStringLiteral("exploreSummary"));
    summary_->setWordWrap(true);
    summary_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* parts = new QSplitter(Qt::Vertical);
    parts->addWidget(matrix_);
    parts->addWidget(words_);
    auto* half = new QWidget;
    auto* layout = new QVBoxLayout(half);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(rowOf({start_, cancel_, status_}));
    layout->addWidget(summary_);
    layout->addWidget(parts, 1);
    layout->addLayout(rowOf({open_, save_}));
    return half;
}

void ExplorePane::wire() {
    connect(start_, &QPushButton::clicked, this, &ExplorePane::start);
    connect(cancel_, &QPushButton::clicked, this, [this] { cancel(); });
    connect(alphabet_, &AlphabetEditor::checked, this, &ExplorePane::enable);
    connect(list_, &QListWidget::itemChanged, this, &ExplorePane::enable);
    connect(add_, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("An option"), {}, tr("Options (*.yaml)"));
        if (path.isEmpty())
            return;
        if (const auto added = addOption(path); !added)
            status_->setText(qt(toText(added.error())));
    });
    connect(open_, &QPushButton::clicked, this,
            [this] { open(matrix_->currentIndex().row(), matrix_->currentIndex().column()); });
    connect(matrix_, &QTableView::activated, this,
            [this](const QModelIndex& cell) { open(cell.row(), cell.column()); });
    connect(save_, &QPushButton::clicked, this, [this] {
        const QModelIndex cell = matrix_->currentIndex();
        const QString path =
            QFileDialog::getSaveFileName(this, tr("Save as a scenario"), {}, tr("Scenarios (*.yaml)"));
        if (path.isEmpty())
            return;
        const auto saved = save(cell.row(), cell.column(), path);
        status_->setText(saved ? tr("Written: %1").arg(path) : qt(toText(saved.error())));
    });
    connect(matrix_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &ExplorePane::showCounterexample);
    connect(&worker_, &ExplorationWorker::progressed, this,
            [this](const QString& option, const explore::SearchProgress& now) {
                status_->setText(option + QStringLiteral(": ") + describe(now));
            });
    connect(&worker_, &ExplorationWorker::explored, this, &ExplorePane::take);
    connect(&worker_, &ExplorationWorker::finished, this, &ExplorePane::finish);
}

void ExplorePane::setTheme(const Theme& theme) {
    alphabet_->setTheme(theme);
    rows_->setTheme(theme);
    Pane::setTheme(theme);
}

void ExplorePane::addToList(const option::Option& option, Qt::CheckState state) {
    options_.push_back(option);
    auto* item = new QListWidgetItem(QStringLiteral("%1   %2").arg(qt(option.name), qt(option.title)), list_);
    item->setToolTip(qt(option.about));
    item->setCheckState(state);
}

void ExplorePane::chooseOptions(const QStringList& names) {
    for (int row = 0; row < list_->count(); ++row)
        list_->item(row)->setCheckState(names.contains(qt(options_[std::size_t(row)].name)) ? Qt::Checked
                                                                                            : Qt::Unchecked);
}

Result<void> ExplorePane::addOption(const QString& path) {
    const auto document = yaml::Document::load(path.toStdString());
    if (!document)
        return fail(document.error());
    const auto option = option::readOption(document->root(), option::Catalogue::shipped());
    if (!option)
        return fail(option.error());
    addToList(*option, Qt::Checked);
    return {};
}

std::vector<option::Option> ExplorePane::chosen() const {
    std::vector<option::Option> chosen;
    for (int row = 0; row < list_->count(); ++row)
        if (list_->item(row)->checkState() == Qt::Checked)
            chosen.push_back(options_[std::size_t(row)]);
    return chosen;
}

void ExplorePane::start() {
    if (isRunning() || !alphabet_->alphabet() || chosen().empty())
        return;
    results_.clear();
    showMatrix();
    status_->setText(tr("searching..."));
    worker_.start({chosen(), *alphabet_->alphabet(), unsigned(depth_->value()),
                   Bytes(std::uint64_t(memory_->value()) << 20)});
    enable();
}

void ExplorePane::take(std::shared_ptr<const Explored> result) {
    results_.push_back(std::move(result));
    showMatrix();
    chooseFirst();
}

void ExplorePane::finish(const QString& complaint) {
    const bool cancelled =
        !results_.empty() && results_.back()->exploration.search.end == explore::SearchEnd::Cancelled;
    status_->setText(!complaint.isEmpty() ? complaint : cancelled ? tr("cancelled") : tr("done"));
    enable();
}

void ExplorePane::enable() {
    const bool has =
        counterexampleAt(results_, matrix_->currentIndex().row(), matrix_->currentIndex().column());
    start_->setEnabled(!isRunning() && alphabet_->alphabet() && !chosen().empty());
    cancel_->setEnabled(isRunning());
    open_->setEnabled(has);
    save_->setEnabled(has);
}

void ExplorePane::showMatrix() {
    const QModelIndex now = matrix_->currentIndex();
    const int row = now.row(), column = now.column();
    rows_->setRows(matrixRows(results_));
    summary_->setText(summary(results_));
    summary_->setVisible(!results_.empty());
    const int last = rows_->columnCount() - 1;
    for (int kind = 1; kind < last; ++kind) // a column of "none" says what the summary says
        matrix_->setColumnHidden(kind, !results_.empty() && !isShown(results_, kind));
    matrix_->resizeColumnsToContents();
    if (row >= 0)
        matrix_->setCurrentIndex(rows_->index(row, column));
    showCounterexample();
}

/// What was found first is what one wants to see: it stands there to be read and opened.
void ExplorePane::chooseFirst() {
    const QModelIndex now = matrix_->currentIndex();
    if (counterexampleAt(results_, now.row(), now.column()) != nullptr)
        return;
    for (int row = 0; row < rows_->rowCount(); ++row) {
        for (int column = 1; column < rows_->columnCount() - 1; ++column) {
            if (counterexampleAt(results_, row, column) != nullptr)
                return matrix_->setCurrentIndex(rows_->index(row, column));
        }
    }
}

void ExplorePane::showCounterexample() {
    const QModelIndex cell = matrix_->currentIndex();
    const explore::Counterexample* example = counterexampleAt(results_, cell.row(), cell.column());
    words_->setPlainText(example ? describe(*example) : QString());
    enable();
}

std::string ExplorePane::scenarioAt(int row, int column) const {
    const explore::Counterexample* example = counterexampleAt(results_, row, column);
    return example ? scenario::toYaml(explore::scenarioOf(*example, results_[std::size_t(row)]->question))
                   : std::string();
}

void ExplorePane::open(int row, int column) {
    if (const explore::Counterexample* example = counterexampleAt(results_, row, column))
        Q_EMIT counterexampleOpened(qt(scenarioAt(row, column)),
                                    qt(results_[std::size_t(row)]->question.option.name),
                                    example->finding.va);
}

Result<void> ExplorePane::save(int row, int column, const QString& path) const {
    return writeFileAtomically(path.toStdString(), scenarioAt(row, column));
}

QString ExplorePane::status() const {
    return status_->text();
}

QString ExplorePane::asText() {
    return status() + u'\n' + summary_->text() + u'\n' + rows_->rows().asText() + u'\n' + words_->toPlainText();
}

} // namespace pfnscope::ui

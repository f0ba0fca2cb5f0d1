// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/exploration_rows.h"
#include "explore/exploration_worker.h"
#include "option/catalogue.h"
#include "panels/pane.h"

#include <QStringList>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QTableView;

namespace pfnscope::ui {

class AlphabetEditor;

/// The search through all sequences: which options, which operations, how deep; how far it is; and what it
/// found, each counterexample a double click away from the timeline.
class ExplorePane : public Pane {
    Q_OBJECT
public:
    ExplorePane(const PaneContext& context, const option::Catalogue& catalogue);

    QString asText() override;
    void setTheme(const Theme& theme) override;

    void chooseOptions(const QStringList& names);
    /// An option from a file joins the list, chosen.
    Result<void> addOption(const QString& path);
    void start();
    void cancel() { worker_.cancel(); }
    bool isRunning() const { return worker_.isRunning(); }
    /// Opens the counterexample of a cell; nothing where there is none.
    void open(int row, int column);
    /// The counterexample of a cell as a scenario file.
    Result<void> save(int row, int column, const QString& path) const;

    AlphabetEditor& alphabet() const { return *alphabet_; }
    QTableView& matrix() const { return *matrix_; }
    const Explorations& results() const { return results_; }
    QString status() const;

Q_SIGNALS:
    /// A counterexample as a scenario, the option it is about, and the address whose entry shows it.
    void counterexampleOpened(const QString& yaml, const QString& option, pfnscope::VirtAddr at);

protected:
    void refresh() override {}

private:
    QWidget* makeQuestion();
    QWidget* makeAnswer();
    void wire();
    void enable();
    void addToList(const option::Option& option, Qt::CheckState state);
    std::vector<option::Option> chosen() const;
    std::string scenarioAt(int row, int column) const;
    void showCounterexample();
    void showMatrix();
    void chooseFirst();
    void take(std::shared_ptr<const Explored> result);
    void finish(const QString& complaint);

    std::vector<option::Option> options_; ///< row by row of the list
    QListWidget* list_;
    AlphabetEditor* alphabet_;
    QSpinBox* depth_;
    QSpinBox* memory_;
    QPushButton *start_, *cancel_, *add_, *open_, *save_;
    QLabel* status_;
    QLabel* summary_;
    RowsModel* rows_;
    QTableView* matrix_;
    QPlainTextEdit* words_;
    Explorations results_;
    ExplorationWorker worker_; ///< last: it ends before what it reports to
};

} // namespace pfnscope::ui

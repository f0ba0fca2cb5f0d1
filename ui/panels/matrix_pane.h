// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "check/watch.h"
#include "panels/pane.h"
#include "window/loader.h"

#include <QThreadPool>

#include <atomic>

class QComboBox;
class QLabel;
class QTableWidget;

namespace pfnscope::ui {

/// The verdicts of many scenarios under many options: one scenario x all options, one option x all scenarios,
/// or all x all. They are run off the window's thread; a click on a verdict opens what led to it.
class MatrixPane : public Pane {
    Q_OBJECT
public:
    MatrixPane(const PaneContext& context, const Loader& loader, const QString& scenarioFolder);
    ~MatrixPane() override;

    QString asText() override;
    /// What is chosen above the table; an earlier run is given up.
    void start();
    /// Only these options (empty: all) and these files (empty: the folder's): for programs and tests.
    void start(const QStringList& files, const QStringList& options);
    bool isRunning() const { return running_; }
    QTableWidget& table() const { return *table_; }

Q_SIGNALS:
    void chosen(const QString& path, const QString& option);
    void finished();

protected:
    void refresh() override;

private:
    struct Entry {
        int row = 0;
        int column = 0;
        std::vector<check::Report> report; ///< none: the scenario cannot be run, and `error` says why
        QString error;
    };
    void makeLayout();
    void fillChoices();
    void show(const Entry& entry);
    QStringList folderFiles() const;

    const Loader& loader_;
    QString folder_;
    QComboBox* scenarios_;
    QComboBox* options_;
    QLabel* progress_;
    QTableWidget* table_;
    QThreadPool pool_;
    std::shared_ptr<std::atomic<quint64>> latest_ = std::make_shared<std::atomic<quint64>>(0);
    std::uint64_t shown_ = 0; ///< the run for which the open scenario's line was made
    int done_ = 0;
    bool running_ = false;
};

} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/exploration.h"

#include <QObject>

#include <memory>
#include <thread>
#include <vector>

namespace pfnscope::ui {

/// What to search, as the pane was set when it was started.
struct ExplorationJob {
    std::vector<option::Option> options; ///< one after the other
    explore::Alphabet alphabet;
    unsigned depth = 4;
    Bytes memory;
};

/// What the search under one option came to, with the question that its counterexamples answer.
struct Explored {
    explore::Question question;
    explore::Exploration exploration;
};

/// Searches off the window's thread, on all cores. One job at a time; its end, its cancellation and the
/// worker's own end wait for the batch in hand, some milliseconds.
class ExplorationWorker : public QObject {
    Q_OBJECT
public:
    explicit ExplorationWorker(QObject* parent = nullptr);
    ~ExplorationWorker() override;

    void start(ExplorationJob job);
    void cancel();
    bool isRunning() const { return running_; }

Q_SIGNALS:
    // All on the window's thread.
    void progressed(const QString& option, const pfnscope::explore::SearchProgress& progress);
    void explored(std::shared_ptr<const pfnscope::ui::Explored> result);
    /// `complaint`: why a search could not run; empty: none.
    void finished(const QString& complaint);

private:
    void work(const ExplorationJob& job, const std::stop_token& stop);

    bool running_ = false;
    std::jthread thread_;
};

} // namespace pfnscope::ui

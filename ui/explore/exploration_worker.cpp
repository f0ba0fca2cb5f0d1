// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/exploration_worker.h"

#include "models/text.h"

#include <QMetaObject>

namespace pfnscope::ui {

ExplorationWorker::ExplorationWorker(QObject* parent) : QObject(parent) {}

ExplorationWorker::~ExplorationWorker() {
    thread_.request_stop();
    if (thread_.joinable())
        thread_.join();
}

void ExplorationWorker::start(ExplorationJob job) {
    if (running_)
        return;
    running_ = true;
    thread_ = std::jthread([this, job = std::move(job)](const std::stop_token& stop) { work(job, stop); });
}

void ExplorationWorker::cancel() {
    thread_.request_stop();
}

void ExplorationWorker::work(const ExplorationJob& job, const std::stop_token& stop) {
    const auto onWindow = [this](auto answer) {
        QMetaObject::invokeMethod(this, std::move(answer), Qt::QueuedConnection);
    };
    QString complaint;
    for (const option::Option& option : job.options) {
        auto result =
            std::make_shared<Explored>(Explored{{option, job.alphabet, {}, explore::kSmallGeometry}, {}});
        explore::SearchOptions limits;
        limits.depth = job.depth;
        limits.memory = job.memory;
        limits.stop = stop;
        limits.progress = [&](const explore::SearchProgress& now) {
            onWindow([this, name = qt(option.name), now] { Q_EMIT progressed(name, now); });
        };
        auto exploration = explore::explore(result->question, std::move(limits));
        if (!exploration) {
            complaint = qt(toText(exploration.error()));
            break;
        }
        result->exploration = std::move(*exploration);
        onWindow([this, result] { Q_EMIT explored(result); });
        if (stop.stop_requested())
            break;
    }
    onWindow([this, complaint] {
        running_ = false;
        Q_EMIT finished(complaint);
    });
}

} // namespace pfnscope::ui

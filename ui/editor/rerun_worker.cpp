// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/rerun_worker.h"

namespace pfnscope::ui {

RerunWorker::RerunWorker(const Loader& loader, QObject* parent) : QObject(parent), loader_(loader) {
    pool_.setMaxThreadCount(1); // a job that is late waits for one other at most
}

RerunWorker::~RerunWorker() {
    latest_->fetch_add(1);
    pool_.clear();
    pool_.waitForDone();
}

void RerunWorker::start(const QString& path, const QString& text, const QStringList& options) {
    const quint64 job = latest_->fetch_add(1) + 1;
    pool_.clear();
    pool_.start([this, job, latest = latest_, path, text = text.toStdString(), options] {
        if (latest->load() != job)
            return;
        auto result = std::make_shared<Result<Run>>(loader_.loadText(path, text, options));
        QMetaObject::invokeMethod(
            this,
            [this, job, latest, result] {
                if (latest->load() == job)
                    Q_EMIT finished(result);
            },
            Qt::QueuedConnection);
    });
}

} // namespace pfnscope::ui

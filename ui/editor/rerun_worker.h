// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "window/loader.h"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <memory>

namespace pfnscope::ui {

/// Runs a script again while it is being typed, off the window's thread. Of several jobs the latest wins:
/// what an earlier one comes to is thrown away.
class RerunWorker : public QObject {
    Q_OBJECT
public:
    explicit RerunWorker(const Loader& loader, QObject* parent = nullptr);
    ~RerunWorker() override;

    void start(const QString& path, const QString& text, const QStringList& options);

Q_SIGNALS:
    /// On the window's thread.
    void finished(std::shared_ptr<pfnscope::Result<pfnscope::ui::Run>> result);

private:
    const Loader& loader_;
    QThreadPool pool_;
    std::shared_ptr<std::atomic<quint64>> latest_ = std::make_shared<std::atomic<quint64>>(0);
};

} // namespace pfnscope::ui

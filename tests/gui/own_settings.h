// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/temporary_config.h"
#include "window/settings.h"

#include <QDir>
#include <QSettings>

namespace pfnscope::test {

/// Settings that begin empty, for one test. QSettings asks the environment for its folder once in a process
/// only.
class OwnSettings {
public:
    OwnSettings() : before_(QDir(ui::Settings::folder() + QStringLiteral("/..")).absolutePath()) {
        setFolder(QString::fromStdString(config_.folder().string()));
    }
    ~OwnSettings() { setFolder(before_); }

private:
    static void setFolder(const QString& folder) {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder);
    }

    QString before_;
    TemporaryConfig config_;
};

} // namespace pfnscope::test

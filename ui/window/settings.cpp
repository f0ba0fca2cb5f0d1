// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/settings.h"

#include <QSettings>

namespace pfnscope::ui {

namespace {

constexpr qsizetype kMostRecent = 12;

QSettings settings() {
    return QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("pfnscope"), QStringLiteral("pfnscope"));
}

} // namespace

ThemeKind Settings::theme() {
    return themeKindFromName(settings().value(QStringLiteral("look/theme")).toString());
}

void Settings::setTheme(ThemeKind kind) {
    settings().setValue(QStringLiteral("look/theme"), name(kind));
}

Density Settings::density() {
    return settings().value(QStringLiteral("look/density")).toString() == QStringLiteral("compact") ? Density::Compact
                                                                                                 : Density::Normal;
}

void Settings::setDensity(Density density) {
    settings().setValue(QStringLiteral("look/density"),
                        density == Density::Compact ? QStringLiteral("compact") : QStringLiteral("normal"));
}

QStringList Settings::recentFiles() {
    return settings().value(QStringLiteral("files/recent")).toStringList();
}

void Settings::addRecentFile(const QString& path) {
    QStringList files = recentFiles();
    files.removeAll(path);
    files.prepend(path);
    settings().setValue(QStringLiteral("files/recent"), files.mid(0, kMostRecent));
}

QStringList Settings::options() {
    return settings().value(QStringLiteral("compare/options")).toStringList();
}

void Settings::setOptions(const QStringList& names) {
    settings().setValue(QStringLiteral("compare/options"), names);
}

QString Settings::unsaved() {
    return settings().value(QStringLiteral("editor/unsaved")).toString();
}

void Settings::setUnsaved(const QString& text) {
    settings().setValue(QStringLiteral("editor/unsaved"), text);
}

QByteArray Settings::geometry() {
    return settings().value(QStringLiteral("window/geometry")).toByteArray();
}

QByteArray Settings::windowState() {
    return settings().value(QStringLiteral("window/state")).toByteArray();
}

void Settings::saveWindow(const QByteArray& geometry, const QByteArray& state) {
    QSettings kept = settings();
    kept.setValue(QStringLiteral("window/geometry"), geometry);
    kept.setValue(QStringLiteral("window/state"), state);
}

} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/settings.h"

#include <QFileInfo>
#include <QSettings>

namespace pfnscope::ui {

namespace {

constexpr qsizetype kMostRecent = 12;
constexpr int kDefaultFade = 150;

QSettings settings() {
    return QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("pfnscope"), QStringLiteral("pfnscope"));
}

} // namespace

QString Settings::folder() {
    return QFileInfo(settings().fileName()).path();
}

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

UnsavedText Settings::unsaved(int slot) {
    const QSettings kept = settings();
    const QString group = QStringLiteral("unsaved/%1/").arg(slot);
    return {kept.value(group + QStringLiteral("path")).toString(), kept.value(group + QStringLiteral("text")).toString()};
}

void Settings::setUnsaved(int slot, const UnsavedText& unsaved) {
    QSettings kept = settings();
    const QString group = QStringLiteral("unsaved/%1").arg(slot);
    if (unsaved.text.isEmpty()) {
        kept.remove(group);
    } else {
        kept.setValue(group + QStringLiteral("/path"), unsaved.path);
        kept.setValue(group + QStringLiteral("/text"), unsaved.text);
    }
    kept.sync(); // a crash leaves no time for it
}

QString Settings::pins(const QString& path) {
    return settings().value(QStringLiteral("pins/") + QString::fromLatin1(path.toUtf8().toBase64(QByteArray::Base64UrlEncoding))).toString();
}

void Settings::setPins(const QString& path, const QString& text) {
    const QString key = QStringLiteral("pins/") + QString::fromLatin1(path.toUtf8().toBase64(QByteArray::Base64UrlEncoding));
    text.isEmpty() ? settings().remove(key) : settings().setValue(key, text);
}

int Settings::fadeDuration() {
    return settings().value(QStringLiteral("look/fade"), kDefaultFade).toInt();
}

void Settings::setFadeDuration(int milliseconds) {
    settings().setValue(QStringLiteral("look/fade"), milliseconds);
}

bool Settings::reducesMotion() {
    return settings().value(QStringLiteral("look/reduceMotion"), fadeDuration() == 0).toBool();
}

void Settings::setReducesMotion(bool on) {
    settings().setValue(QStringLiteral("look/reduceMotion"), on);
}

QString Settings::kernelTree() {
    return settings().value(QStringLiteral("kernel/tree")).toString();
}

void Settings::setKernelTree(const QString& folder) {
    settings().setValue(QStringLiteral("kernel/tree"), folder);
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

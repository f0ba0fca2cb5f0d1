// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/run_window.h"

#include "window/main_window.h"
#include "window/settings.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QIcon>
#include <QPixmap>
#include <QScreen>
#include <QStatusBar>

namespace pfnscope::ui {

namespace {

constexpr int kSettleMilliseconds = 400; ///< for layouts and queued repaints
constexpr QSize kDefaultSize(1280, 800);
constexpr QSize kFrame(16, 48); ///< what a window manager adds

bool hasDisplay() {
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY") ||
           qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
}

Error noDisplay() {
    return {ErrorKind::Unsupported, {}, "no display (neither DISPLAY nor WAYLAND_DISPLAY is set)",
            "a display, or --screenshot FILE"};
}

void settle() {
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < kSettleMilliseconds)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

Preset presetNamed(const std::string& text) {
    for (const Preset preset : {Preset::Review, Preset::Teach, Preset::Minimal}) {
        if (name(preset).toStdString() == text)
            return preset;
    }
    return Preset::Explore;
}

/// Everything that the request says of the window, in the order in which it has to be done.
Result<void> prepare(MainWindow& window, const WindowRequest& request) {
    if (!request.theme.empty())
        window.setTheme(themeKindFromName(QString::fromStdString(request.theme)));
    QStringList options;
    for (const std::string& option : request.options)
        options << QString::fromStdString(option);
    if (!options.isEmpty())
        window.setOptions(options);
    if (request.width > 0 && request.height > 0)
        window.resize(request.width, request.height);
    const QSize room = window.screen()->availableSize() - kFrame;
    const bool hasRoom = room.width() >= window.width() && room.height() >= window.height();
    if (request.width > 0 || !request.screenshot.empty())
        window.show();
    else if (!window.restoreGeometry(Settings::geometry()) && !hasRoom) {
        window.resize(window.screen()->availableSize()); // where no window manager would do it
        window.showMaximized();                          // the laptop in a meeting
    } else {
        window.show();
    }
    if (request.scenario.empty())
        return {};
    const bool isFirstTime = Settings::recentFiles().isEmpty();
    if (const auto opened = window.open(QString::fromStdString(request.scenario)); !opened)
        return opened;
    if (!request.preset.empty())
        window.applyPreset(presetNamed(request.preset));
    else if (request.width == 0)
        window.restoreWindow();
    if (request.step && *request.step == 0)
        window.session().moveToBegin();
    else if (request.step)
        window.session().moveToStep(*request.step - 1);
    window.selectSomething();
    if (isFirstTime)
        window.statusBar()->showMessage(
            QObject::tr("Page Down goes on, Page Up goes back. New to page tables? The button \"Lessons\", or Ctrl+Home."));
    if (!request.selected.empty())
        return window.goTo(QString::fromStdString(request.selected));
    return {};
}

} // namespace

Result<void> runWindow(const WindowRequest& request) {
    if (!hasDisplay()) {
        if (request.screenshot.empty())
            return fail(noDisplay());
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    char programName[] = "pfnscope";
    char* arguments[] = {programName, nullptr};
    int count = 1;
    QApplication application(count, arguments);
    QApplication::setDesktopFileName(QStringLiteral("pfnscope"));
    loadFonts();
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/pfnscope.svg")));
    MainWindow window(QString::fromStdString(request.scenarioFolder));
    window.resize(kDefaultSize);
    if (const auto prepared = prepare(window, request); !prepared)
        return prepared;
    if (request.screenshot.empty()) {
        QApplication::exec();
        return {};
    }
    settle();
    if (!window.grab().save(QString::fromStdString(request.screenshot), "PNG"))
        return fail({ErrorKind::CannotWrite, {request.screenshot, 0, 0}, "the screenshot", "a file that can be written"});
    return {};
}

} // namespace pfnscope::ui

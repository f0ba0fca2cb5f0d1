// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "window/main_window.h"

#include <QTest>

#include <gtest/gtest.h>

namespace pfnscope::test {

/// The window on the lesson of the split, under two options.
struct OpenWindow : testing::Test {
    const QString scenarios = QStringLiteral(PFNSCOPE_SOURCE_DIR "/scenarios");
    const QString lesson = scenarios + QStringLiteral("/lessons/10-split.yaml");
    ui::MainWindow window{scenarios};

    OpenWindow() {
        window.setOptions({QStringLiteral("mainline"), QStringLiteral("B")});
        window.resize(1366, 768);
        window.show();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&window)); // shortcuts answer in the active window only
        const auto opened = window.open(lesson);
        EXPECT_TRUE(opened) << toText(opened.error());
    }
    ui::SessionModel& session() { return window.session(); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(&window, key, modifiers);
        QCoreApplication::processEvents();
    }
    QString textOf(const char* pane) { return window.pane(QString::fromLatin1(pane))->asText(); }
};

} // namespace pfnscope::test

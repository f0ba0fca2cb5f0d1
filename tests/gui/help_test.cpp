// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/open_window.h"
#include "help/help_window.h"
#include "scenario/lesson_progress.h"
#include "support/temporary_config.h"
#include "window/start_page.h"

#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>

namespace pfnscope::ui {
namespace {

using Window = test::OpenWindow;

TEST_F(Window, F1ShowsTheUserGuide) {
    press(Qt::Key_F1);
    auto* help = window.findChild<HelpWindow*>();
    ASSERT_NE(help, nullptr);
    EXPECT_TRUE(help->isVisible());
    EXPECT_EQ(help->page(), QStringLiteral("guide.md"));
    EXPECT_TRUE(help->text().contains(QStringLiteral("User guide")));
    EXPECT_FALSE(help->text().contains(QStringLiteral("SPDX")));
    press(Qt::Key_F1);
    EXPECT_EQ(window.findChildren<HelpWindow*>().size(), 1);
}

TEST(Help, EveryPageIsThereAndEveryLinkLeadsToOne) {
    HelpWindow help;
    for (const QString& page : HelpWindow::pages()) {
        help.showPage(page);
        EXPECT_EQ(help.page(), page);
        EXPECT_GT(help.text().size(), 500) << page.toStdString();
        const QString source = help.findChild<ManualBrowser*>()->toMarkdown();
        static const QRegularExpression link(QStringLiteral("\\]\\(([a-z-]+\\.md)\\)"));
        for (const QRegularExpressionMatch& match : link.globalMatch(source))
            EXPECT_TRUE(HelpWindow::pages().contains(match.captured(1))) << match.captured(1).toStdString();
    }
    EXPECT_TRUE(help.find(QStringLiteral("bad-counter")));
    EXPECT_EQ(help.page(), QStringLiteral("guide.md"));
    EXPECT_FALSE(help.find(QStringLiteral("no page says this")));
}

/// What somebody does who has read nothing: the large button, then the key that the status bar names.
TEST(Newcomer, GetsFromTheStartPageThroughTheFirstLesson) {
    const test::TemporaryConfig config;
    MainWindow window(QStringLiteral(PFNSCOPE_SOURCE_DIR "/scenarios"));
    window.resize(1280, 800);
    window.show();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
    auto* begin = window.findChild<QPushButton*>(QStringLiteral("firstLesson"));
    ASSERT_NE(begin, nullptr);
    QTest::mouseClick(begin, Qt::LeftButton);
    ASSERT_TRUE(window.session().isOpen());
    EXPECT_EQ(window.session().title(), QStringLiteral("What a page table is"));
    EXPECT_EQ(window.session().columnCount(), 1);
    EXPECT_EQ(window.session().active().option.name, "mainline");
    const auto file = scenario::progressFile();
    ASSERT_TRUE(file);
    EXPECT_FALSE(scenario::Progress::load(*file)->of("01-what-a-page-table-is"));
    for (std::size_t i = 0; i <= 2 * window.session().steps().size(); ++i) {
        QTest::keyClick(&window, Qt::Key_R); // where a step is asked about before it is shown
        QTest::keyClick(&window, Qt::Key_PageDown);
    }
    EXPECT_EQ(window.session().step(), window.session().steps().size() - 1);
    EXPECT_TRUE(scenario::Progress::load(*file)->of("01-what-a-page-table-is"));
    StartPage again;
    again.fill(QStringLiteral(PFNSCOPE_SOURCE_DIR "/scenarios"), {});
    EXPECT_TRUE(again.findChild<QListWidget*>(QStringLiteral("lessons"))->item(0)->text().contains(QStringLiteral("finished")));
}

} // namespace
} // namespace pfnscope::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/lesson_progress.h"

#include "base/atomic_file.h"
#include "support/temporary_config.h"

using namespace pfnscope;
using namespace pfnscope::scenario;

namespace {

TEST(Progress, LiesInTheConfigFolder) {
    const test::TemporaryConfig config;
    EXPECT_EQ(progressFile(), config.folder() / "pfnscope" / "progress");
    ::setenv("XDG_CONFIG_HOME", "not/absolute", 1);
    ::setenv("HOME", "/home/someone", 1);
    EXPECT_EQ(progressFile(), "/home/someone/.config/pfnscope/progress");
}

TEST(Progress, IsEmptyBeforeTheFirstLesson) {
    const test::TemporaryConfig config;
    const auto progress = Progress::load(*progressFile());
    ASSERT_TRUE(progress);
    EXPECT_FALSE(progress->of("01-what-a-page-table-is"));
}

TEST(Progress, ComesBackAsItWasSaved) {
    const test::TemporaryConfig config;
    Progress progress;
    progress.finish("01-what-a-page-table-is", {1, 3});
    progress.finish("02-the-walk", {2, 2});
    progress.finish("01-what-a-page-table-is", {3, 3});
    ASSERT_TRUE(progress.save(*progressFile()));
    const auto again = Progress::load(*progressFile());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->of("01-what-a-page-table-is"), (LessonScore{3, 3}));
    EXPECT_EQ(again->of("02-the-walk"), (LessonScore{2, 2}));
}

TEST(Progress, SaysWhereAFileIsWrong) {
    const test::TemporaryConfig config;
    for (const char* line : {"02-the-walk", "02-the-walk two 2", "02-the-walk 3 2", "02-the-walk 1 2 3"}) {
        const std::string file = (config.folder() / "progress").string();
        ASSERT_TRUE(writeFileAtomically(file, "# comment\n\n" + std::string(line) + "\n"));
        const auto progress = Progress::load(file);
        ASSERT_FALSE(progress) << line;
        EXPECT_EQ(progress.error().place, (Place{file, 3, 1})) << line;
    }
}

TEST(Progress, CannotBeSavedBelowAFile) {
    const test::TemporaryConfig config;
    ASSERT_TRUE(writeFileAtomically((config.folder() / "pfnscope").string(), "a file"));
    const auto saved = Progress().save(*progressFile());
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().kind, ErrorKind::CannotWrite);
}

} // namespace

// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/kernel_source.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <gtest/gtest.h>

namespace pfnscope::ui {
namespace {

/// A tree with one file, in the kernel's style and with none of its text.
struct Tree : testing::Test {
    const QTemporaryDir folder;

    Tree() {
        QDir(folder.path()).mkpath(QStringLiteral("mm"));
        QFile file(folder.filePath(QStringLiteral("mm/zoo.c")));
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("/* feed(lion) is not this one */\n"
                   "static int feed(struct lion *lion, int meat);\n"
                   "\n"
                   "static int feed(struct lion *lion,\n"
                   "\t\tint meat)\n"
                   "{\n"
                   "\tif (meat) {\n"
                   "\t\tlion->fed = 1;\n"
                   "\t}\n"
                   "\treturn 0;\n"
                   "}\n"
                   "\n"
                   "static struct cage *\n"
                   "find_cage(int number)\n"
                   "{\n"
                   "\treturn feed(0, number) ? 0 : 0;\n"
                   "}\n");
    }
    std::optional<SourceLines> find(std::string_view function, const char* file = "mm/zoo.c") {
        return kernelSource(folder.path(), QString::fromLatin1(file), function);
    }
};

TEST_F(Tree, TheDefinitionIsShownNotADeclarationNorACall) {
    const auto feed = find("feed");
    ASSERT_TRUE(feed);
    EXPECT_EQ(feed->line, 4);
    EXPECT_TRUE(feed->text.startsWith(QStringLiteral("static int feed(struct lion *lion,\n")));
    EXPECT_TRUE(feed->text.endsWith(QStringLiteral("\treturn 0;\n}")));
}

TEST_F(Tree, ATypeOnALineOfItsOwnBelongsToIt) {
    const auto cage = find("find_cage");
    ASSERT_TRUE(cage);
    EXPECT_EQ(cage->line, 13);
}

TEST_F(Tree, WhatIsNotThereIsNotShown) {
    EXPECT_FALSE(find("cage"));
    EXPECT_FALSE(find("feed", "mm/none.c"));
    EXPECT_FALSE(find("feed", "../mm/zoo.c"));
    EXPECT_FALSE(kernelSource(QString(), QStringLiteral("mm/zoo.c"), "feed"));
}

} // namespace
} // namespace pfnscope::ui

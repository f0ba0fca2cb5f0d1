// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"

#include <gtest/gtest.h>

#include <filesystem>

using namespace pfnscope;

namespace {
std::filesystem::path scratchFolder() {
    auto folder = std::filesystem::path(testing::TempDir()) / "pfnscope_atomic_file";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}
} // namespace

TEST(AtomicFile, ReplacesTheContentAndLeavesNothingElse) {
    const auto folder = scratchFolder();
    const std::string path = folder / "scenario.yaml";
    ASSERT_TRUE(writeFileAtomically(path, "old"));
    ASSERT_TRUE(writeFileAtomically(path, "new"));
    EXPECT_EQ(readFile(path).value(), "new");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
}

TEST(AtomicFile, AFailedWriteKeepsTheOldContent) {
    const auto folder = scratchFolder();
    const auto result = writeFileAtomically(folder / "missing" / "file", "x");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::CannotWrite);
}

TEST(AtomicFile, ReadingRefusesFoldersAndOversize) {
    const auto folder = scratchFolder();
    EXPECT_EQ(readFile(folder).error().kind, ErrorKind::CannotRead);
    ASSERT_TRUE(writeFileAtomically(folder / "big", std::string(100, 'x')));
    EXPECT_EQ(readFile(folder / "big", 99).error().kind, ErrorKind::Limit);
}

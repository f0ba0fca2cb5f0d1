// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/page_dump.h"
#include "hw/x86_64.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>

using namespace pfnscope;
using namespace pfnscope::dump;
using hw::Level;

namespace {

/// A file of a few frames of physical memory, the first of them at kBase.
class Image : public testing::Test {
protected:
    static constexpr PhysAddr kBase{0x100000};
    static constexpr Word kLink = 0x67;

    ~Image() override { std::remove(path_.c_str()); }

    /// The frame's number in the image; what is written into it by set().
    static PhysAddr frame(unsigned number) { return kBase + kPageSize * number; }
    void set(unsigned number, unsigned index, Word word) { frames_[number][index] = word; }
    Result<PageDump> read(PhysAddr root = frame(0)) {
        std::ofstream(path_, std::ios::binary)
            .write(reinterpret_cast<const char*>(frames_.data()), sizeof frames_);
        return readMemoryImage(path_, {root, kBase});
    }

private:
    std::array<std::array<Word, kWordsPerFrame>, 4> frames_{};
    std::string path_ = testing::TempDir() + "pfnscope_image_" +
                        testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(Image, TablesAndEntriesAreFoundBelowTheRoot) {
    set(0, 511, frame(1).raw() | kLink);
    set(1, 1, frame(2).raw() | kLink);
    set(1, 2, 0x80000000000001e3);
    set(2, 3, frame(3).raw() | kLink);
    set(2, 4, 0x7c00000000000200); // not present: the kernel's own
    for (unsigned i = 0; i < kWordsPerFrame; ++i)
        set(3, i, 0x8000000000200067 + (Word{i} << 12));
    const auto dump = read();
    ASSERT_TRUE(dump.has_value()) << toText(dump.error());
    ASSERT_EQ(dump->tables.size(), 4U);
    EXPECT_EQ(dump->tables[1].base, VirtAddr(0xffffff8000000000));
    ASSERT_EQ(dump->runs.size(), 3U);
    EXPECT_EQ(dump->runs[0].start, VirtAddr(0xffffff8040600000));
    EXPECT_EQ(dump->runs[0].count, 512U) << "one run: the frames follow one another";
    EXPECT_EQ(dump->runs[1].start, VirtAddr(0xffffff8040800000));
    EXPECT_EQ(dump->runs[1].word & 1, 0U);
    EXPECT_EQ(dump->runs[2].level, Level::Pud);
}

TEST_F(Image, ARecursiveSlotIsNotFollowedForEver) {
    set(0, 0, frame(1).raw() | kLink);
    set(0, 510, frame(0).raw() | kLink);
    set(1, 0, 0x1e3);
    const auto dump = read();
    ASSERT_TRUE(dump.has_value()) << toText(dump.error());
    EXPECT_EQ(dump->sharedTables, 1U);
    EXPECT_EQ(dump->tables.size(), 2U);
}

TEST_F(Image, ATableBehindItsEndIsAnErrorThatSaysWhich) {
    set(0, 0, 0x7ff000 | kLink);
    const auto dump = read();
    ASSERT_FALSE(dump.has_value());
    EXPECT_NE(toText(dump.error()).find("0x7ff000, where a pud table is"), std::string::npos)
        << toText(dump.error());
    EXPECT_FALSE(read(PhysAddr(0x1000)).has_value()) << "before the image begins";
}

} // namespace

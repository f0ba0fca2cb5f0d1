// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/page_dump.h"
#include "hw/x86_64.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sys/mman.h>

using namespace pfnscope;
using namespace pfnscope::dump;
namespace bits = hw::x86_64;

namespace {

std::string bytesOf(const std::vector<Word>& words) {
    return {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(Word)};
}

TEST(Pagemap, PresentSwappedAndEmptyPages) {
    constexpr Word kPresent = Word{1} << 63;
    constexpr Word kSwapped = Word{1} << 62;
    constexpr Word kSoftDirty = Word{1} << 55;
    const auto dump = readPagemap(bytesOf({kPresent | 0x1000, kPresent | 0x1001,
                                           kPresent | kSoftDirty | 0x1002, 0, kSwapped | 7 << 5 | 2}),
                                  VirtAddr(0x7f0000000000));
    ASSERT_TRUE(dump.has_value()) << toText(dump.error());
    ASSERT_EQ(dump->runs.size(), 3U);
    EXPECT_EQ(dump->runs[0].count, 2U);
    EXPECT_EQ(dump->runs[0].word & bits::kAddress, 0x1000000U);
    EXPECT_EQ(dump->runs[0].step, kPageSize.raw());
    EXPECT_EQ(dump->runs[1].word & (Word{1} << 11), Word{1} << 11);
    EXPECT_EQ(dump->runs[2].start, VirtAddr(0x7f0000004000));
    EXPECT_EQ(dump->runs[2].word & bits::kP, 0U);
    EXPECT_EQ(dump->runs[2].word >> 59, 2U) << "the type of the swap entry";
}

TEST(Pagemap, HalfAWordIsRefused) {
    EXPECT_FALSE(readPagemap("1234567", VirtAddr(0)).has_value());
    EXPECT_FALSE(readPagemap(bytesOf({1}), VirtAddr(0x800)).has_value());
    EXPECT_FALSE(readPagemap(bytesOf({Word{1} << 63, Word{1} << 63}), VirtAddr(0x7ffffffff000)).has_value());
}

/// The one dump that can be made wherever the test runs: of this process. Frame numbers are root's.
TEST(Pagemap, OfThisProcess) {
    void* const pages = ::mmap(nullptr, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(pages, MAP_FAILED);
    std::memset(static_cast<char*>(pages) + 4096, 1, 2 * 4096);
    const VirtAddr at(reinterpret_cast<std::uintptr_t>(pages));
    std::ifstream file("/proc/self/pagemap", std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at.raw() >> kPageShift) * 8);
    std::string words(3 * 8, '\0');
    const bool isThere =
        static_cast<bool>(file.read(words.data(), static_cast<std::streamsize>(words.size())));
    ::munmap(pages, 3 * 4096);
    if (!isThere)
        GTEST_SKIP() << "/proc/self/pagemap cannot be read";
    const auto dump = readPagemap(words, at);
    ASSERT_TRUE(dump.has_value()) << toText(dump.error());
    std::uint64_t present = 0;
    for (const DumpedRun& run : dump->runs)
        present += run.count;
    EXPECT_EQ(present, 2U);
    EXPECT_EQ(dump->runs.front().start, at + kPageSize);
}

} // namespace

// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json_lines.h"
#include "fuzz/mutator.h"
#include "fuzz/record_entry.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace pfnscope::fuzz {
namespace {

constexpr int kMutants = 4'000;

/// The first lines of a record, each few a text of the corpus.
std::vector<std::string> linesOf(const std::string& path, std::size_t texts, std::size_t linesEach) {
    std::vector<std::string> corpus;
    auto lines = JsonLines::open(PFNSCOPE_TEST_DATA + path);
    EXPECT_TRUE(lines) << path;
    JsonLine line;
    for (std::size_t i = 0; lines && i < texts * linesEach && lines->next(line).value_or(false); ++i) {
        if (i % linesEach == 0)
            corpus.emplace_back();
        corpus.back() += line.text + "\n";
    }
    return corpus;
}

class RecordFuzz : public testing::Test {
protected:
    ~RecordFuzz() override { std::remove(path_.c_str()); }
    template <class Promise> void mutate(const std::vector<std::string>& corpus, Promise broken) {
        ASSERT_GT(corpus.size(), 20U);
        Mutator mutator(corpus, {"0",         "-1",
                                 "1e9",       "1e999",
                                 "0x",        "\"0xffffffffffffffff\"",
                                 "\"0x0\"",   "null",
                                 "[]",        "{}",
                                 "[[",        "{\"",
                                 "true",      "false",
                                 "\"",        "\\",
                                 ",",         ":",
                                 "\n",        "\r",
                                 "\t",        "\xc3\xbc",
                                 "\xff",      "}",
                                 "]",         "9999999999999999999999",
                                 "\\u0000",   "\"ad\":[]",
                                 "\"cpu\":{", "4095"});
        for (int i = 0; i < kMutants; ++i) {
            const std::string text = mutator.next();
            std::ofstream(path_, std::ios::binary) << text;
            ASSERT_EQ(broken(path_), "") << "mutant " << i << ":\n" << text;
        }
    }

private:
    std::string path_ = testing::TempDir() + "pfnscope_record_fuzz_" +
                        testing::UnitTest::GetInstance()->current_test_info()->name() + ".jsonl";
};

TEST_F(RecordFuzz, NoMutantOfRecordedAccessesBreaksAPromise) {
    mutate(linesOf("/mmu/x86_5level.jsonl.gz", 60, 2), brokenMmuPromise);
}

TEST_F(RecordFuzz, NoMutantOfAKernelsRecordBreaksAPromise) {
    mutate(linesOf("/kernel/mainline.jsonl.gz", 60, 3), brokenKernelPromise);
}

} // namespace
} // namespace pfnscope::fuzz

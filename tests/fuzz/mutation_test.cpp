// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "fuzz/mutator.h"
#include "fuzz/scenario_entry.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace pfnscope::fuzz {
namespace {

constexpr int kMutants = 8'000;

std::vector<std::string> scenarios() {
    std::vector<std::string> corpus;
    for (const char* folder : {"/scenarios/thread", "/tests/data/bad", "/tests/data/scenarios"})
        for (const auto& each :
             std::filesystem::directory_iterator(std::string(PFNSCOPE_SOURCE_DIR) + folder))
            if (auto text = readFile(each.path().string()); text && text->size() < 8'000)
                corpus.push_back(std::move(*text));
    return corpus;
}

TEST(ScenarioFuzz, NoMutantBreaksAPromise) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    const auto corpus = scenarios();
    ASSERT_GT(corpus.size(), 20U);
    Mutator mutator(corpus, {"0",
                             "-1",
                             "4K",
                             "2M",
                             "1G",
                             "64G",
                             "null",
                             "true",
                             "[]",
                             "{}",
                             "bar",
                             "mem",
                             "at: ",
                             ": ",
                             ", ",
                             "? ",
                             "&a ",
                             "*a",
                             "'",
                             "\"",
                             "\n",
                             "  - ",
                             "exit:",
                             "fork: c",
                             "munmap: ",
                             "cpu: 7",
                             "cpu: {}\n",
                             "\t",
                             "\xc3\xbc",
                             "#",
                             "|",
                             ">-",
                             "driver: ",
                             "bar + 2M",
                             "remap: true",
                             "process: child",
                             "0xffffffffffffffff",
                             "9999999999999999999999"});
    for (int i = 0; i < kMutants; ++i) {
        const std::string text = mutator.next();
        const std::string broken = brokenPromise(text, catalogue);
        ASSERT_EQ(broken, "") << "mutant " << i << ":\n" << text;
    }
}

} // namespace
} // namespace pfnscope::fuzz

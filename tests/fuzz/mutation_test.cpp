// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "fuzz/scenario_entry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <vector>

namespace pfnscope::fuzz {
namespace {

constexpr unsigned kSeed = 20260414;
constexpr int kMutants = 8'000;

class Mutator {
public:
    Mutator() {
        for (const char* folder : {"/scenarios/thread", "/tests/data/bad", "/tests/data/scenarios"})
            for (const auto& each :
                 std::filesystem::directory_iterator(std::string(PFNSCOPE_SOURCE_DIR) + folder))
                if (auto text = readFile(each.path().string()); text && text->size() < 8'000)
                    corpus_.push_back(std::move(*text));
        std::sort(corpus_.begin(), corpus_.end()); // a folder's order is nobody's
    }

    std::string next() {
        std::string text = pick(corpus_);
        for (int changes = 1 + below(4); changes > 0; --changes)
            change(text);
        return text;
    }
    bool hasCorpus() const { return corpus_.size() > 20; }

private:
    int below(std::size_t count) { return static_cast<int>(random_() % count); }
    const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

    static std::vector<std::string> lines(const std::string& text) {
        std::vector<std::string> found(1);
        for (const char c : text) {
            found.back() += c;
            if (c == '\n')
                found.emplace_back();
        }
        return found;
    }

    void change(std::string& text) {
        static const std::vector<std::string> kTokens{"0",
                                                      "-1",
                                                      "4K",
                                                      "2M",
                                                      "1G",
                                                      "64G",
                                                      "0xffffffffffffffff",
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
                                                      "process: child",
                                                      "cpu: 7",
                                                      "\t",
                                                      "\xc3\xbc",
                                                      "#",
                                                      "|",
                                                      ">-",
                                                      "remap: true",
                                                      "driver: ",
                                                      "bar + 2M",
                                                      "9999999999999999999999"};
        const std::size_t at = text.empty() ? 0 : below(text.size());
        switch (below(6)) {
        case 0:
            text.insert(at, pick(kTokens));
            break;
        case 1:
            text.erase(at, 1 + below(12));
            break;
        case 2:
            if (!text.empty())
                text[at] = static_cast<char>(random_() % 256);
            break;
        case 3: { // a line of another file
            const auto other = lines(pick(corpus_));
            const auto end = text.find('\n', at);
            text.insert(end == std::string::npos ? text.size() : end + 1, pick(other));
            break;
        }
        case 4: { // a line once more, or somewhere else
            auto own = lines(text);
            const std::string line = pick(own);
            own.insert(own.begin() + below(own.size()), line);
            text.clear();
            for (const std::string& each : own)
                text += each;
            break;
        }
        default: { // another number
            const auto digit = text.find_first_of("0123456789", at);
            if (digit != std::string::npos)
                text.replace(digit, 1, pick(kTokens));
        }
        }
    }

    std::mt19937 random_{kSeed};
    std::vector<std::string> corpus_;
};

TEST(ScenarioFuzz, NoMutantBreaksAPromise) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    Mutator mutator;
    ASSERT_TRUE(mutator.hasCorpus());
    for (int i = 0; i < kMutants; ++i) {
        const std::string text = mutator.next();
        const std::string broken = brokenPromise(text, catalogue);
        ASSERT_EQ(broken, "") << "mutant " << i << ":\n" << text;
    }
}

} // namespace
} // namespace pfnscope::fuzz

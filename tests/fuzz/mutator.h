// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace pfnscope::fuzz {

/// Texts that are nearly those of a corpus, from a fixed seed.
class Mutator {
public:
    /// `tokens` is what the format is made of; the corpus must not be empty.
    Mutator(std::vector<std::string> corpus, std::vector<std::string> tokens)
        : corpus_(std::move(corpus)), tokens_(std::move(tokens)) {
        std::sort(corpus_.begin(), corpus_.end()); // a folder's order is nobody's
    }

    std::string next() {
        std::string text = pick(corpus_);
        for (int changes = 1 + below(4); changes > 0; --changes)
            change(text);
        return text;
    }

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
        const std::size_t at = text.empty() ? 0 : below(text.size());
        switch (below(6)) {
        case 0:
            text.insert(at, pick(tokens_));
            break;
        case 1:
            text.erase(at, 1 + below(12));
            break;
        case 2:
            if (!text.empty())
                text[at] = static_cast<char>(random_() % 256);
            break;
        case 3:
            insertLineOfAnother(text, at);
            break;
        case 4:
            repeatLine(text);
            break;
        default: { // another number
            const auto digit = text.find_first_of("0123456789", at);
            if (digit != std::string::npos)
                text.replace(digit, 1, pick(tokens_));
        }
        }
    }
    void insertLineOfAnother(std::string& text, std::size_t at) {
        const auto other = lines(pick(corpus_));
        const auto end = text.find('\n', at);
        text.insert(end == std::string::npos ? text.size() : end + 1, pick(other));
    }
    void repeatLine(std::string& text) {
        auto own = lines(text);
        const std::string line = pick(own);
        own.insert(own.begin() + below(own.size()), line);
        text.clear();
        for (const std::string& each : own)
            text += each;
    }

    std::mt19937 random_{20260414};
    std::vector<std::string> corpus_;
    std::vector<std::string> tokens_;
};

} // namespace pfnscope::fuzz

// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/search_model.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace pfnscope::explore {

void Emitter::successor(std::span<const std::byte> state, ActionId action) {
    assert(size_.fixed == 0 || state.size() == size_.fixed);
    const std::uint64_t hash = hash_(state);
    table_.prefetch(tagOf(hash));
    if (used_ + state.size() > bytes_.size())
        bytes_.resize(std::max(2 * bytes_.size(), used_ + state.size()));
    std::memcpy(bytes_.data() + used_, state.data(), state.size());
    candidates_.push_back(
        {hash, parent_, static_cast<std::uint32_t>(used_), static_cast<std::uint32_t>(state.size()), action});
    used_ += state.size();
}

void Emitter::finding(FindingKind kind, ActionId action) {
    const auto known = std::ranges::find(findings_, kind, &FirstFinding::kind);
    if (known != findings_.end())
        ++known->seen;
    else
        findings_.push_back({kind, parent_, action, 1});
}

void Emitter::clear() {
    candidates_.clear();
    findings_.clear();
    used_ = 0;
}

} // namespace pfnscope::explore

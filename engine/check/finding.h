// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"
#include "mm/operation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What can be wrong with a run, gravest first, and the words for it.
namespace pfnscope::check {

enum class FindingKind : std::uint8_t {
    Crash,        ///< the kernel dies
    Bug,          ///< a BUG_ON fires, or a VM_BUG_ON with debug_vm
    Deadlock,     ///< overlapping operations wait for each other for ever
    UseAfterFree, ///< a table is read or written that has been freed
    Leak,         ///< non-zero pgtables_bytes on freeing mm, or a table no one can reach
    Lost,         ///< a page that remap mapped and no one unmapped gives SIGBUS or SIGSEGV
    WrongPfn,
    WrongCacheType,
    WrongPermission,
    StaleTlb, ///< the hardware still translates what the tables no longer say
    MixedTlb, ///< a TLB holds a huge and a small translation of one address at once
    NoOrder,  ///< overlapping operations end as they cannot one after another, in any order
    BadCounter,
    Refused, ///< -EINVAL by the option's rule
    Oom,
};

/// A finding, or `Ok`: the verdict of a run is its gravest finding.
enum class Verdict : std::uint8_t {
    Crash,
    Bug,
    Deadlock,
    UseAfterFree,
    Leak,
    Lost,
    WrongPfn,
    WrongCacheType,
    WrongPermission,
    StaleTlb,
    MixedTlb,
    NoOrder,
    BadCounter,
    Refused,
    Oom,
    Ok,
};

/// "crash", "wrong-pfn", ...: the names in files and in JSON.
std::string_view name(FindingKind kind);
std::string_view name(Verdict verdict);
std::optional<Verdict> verdictNamed(std::string_view name);
std::optional<FindingKind> findingKindNamed(std::string_view name);
constexpr Verdict verdictOf(FindingKind kind) {
    return static_cast<Verdict>(kind);
}

struct Finding {
    FindingKind kind = FindingKind::Crash;
    std::size_t step = 0; ///< the operation that showed it, counted from 0 in the order the watch saw them
    std::string function; ///< the kernel function that did the damage
    VirtAddr va;          ///< the address whose entry it concerns; of a crash, what the operation was about
    std::string text;     ///< one sentence in plain words
    bool operator==(const Finding&) const = default;
};

Verdict verdictOf(const std::vector<Finding>& findings);

/// What the sentences are made of.
struct FindingFacts {
    FindingKind kind = FindingKind::Crash;
    std::string function; ///< the culprit
    VirtAddr va;
    std::string operation;          ///< that showed it
    const mm::Oops* oops = nullptr; ///< Crash, Bug
    std::string check;       ///< Bug: the check that fired; BadCounter: the counter; Deadlock: who waits for
                             ///< what; NoOrder: what is so in no order
    std::int64_t amount = 0; ///< Leak: bytes; BadCounter: value
    Word expected = 0;       ///< WrongPfn: frame; WrongCacheType: PAT slot
    Word found = 0;
    std::optional<std::size_t> damageStep; ///< when the entry was last written
    mm::Signal signal = mm::Signal::None;  ///< Lost
};
std::string sentence(const FindingFacts& facts);

} // namespace pfnscope::check

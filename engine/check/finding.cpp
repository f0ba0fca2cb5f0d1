// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/finding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace pfnscope::check {
namespace {

constexpr std::array<std::string_view, 16> kNames{
    "crash",     "bug",       "deadlock",         "use-after-free",   "leak",
    "lost",      "wrong-pfn", "wrong-cache-type", "wrong-permission", "stale-tlb",
    "mixed-tlb", "no-order",  "bad-counter",      "refused",          "oom",
    "ok"};

constexpr std::array<std::string_view, 8> kPatTypes{"WB", "WC", "UC-", "UC", "WB", "WP", "UC-", "WT"};

std::string_view cacheType(Word slot) {
    return kPatTypes[slot % kPatTypes.size()];
}

std::string since(const FindingFacts& facts) {
    return facts.damageStep
               ? fmt::format(" (entry last written by {} in step {})", facts.function, *facts.damageStep + 1)
               : std::string();
}

std::string crash(const FindingFacts& facts) {
    std::string text = fmt::format("the kernel dies in {}", facts.function);
    if (facts.oops && !facts.oops->isBug)
        text += fmt::format(": it cannot access address {}", toText(facts.oops->address));
    if (facts.oops && !facts.oops->trace.empty())
        text += fmt::format("; called by {}", fmt::join(facts.oops->trace, " <- "));
    return text;
}

std::string leak(const FindingFacts& facts) {
    if (facts.check.empty())
        return fmt::format("non-zero pgtables_bytes on freeing mm: {}", facts.amount);
    return fmt::format("{} table(s) that no one can reach any more ({})", facts.amount, facts.check);
}

} // namespace

std::string_view name(FindingKind kind) {
    return kNames[static_cast<std::size_t>(kind)];
}
std::string_view name(Verdict verdict) {
    return kNames[static_cast<std::size_t>(verdict)];
}

std::optional<Verdict> verdictNamed(std::string_view text) {
    const auto found = std::find(kNames.begin(), kNames.end(), text);
    if (found == kNames.end())
        return std::nullopt;
    return static_cast<Verdict>(found - kNames.begin());
}

std::optional<FindingKind> findingKindNamed(std::string_view text) {
    const auto verdict = verdictNamed(text);
    if (!verdict || *verdict == Verdict::Ok)
        return std::nullopt;
    return static_cast<FindingKind>(*verdict);
}

Verdict verdictOf(const std::vector<Finding>& findings) {
    Verdict gravest = Verdict::Ok;
    for (const Finding& finding : findings)
        gravest = std::min(gravest, verdictOf(finding.kind));
    return gravest;
}

std::string sentence(const FindingFacts& facts) {
    const std::string at = toText(facts.va);
    switch (facts.kind) {
    case FindingKind::Crash:
        return crash(facts);
    case FindingKind::Bug:
        return fmt::format("{} fires in {}", facts.check, facts.function);
    case FindingKind::Deadlock:
        return fmt::format("none can go on: {}", facts.check);
    case FindingKind::UseAfterFree:
        return fmt::format("{} looks into a table at frame {:#x} that has been freed", facts.function,
                           facts.found);
    case FindingKind::Leak:
        return leak(facts);
    case FindingKind::Lost:
        return fmt::format("{} was mapped by remap_pfn_range and never unmapped, yet gives {}{}", at,
                           mm::name(facts.signal), since(facts));
    case FindingKind::WrongPfn:
        return fmt::format("{} shows frame {:#x} where {:#x} was mapped{}", at, facts.found, facts.expected,
                           since(facts));
    case FindingKind::WrongCacheType:
        return fmt::format("{} is mapped {} where {} was asked for{}", at, cacheType(facts.found),
                           cacheType(facts.expected), since(facts));
    case FindingKind::WrongPermission:
        return fmt::format("{} allows an access that the VMA forbids{}", at, since(facts));
    case FindingKind::StaleTlb:
        return fmt::format("the TLB still translates {} to frame {:#x}, which the tables no longer say", at,
                           facts.found);
    case FindingKind::MixedTlb:
        return fmt::format("a TLB holds a huge and a small translation of {} at once", at);
    case FindingKind::NoOrder:
        return fmt::format("no order of the operations one after another ends so: {}", facts.check);
    case FindingKind::BadCounter:
        return fmt::format("{} is {} when the mm is freed", facts.check, facts.amount);
    case FindingKind::Refused:
        return fmt::format("{} is refused with -EINVAL by the option's rule", facts.function);
    case FindingKind::Oom:
        return fmt::format("{} fails for lack of a table", facts.function);
    }
    return {};
}

} // namespace pfnscope::check

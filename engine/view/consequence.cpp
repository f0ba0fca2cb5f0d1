// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/consequence.h"

#include "hw/x86_64.h"

#include <fmt/format.h>

namespace pfnscope::view {
namespace {

bool means(const std::optional<EntryRun>& run, EntryMeaning meaning) {
    return run && run->meaning == meaning;
}

std::string betweenLeaves(const EntryRun& was, const EntryRun& is) {
    if (was.target != is.target || was.contiguous() != is.contiguous())
        return "accesses reach other frames";
    const bool wrote = (was.word & hw::x86_64::kRw) != 0, writes = (is.word & hw::x86_64::kRw) != 0;
    if (wrote != writes)
        return writes ? "writes go through instead of faulting" : "writes fault instead of going through";
    return "the same frames with other bits";
}

std::string signedAmount(std::int64_t amount, std::string_view unit) {
    return fmt::format("{} {} {}", amount < 0 ? -amount : amount, unit, amount < 0 ? "less" : "more");
}

} // namespace

std::string consequenceOf(const EntryChange& change) {
    const auto& [first, count, mark, was, is] = change;
    if (means(is, EntryMeaning::Leaf)) {
        if (means(was, EntryMeaning::Leaf))
            return betweenLeaves(*was, *is);
        return means(was, EntryMeaning::Table) ? "one leaf maps what a table mapped"
                                               : "accesses go through instead of faulting";
    }
    if (means(is, EntryMeaning::Table)) {
        if (means(was, EntryMeaning::Leaf))
            return "split: smaller entries say what is mapped";
        return means(was, EntryMeaning::Table) ? "the same place with other bits"
                                               : "smaller entries say what is mapped";
    }
    if (means(is, EntryMeaning::Soft))
        return means(was, EntryMeaning::Soft) ? "a fault finds another entry of the kernel's"
                                              : "accesses fault; the kernel's entry says how to go on";
    if (means(was, EntryMeaning::Leaf))
        return "accesses fault instead of going through";
    return means(was, EntryMeaning::Table) ? "every access below faults"
                                           : "what the kernel had noted here is gone";
}

std::string consequenceForTable(Mark mark) {
    return mark == Mark::Added     ? "takes a frame more"
           : mark == Mark::Removed ? "takes no frame; what it mapped is gone or mapped above it"
                                   : "the same place in another frame";
}

std::string consequenceForDeposits(std::size_t was, std::size_t is) {
    if (is == 0)
        return "a split finds no table to withdraw";
    return is > was ? fmt::format("{} more can split without allocating", is - was)
                    : fmt::format("{} fewer can split without allocating", was - is);
}

std::string consequenceForVma(Mark mark) {
    return mark == Mark::Added     ? "an access is handled by it instead of ending in SIGSEGV"
           : mark == Mark::Removed ? "an access ends in SIGSEGV, or is another VMA's"
                                   : "the next fault, split or unmap goes by it as it is here";
}

std::string consequenceForCounter(machine::Counter counter, std::int64_t was, std::int64_t is) {
    if (counter == machine::Counter::PgtablesBytes)
        return signedAmount(is - was, "bytes of page tables");
    if (counter == machine::Counter::SwapEntries)
        return signedAmount(is - was, "pages counted as swapped out");
    return "RSS counts " + signedAmount(is - was, "pages");
}

} // namespace pfnscope::view

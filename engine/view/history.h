// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/journal.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Questions to a journal: who wrote this, who called whom, what did it cost so far.
namespace pfnscope::view {

/// One change of one word.
struct WordWrite {
    machine::Position position = 0; ///< of the delta; the word has its new value from position + 1 on
    Word before = 0;
    Word after = 0;
    machine::Writer writer = machine::Writer::Kernel;
    machine::CallId call; ///< the innermost kernel function
    std::string_view function;
    std::uint32_t operation = 0;
};
/// Every delta before `until` that changed this word, the newest first; at most `limit` of them.
std::vector<WordWrite> writersOf(const machine::Journal& journal, Pfn frame, unsigned index,
                                 machine::Position until, std::size_t limit = 1000);

/// A kernel call in the tree of one operation.
struct CallLine {
    machine::CallId call;
    std::uint32_t depth = 0; ///< 0: the operation itself
    std::string text;     ///< "zap_huge_pmd(addr 0x7f0000000000)"; "CPU1 munmap()" where operations overlap
    bool entered = false; ///< its first delta lies before the position
    bool current = false; ///< the innermost call of the delta that was committed last
};
/// The calls of the operation that `position` stands in or behind, each before those that it makes. Empty at
/// 0.
std::vector<CallLine> callTree(const machine::Journal& journal, machine::Position position);
std::string toText(const machine::Call& call);

/// What is in use at a moment; a point for every moment at which one of the numbers changed.
struct CostPoint {
    machine::Position position = 0; ///< the numbers hold from here on
    std::int64_t deposited = 0;     ///< tables in all rings
    std::int64_t tableBytes = 0;    ///< pgtables_bytes of all mms, as the kernel counts them
    std::int64_t tables = 0;        ///< frames that serve as page tables
    std::int64_t faults = 0;        ///< page faults so far
    std::int64_t flushes = 0;       ///< TLB flushes so far
    std::int64_t entriesWritten = 0;
    bool operator==(const CostPoint&) const = default;
};
std::vector<CostPoint> costSeries(const machine::Journal& journal);
/// The last point at or before the position.
CostPoint costAt(const std::vector<CostPoint>& series, machine::Position position);

/// What became of a spare table once it was withdrawn.
enum class SpareFate : std::uint8_t {
    Deposited, ///< it still lies in a ring
    Withdrawn, ///< taken out, and nothing has happened to it since
    Linked,    ///< a split put it into the tree
    Moved,     ///< deposited again, with another owner or for another entry
    Freed,
    Orphaned, ///< its ring's PMD table (or mm) is gone, and it lies in the ring still
};
std::string_view name(SpareFate fate);

/// One stay of a table in a ring.
struct SpareTable {
    Pfn table;
    machine::DepositOwner owner;
    VirtAddr forAddress; ///< the address whose PMD entry it was deposited for
    machine::Position deposited = 0;
    std::string_view depositedBy; ///< the caller of the deposit: "insert_pmd", "copy_huge_pmd"
    std::uint32_t operation = 0;
    std::optional<machine::Position> withdrawn;
    std::string_view withdrawnBy;
    VirtAddr withdrawnFor; ///< may be another address: the tables of a ring are interchangeable
    SpareFate fate = SpareFate::Deposited;
};
/// Every stay that began before `position`, in order of deposit.
std::vector<SpareTable> depositLedger(const machine::Journal& journal, machine::Position position);

} // namespace pfnscope::view

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/state.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// A machine's state as what there is to draw: tables with their entries merged into runs, deposited tables,
/// VMAs, and what each address is mapped to. A pure function of the state.
namespace pfnscope::view {

enum class EntryMeaning : std::uint8_t {
    Table, ///< references a lower table
    Leaf,  ///< maps a page of the table's entry span
    Soft,  ///< not present for the hardware, yet not zero: the kernel's own (swap, migration, invalidated)
};

/// Consecutive entries of one table that say the same: equal flags, frames equal or counting up by the size
/// of the page. Entries that are zero belong to no run; an entry that references a table is a run of its own.
struct EntryRun {
    std::uint16_t first = 0;
    std::uint16_t count = 0;
    EntryMeaning meaning = EntryMeaning::Leaf;
    Word word = 0; ///< the first entry
    Word step = 0; ///< from one entry to the next
    Pfn target;    ///< Table: the lower table; Leaf: the first frame mapped; Soft: meaningless

    unsigned last() const { return first + count - 1U; }
    Word wordAt(unsigned index) const { return word + (index - first) * step; }
    bool contiguous() const { return step != 0; } ///< of a leaf run of two and more
    bool operator==(const EntryRun&) const = default;
};

/// What a table is in the picture, whatever frame it lies in: what two snapshots, two steps and two options
/// are compared by. In an address space's order: level by level from the top, then by address.
struct TableKey {
    machine::MmId mm;
    hw::Level level = hw::Level::Pgd;
    VirtAddr base;
    constexpr bool operator==(const TableKey&) const = default;
    constexpr std::strong_ordering operator<=>(const TableKey& other) const {
        if (const auto order = mm <=> other.mm; order != 0)
            return order;
        if (level != other.level)
            return other.level <=> level;
        return base <=> other.base;
    }
};

struct TableNode {
    TableKey key; ///< base: meaningful for the tables of the tree
    Pfn frame;
    machine::TableState state = machine::TableState::Detached;
    Pfn parent;              ///< see machine::PageTable
    std::uint16_t index = 0; ///< which entry of the parent
    bool reachable = false;  ///< from the root of an address space, through the entries as they stand
    std::uint32_t firstRun = 0;
    std::uint32_t runCount = 0;
};

/// The deposited tables of one owner, in the order in which they will be withdrawn: the head of the ring
/// first.
struct DepositDock {
    machine::DepositOwner owner;
    std::vector<Pfn> tables;
    bool orphaned = false; ///< the owner is gone: no one can withdraw them any more
    bool operator==(const DepositDock&) const = default;
};

/// Addresses mapped by leaves of one level with equal flags to consecutive frames.
struct MappedRange {
    machine::MmId mm;
    VirtRange range;
    hw::Level level = hw::Level::Pte; ///< of the table that holds the leaves
    Pfn target;
    bool device = false; ///< the frames are not RAM
    Word word = 0;       ///< the first leaf
};

struct VmaNode {
    machine::VmaId id;
    machine::Vma vma;
    std::string opsName; ///< empty: vm_ops is NULL
    bool hasFault = false;
    bool hasHugeFault = false;
};

struct ProcessNode {
    machine::Pid pid;
    std::string name;
    machine::ProcessState state = machine::ProcessState::Running;
};

/// One address space, and who runs in it.
struct SpaceNode {
    machine::MmId mm;
    machine::Mm record;
    std::vector<ProcessNode> processes;
};

/// A translation that a TLB still holds and the tables no longer say.
struct StaleRange {
    machine::MmId mm;
    VirtRange range;
    machine::CpuId cpu;
};

struct TableGraph {
    hw::Geometry geometry;
    std::vector<SpaceNode> spaces;   ///< by MmId
    std::vector<TableNode> tree;     ///< linked tables and roots, by key, then by frame
    std::vector<TableNode> loose;    ///< neither linked nor deposited, by mm and frame
    std::vector<EntryRun> runs;      ///< of all tables; see runsOf()
    std::vector<DepositDock> docks;  ///< by owner
    std::vector<MappedRange> mapped; ///< by mm and address
    std::vector<VmaNode> vmas;       ///< by mm and address
    std::vector<StaleRange> stale;

    std::span<const EntryRun> runsOf(const TableNode& table) const {
        return std::span(runs).subspan(table.firstRun, table.runCount);
    }
    /// All tables of the tree with this key: normally one or none; two only where the kernel went wrong.
    std::span<const TableNode> find(const TableKey& key) const;
    /// The tables of one level that begin in `range`.
    std::span<const TableNode> within(machine::MmId mm, hw::Level level, const VirtRange& range) const;
    const TableNode* tableAt(Pfn frame) const; ///< of the tree; null when it is none
    const DepositDock* dockOf(const machine::DepositOwner& owner) const;
    std::span<const MappedRange> mappedIn(machine::MmId mm) const;

    std::vector<std::uint32_t> byFrame; ///< indices into `tree`, by frame
};

TableGraph snapshotGraph(const machine::State& state);

/// The entries of one table, merged. `words` are those of a table of this level.
void appendRuns(std::vector<EntryRun>& runs, std::span<const Word> words, hw::Level level,
                const hw::Geometry& geometry);

} // namespace pfnscope::view

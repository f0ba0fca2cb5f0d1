// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/journal.h"
#include "view/diagram.h"
#include "view/snapshot_graph.h"

#include <map>
#include <set>
#include <string>
#include <vector>

/// Where everything goes, computed once over all tables that are ever present, so that nothing moves while
/// stepping and columns of several options can be compared by eye.
namespace pfnscope::view {

/// Staircase: each level to the right of and below the one above, as in the kernel's page-table document;
/// it fits a mail. Columns: one column a level, from left to right, as wide as it needs.
enum class Form : std::uint8_t { Staircase, Columns };

/// Where the spare tables of a PMD table stand: below it costs lines, beside it costs width.
enum class DockSide : std::uint8_t { Beside, Below };

/// Of a staircase whose every huge leaf can be read with its flags.
int leastWidth(DockSide docks);

struct LayoutOptions {
    Form form = Form::Staircase;
    int width = 72;                  ///< of the staircase, in cells; see leastWidth()
    DockSide docks = DockSide::Beside; ///< of the staircase
    int rowsPerTable = 10;           ///< entries a card has room for; the rest is counted in one line
    int rowsPerDock = 5;             ///< deposited tables listed by name
    std::size_t tablesPerParent = 6; ///< above that, tables alike are merged into groups
    int frameRows = 0;               ///< of the list of mapped frames; 0 leaves it out
};

/// The place of one table. `twin`: the how manieth table with this key (see TableGraph::find).
struct Slot {
    TableKey key;
    std::uint8_t twin = 0;
    int parent = -1; ///< index of a slot; -1: a root, or nobody's
    Point at;
    int width = 0;
    int rows = 0; ///< room for so many
    Point dockAt;
    int dockWidth = 0; ///< 0: no deposit was ever made here
    int dockRows = 0;
};

/// The place of many tables of one level, and of everything below them.
struct GroupSlot {
    machine::MmId mm;
    hw::Level level = hw::Level::Pte;
    VirtRange range; ///< bases of the tables
    int parent = -1;
    Point at;
    int width = 0;
    bool alike = true; ///< all of them went through the same
};

struct SpaceSlot {
    machine::MmId mm;
    Point at;
    int width = 0;
    int vmaRows = 0; ///< VMAs, not lines
    Point looseAt;
    int looseRows = 0; ///< 0: no table was ever outside the tree
    Point framesAt;
    int frameRows = 0;
};

struct UnionLayout {
    LayoutOptions options;
    int width = 0;
    int height = 0;
    std::vector<SpaceSlot> spaces;
    std::vector<Slot> slots; ///< in the order of the tree, parents before children
    std::vector<GroupSlot> groups;
};

/// Collects what is ever present, from finished histories and from single snapshots, then places it.
class LayoutUnion {
public:
    /// Every moment of a history; the journal must begin with the machine as it was made.
    void addHistory(const machine::Journal& journal, const hw::Geometry& geometry);
    /// One moment, and (for its marks) the one it is compared with.
    void addSnapshot(const TableGraph& now, const TableGraph* before = nullptr);

    UnionLayout place(const LayoutOptions& options = {}) const;

private:
    friend class HistoryReader;
    friend class Placer;
    struct Table {
        std::uint32_t runs = 0;      ///< the most it ever had
        std::uint32_t twins = 1;     ///< the most at the same time
        std::uint32_t deposited = 0; ///< the most spare tables docked to it
        std::uint64_t story = 0;     ///< equal for tables that went through the same
    };
    struct Space {
        std::uint32_t vmas = 0;
        std::uint32_t loose = 0;
        std::uint32_t ranges = 0;
    };
    Table& table(const TableKey& key);
    std::map<TableKey, Table> tables_;
    std::map<machine::MmId, Space> spaces_;
    hw::Geometry geometry_;
};

} // namespace pfnscope::view

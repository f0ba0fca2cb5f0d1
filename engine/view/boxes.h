// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/make_diagram.h"

/// The parts a diagram is put together from; private to view/.
namespace pfnscope::view {

/// Of one address space, by name; the rest is counted in one line.
inline constexpr int kMostVmas = 16;

/// Two moments and where things go.
struct Scene {
    const TableGraph& now;
    const TableGraph* before; ///< null: nothing is marked
    const UnionLayout& layout;
    const ViewOptions& options;
};

/// The slot's table as it is, as it was, or neither.
struct TableMoments {
    const TableNode* now = nullptr;
    const TableNode* before = nullptr;
};
TableMoments tableIn(const Scene& scene, const Slot& slot);

std::optional<Box> tableCard(const Scene& scene, const Slot& slot);
std::optional<Box> dockCard(const Scene& scene, const Slot& slot);
std::optional<Box> groupCard(const Scene& scene, const GroupSlot& slot);
std::optional<Box> spaceBox(const Scene& scene, const SpaceSlot& slot);
std::optional<Box> looseBox(const Scene& scene, const SpaceSlot& slot);
std::optional<Box> framesBox(const Scene& scene, const SpaceSlot& slot);

/// Keeps `room` rows, the selected and the marked ones first, and says in the last how many are missing.
void elide(std::vector<Row>& rows, std::size_t room, std::string_view boxId, std::string_view what);

Role roleOf(const EntryRun& run, hw::Level level, const TableGraph& graph);
/// Appends what a field shows of this change, cut where what a TLB still holds begins and ends. Cells are
/// counted on from `cell`; the next one is returned.
std::uint32_t appendStretches(std::vector<FieldStretch>& stretches, std::uint32_t cell, const Scene& scene,
                              const TableNode& table, const EntryChange& change);
/// Marks the row, and the cell of its field, that holds the selected entry.
void markSelected(Row& row, const std::optional<EntryRef>& selected);

inline constexpr int kStripFrame = 5; ///< borders, mark and blanks beside a strip
/// One character for each of `cells` equal parts of `range`; see view::cover.
std::string coverStrip(const TableGraph& graph, machine::MmId mm, const VirtRange& range, int cells);

} // namespace pfnscope::view

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"
#include "hw/geometry.h"
#include "view/role.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The entries behind one row of a diagram, as cells: what a canvas draws when it is near enough to cut a run
/// into its entries, and what it sums up when it is too far away to see one.
namespace pfnscope::view {

/// Neighbouring entries of one table that mean the same, changed the same way, and count up by `step`. Where
/// nothing is any more it holds what was.
struct FieldStretch {
    std::uint32_t cell = 0; ///< of the first entry, in its field
    std::uint16_t first = 0;
    std::uint16_t count = 0;
    hw::Level level = hw::Level::Pte; ///< of the table, as are the next two
    Role role = Role::Plain;
    Mark mark = Mark::None;
    bool stale = false; ///< a TLB still holds what stood there
    Pfn table;
    VirtAddr base;
    Word word = 0;
    Word step = 0;

    std::uint32_t end() const { return cell + count; }
    unsigned indexAt(std::uint32_t at) const { return first + (at - cell); }
    Word wordAt(std::uint32_t at) const { return word + (at - cell) * step; }
    bool operator==(const FieldStretch&) const = default;
};

/// What occurs among many cells. One bad entry among a million is still in it.
struct FieldSummary {
    std::uint16_t roles = 0; ///< a bit a Role
    std::uint8_t marks = 0;  ///< a bit a Mark
    bool stale = false;
    bool holes = false;  ///< an entry that is zero
    bool uneven = false; ///< a stretch that is not a whole table: something in it differs from its neighbours

    bool has(Role role) const { return (roles >> static_cast<unsigned>(role) & 1U) != 0; }
    bool has(Mark mark) const { return (marks >> static_cast<unsigned>(mark) & 1U) != 0; }
    bool isEmpty() const { return roles == 0; }
    void add(const FieldSummary& other);
    void add(const FieldStretch& stretch, unsigned entriesPerTable);
    bool operator==(const FieldSummary&) const = default;
};

/// Immutable, and cheap to copy.
class EntryField {
public:
    EntryField() = default;
    /// `stretches` in order of their cells; cells that none of them covers are entries that are zero.
    EntryField(std::vector<FieldStretch> stretches, std::uint32_t cells, const hw::Geometry& geometry);

    std::uint32_t cells() const { return content_ ? content_->cells : 0; }
    const std::vector<FieldStretch>& stretches() const;
    /// Of an entry that is zero: null.
    const FieldStretch* at(std::uint32_t cell) const;
    std::optional<std::uint32_t> cellOf(Pfn table, unsigned index) const;
    /// Of the cells [first, end).
    FieldSummary summary(std::uint32_t first, std::uint32_t end) const;
    const hw::Geometry& geometry() const { return content_->geometry; } ///< not of an empty field

    bool operator==(const EntryField& other) const;

private:
    struct Content {
        std::vector<FieldStretch> stretches;
        std::vector<FieldSummary>
            blocks; ///< of kBlock cells each: the level of the pyramid above the entries
        std::uint32_t cells = 0;
        hw::Geometry geometry;
    };
    static constexpr std::uint32_t kBlock = kWordsPerFrame;
    FieldSummary scan(std::uint32_t first, std::uint32_t end) const;

    std::shared_ptr<const Content> content_;
};

/// "pfn 0x200005 RW NX AD sp": one entry in the room of a cell.
std::string cellText(const FieldStretch& stretch, std::uint32_t cell, const hw::Geometry& geometry);
/// The same as the tooltip of a run, of this one entry.
std::string cellTooltip(const FieldStretch& stretch, std::uint32_t cell, const hw::Geometry& geometry);

} // namespace pfnscope::view

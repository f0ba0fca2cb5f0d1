// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"
#include "machine/ids.h"
#include "view/entry_field.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A diagram as data, in integer character cells: the canvas, SVG, PDF and the 72-column text draw the same
/// boxes and edges. x grows to the right, y downwards; a cell is one character wide and one line high.
namespace pfnscope::view {

struct Point {
    int x = 0;
    int y = 0;
    bool operator==(const Point&) const = default;
};

/// Covers the cells [x, x + width) x [y, y + height). The border of a box takes its outermost cells.
struct Rect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    int right() const { return x + width; }
    int bottom() const { return y + height; }
    bool contains(Point p) const { return x <= p.x && p.x < right() && y <= p.y && p.y < bottom(); }
    bool overlaps(const Rect& other) const {
        return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
    }
    bool operator==(const Rect&) const = default;
};

/// An entry (or run of entries) of a table, for selecting: what the inspector is then asked about.
struct EntryRef {
    Pfn table;
    std::uint16_t first = 0;
    std::uint16_t count = 1;
    bool contains(Pfn frame, unsigned index) const {
        return table == frame && first <= index && index < first + count;
    }
    bool operator==(const EntryRef&) const = default;
};

enum class RowKind : std::uint8_t {
    Text,
    Entry,  ///< one entry or a run; `entry` says which
    Bar,    ///< the same for a huge leaf: drawn as a bar over the full width
    Strip,  ///< one character a cell (see cover::) across the box
    Elided, ///< what there was no room for, counted
};

/// Characters of a strip: what the addresses of one cell are mapped by.
namespace cover {
inline constexpr char kNone = '.';
inline constexpr char kPte = '#';
inline constexpr char kPmd = '=';
inline constexpr char kPud = '%';
inline constexpr char kPartly = ':'; ///< some of it; a single page among a million shows
} // namespace cover

struct Row {
    std::string id;
    RowKind kind = RowKind::Text;
    Role role = Role::Plain;
    Mark mark = Mark::None;
    std::string index; ///< "0-511": drawn left of the text, in a column of its own
    std::string text;
    std::string tooltip; ///< the whole truth in words
    std::optional<EntryRef> entry;
    EntryField field; ///< the entries that the row stands for, for whoever has room to draw them one by one
    std::optional<std::uint32_t> selectedCell; ///< of the field
    bool selected = false;
    bool stale = false; ///< a TLB still holds what stood there: hatched
    bool operator==(const Row&) const = default;
};

enum class BoxKind : std::uint8_t {
    Space,   ///< heading of an address space with its VMAs
    Table,   ///< a page table
    Group,   ///< many tables merged into one box
    Deposit, ///< the spare tables of a PMD table, docked to it: drawn dashed
    Loose,   ///< tables allocated but in no tree
    Frames,  ///< ranges of physical frames
};
std::string_view name(BoxKind kind);

/// Line `rect.y` is the upper border, `rect.y + 1` the title, `rect.y + 2` a rule (if there are rows), then
/// one line a row, then the lower border.
struct Box {
    std::string id; ///< stable: "pmd-0x4001"; rows "pmd-0x4001-i0"
    BoxKind kind = BoxKind::Table;
    Rect rect;
    Role role = Role::Plain;
    Mark mark = Mark::None;
    std::string title;
    std::string tooltip;
    std::vector<Row> rows;
    bool ghost = false;    ///< freed in the step that led here; gone with the next
    bool selected = false; ///< holds the selection
    std::optional<Pfn> table;
    int rowY(std::size_t row) const { return rect.y + 3 + static_cast<int>(row); }
    bool operator==(const Box&) const = default;
};
/// The cells in which the parts of a box's rows begin; a title stands where the index does.
struct RowColumns {
    int mark = 0;
    int index = 0;
    int text = 0;
    int end = 0; ///< the border
};
RowColumns columnsOf(const Box& box);
/// How many characters of text there is room for behind an index of so many.
constexpr int roomForText(int boxWidth, std::size_t indexWidth) {
    return boxWidth - 4 - (indexWidth == 0 ? 0 : static_cast<int>(indexWidth) + 1);
}
/// Height of a box of so many rows, borders included.
constexpr int boxHeight(std::size_t rows) {
    return rows == 0 ? 3 : 4 + static_cast<int>(rows);
}

enum class EdgeKind : std::uint8_t {
    Link, ///< an entry that references a table: an arrow at the end
    Dock, ///< from a PMD table to its deposit: dotted, no arrow
    Move, ///< a table that this step took from the deposits into the tree, or the other way: dashed, an arrow
};
std::string_view name(EdgeKind kind);

/// Where an edge touches a box.
enum class Side : std::uint8_t { Left, Right, Top, Bottom };

/// A polyline of horizontal and vertical pieces through cells that no box covers, its ends beside the boxes:
/// from there it goes on by one cell to the border that `leaves` and `enters` name.
struct Edge {
    std::string id;
    EdgeKind kind = EdgeKind::Link;
    Role role = Role::TablePointer;
    Mark mark = Mark::None;
    std::string from; ///< ids of boxes
    std::string to;
    Side leaves = Side::Right; ///< of `from`
    Side enters = Side::Left;  ///< of `to`
    std::vector<Point> points;
    bool ghost = false;
    bool operator==(const Edge&) const = default;
};

struct LegendItem {
    std::string sample; ///< "+", "==", "sp"
    Role role = Role::Plain;
    std::string text;
    bool operator==(const LegendItem&) const = default;
};

/// Where a picture comes from; every export carries it.
struct Stamp {
    std::string scenario;
    std::string option;
    std::size_t step = 0;
    std::size_t steps = 0;
    std::string stepText; ///< "munmap(0x7f0000001000, 4K)"
    std::string version;  ///< of the engine
    std::string hash;     ///< short, of the state shown
    std::string model;    ///< "Linux 6.12, SDM 2023": what the picture claims to be true of
    bool operator==(const Stamp&) const = default;
};
/// "vfio-split.yaml, step 3/6, option C, pfnscope 0.1.0 (Linux 6.12, SDM 2023), 1f3a9c02": the line that every export carries.
std::string toText(const Stamp& stamp);

struct Diagram {
    int width = 0; ///< cells
    int height = 0;
    std::vector<Box> boxes; ///< top to bottom, left to right
    std::vector<Edge> edges;
    std::vector<LegendItem> legend;   ///< only what occurs
    std::vector<std::string> caption; ///< what is said of the step
    Stamp stamp;

    const Box* boxAt(Point p) const;
    const Box* find(std::string_view id) const;
    bool operator==(const Diagram&) const = default;
};

/// A line above the picture.
struct HeadLine {
    std::string text;
    bool isStep = false; ///< what was done, not what is said of it
};
/// The step and the caption, broken at the diagram's width.
std::vector<HeadLine> headLines(const Diagram& diagram);

} // namespace pfnscope::view

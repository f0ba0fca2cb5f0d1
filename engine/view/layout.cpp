// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/layout.h"

#include "view/boxes.h"

#include <algorithm>

namespace pfnscope::view {
namespace {

constexpr int kIndent = 4;       ///< a level of the staircase: room for "+->"
constexpr int kNarrowIndent = 3; ///< the same for "+>"
constexpr int kUpperWidth = 45;  ///< cards of tables that hold pointers or huge leaves
constexpr int kDockWidth = 17;
constexpr int kDockGap = 2;
constexpr int kColumnWidth = 44;
constexpr int kLeafColumnWidth = 58;
constexpr int kLanes = 12; ///< between two columns, for the edges
constexpr int kGroupRows = 3;

std::uint64_t combine(std::uint64_t value, std::uint64_t with) {
    return (value ^ with) * 0x9e3779b97f4a7c15ULL + with;
}

} // namespace

/// Walks the tree of all tables once, from top to bottom, and gives each its place.
class Placer {
public:
    Placer(const LayoutUnion& all, const LayoutOptions& options) : all_(all) {
        result_.options = options;
        result_.width = options.width;
    }

    UnionLayout place() {
        for (const auto& [mm, space] : all_.spaces_)
            placeSpace(mm, space);
        result_.height = y_;
        return std::move(result_);
    }

private:
    using Tables = std::map<TableKey, LayoutUnion::Table>;
    using Child = Tables::const_iterator;
    struct Choice {
        std::vector<bool> alone;
        bool alike = true; ///< all the others went through the same
    };

    bool staircase() const { return result_.options.form == Form::Staircase; }

    void placeSpace(machine::MmId mm, const LayoutUnion::Space& space) {
        const auto index = result_.spaces.size();
        const int vmas = std::min(static_cast<int>(space.vmas), kMostVmas);
        result_.spaces.push_back({mm, {0, y_}, result_.options.width, vmas, {}, 0, {}, 0});
        const bool hasMore = static_cast<int>(space.vmas) > vmas;
        y_ += boxHeight(static_cast<std::size_t>(2 * vmas + (hasMore ? 1 : 0))) + 1;
        const auto root = all_.tables_.find(TableKey{mm, hw::Level::Pgd, {}});
        if (root != all_.tables_.end())
            placeTable(root, -1, 0);
        SpaceSlot& slot = result_.spaces[index];
        if (space.loose > 0)
            slot.looseRows = reserve(slot.looseAt, std::min<int>(static_cast<int>(space.loose), rowLimit()));
        if (space.ranges > 0 && result_.options.frameRows > 0)
            slot.frameRows = reserve(
                slot.framesAt, std::min<int>(static_cast<int>(space.ranges), result_.options.frameRows));
    }

    int rowLimit() const { return result_.options.rowsPerTable; }

    int reserve(Point& at, int rows) {
        at = {0, y_};
        y_ += boxHeight(static_cast<std::size_t>(rows)) + 1;
        return rows;
    }

    void placeTable(Child table, int parent, int x) {
        const int top = y_;
        const int own = placeCard(table, 0, parent, x);
        for (std::uint32_t twin = 1; twin < table->second.twins; ++twin)
            placeCard(table, static_cast<std::uint8_t>(twin), parent, x);
        const int bottom = y_;
        if (!staircase())
            y_ = top;
        placeChildren(table, own, x);
        y_ = std::max(y_, bottom);
    }

    int placeCard(Child table, std::uint8_t twin, int parent, int x) {
        Slot slot;
        slot.key = table->first;
        slot.twin = twin;
        slot.parent = parent;
        slot.at = {x, y_};
        slot.width = cardWidth(table->first.level, x);
        slot.rows = std::min(static_cast<int>(table->second.runs) + 1, rowLimit());
        int height = boxHeight(static_cast<std::size_t>(slot.rows));
        if (table->second.deposited > 0 && twin == 0) {
            placeDock(slot, table->second.deposited, height);
            const int dockBottom = slot.dockAt.y + boxHeight(static_cast<std::size_t>(slot.dockRows));
            height = std::max(height, dockBottom - y_);
        }
        y_ += height + 1;
        result_.width = std::max({result_.width, x + slot.width, slot.dockAt.x + slot.dockWidth});
        result_.slots.push_back(slot);
        return static_cast<int>(result_.slots.size()) - 1;
    }

    int indent() const { return docksBeside() ? kIndent : kNarrowIndent; }
    bool docksBeside() const { return staircase() && result_.options.docks == DockSide::Beside; }

    /// Below the card where the space to its right belongs to the edges, or to another picture.
    void placeDock(Slot& slot, std::uint32_t deposited, int cardHeight) {
        slot.dockRows = std::min(static_cast<int>(deposited) + 1, result_.options.rowsPerDock);
        slot.dockWidth = kDockWidth;
        const int below = slot.at.y + cardHeight + 1;
        slot.dockAt = docksBeside() ? Point{slot.at.x + slot.width + kDockGap, slot.at.y}
                      : staircase() ? Point{slot.at.x + indent(), below} // the stairs go down at its left
                                    : Point{slot.at.x, below};
    }

    int cardWidth(hw::Level level, int x) const {
        if (!staircase())
            return level == hw::Level::Pte ? kLeafColumnWidth : kColumnWidth;
        if (level == hw::Level::Pte)
            return result_.options.width - x;
        const int dock = docksBeside() ? kDockGap + kDockWidth : 0;
        return std::min(kUpperWidth, result_.options.width - x - dock);
    }

    std::vector<Child> childrenOf(const TableKey& key) const {
        std::vector<Child> children;
        if (key.level == hw::Level::Pte)
            return children;
        const Bytes span = all_.geometry_.tableSpan(key.level);
        const hw::Level below = all_.geometry_.below(key.level);
        // The root's own range ends where canonical addresses have their gap; the upper half lies behind it.
        const VirtAddr end =
            key.level == all_.geometry_.top() ? VirtAddr(~0ULL) : key.base + (span - Bytes(1));
        for (auto it = all_.tables_.lower_bound({key.mm, below, key.base}); it != all_.tables_.end(); ++it) {
            if (it->first.mm != key.mm || it->first.level != below || it->first.base > end)
                break;
            children.push_back(it);
        }
        return children;
    }

    /// What a table and all below it went through, as one number.
    std::uint64_t storyOf(Child table) const {
        std::uint64_t story = combine(table->second.story, table->second.deposited);
        for (const Child& child : childrenOf(table->first))
            story = combine(story, storyOf(child));
        return story;
    }

    void placeChildren(Child table, int parent, int x) {
        const std::vector<Child> children = childrenOf(table->first);
        const int childX = x + (staircase() ? indent() : kColumnWidth + kLanes);
        const auto [alone, alike] = shownAlone(children);
        for (std::size_t i = 0; i < children.size();) {
            if (alone[i]) {
                placeTable(children[i++], parent, childX);
                continue;
            }
            std::size_t end = i;
            while (end < children.size() && !alone[end])
                ++end;
            placeGroup(children[i], children[end - 1], parent, childX, alike);
            i = end;
        }
    }

    /// Few: all. Many: those that went through something of their own, and one example of the rest.
    Choice shownAlone(const std::vector<Child>& children) const {
        const std::size_t room = result_.options.tablesPerParent;
        std::vector<bool> alone(children.size(), children.size() <= room);
        if (children.size() <= room)
            return {alone, true};
        std::map<std::uint64_t, std::vector<std::size_t>> byStory;
        for (std::size_t i = 0; i < children.size(); ++i)
            byStory[storyOf(children[i])].push_back(i);
        const auto most = std::max_element(byStory.begin(), byStory.end(), [](const auto& a, const auto& b) {
            return a.second.size() < b.second.size();
        });
        std::vector<std::size_t> odd;
        for (const auto& [story, members] : byStory)
            if (story != most->first)
                odd.insert(odd.end(), members.begin(), members.end());
        std::sort(odd.begin(), odd.end());
        const bool alike = odd.size() < room;
        odd.resize(std::min(odd.size(), room - 1));
        for (const std::size_t i : odd)
            alone[i] = true;
        alone[most->second.front()] = true;
        return {alone, alike};
    }

    void placeGroup(Child first, Child last, int parent, int x, bool alike) {
        const Bytes span = all_.geometry_.tableSpan(first->first.level);
        GroupSlot group;
        group.mm = first->first.mm;
        group.level = first->first.level;
        group.range = {first->first.base, last->first.base + span};
        group.parent = parent;
        group.at = {x, y_};
        group.width = staircase() ? result_.options.width - x : cardWidth(group.level, x);
        group.alike = alike;
        result_.width = std::max(result_.width, x + group.width);
        result_.groups.push_back(group);
        y_ += boxHeight(kGroupRows) + 1;
    }

    const LayoutUnion& all_;
    UnionLayout result_;
    int y_ = 0;
};

int leastWidth(DockSide docks) {
    constexpr int kPmdLevel = 2, kHugeLeaf = 37, kPteLevel = 3, kFirstFrame = 36;
    return docks == DockSide::Beside ? kPmdLevel * kIndent + kHugeLeaf + kDockGap + kDockWidth
                                     : kPteLevel * kNarrowIndent + kFirstFrame;
}

UnionLayout LayoutUnion::place(const LayoutOptions& options) const {
    return Placer(*this, options).place();
}

} // namespace pfnscope::view

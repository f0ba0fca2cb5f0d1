// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/diagram.h"

#include "base/wrap.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::view {

char letter(Mark mark) {
    switch (mark) {
    case Mark::None:
        return ' ';
    case Mark::Added:
        return '+';
    case Mark::Removed:
        return '-';
    case Mark::Changed:
        return '~';
    }
    return ' ';
}

std::string_view name(Role role) {
    switch (role) {
    case Role::Plain:
        return "plain";
    case Role::Space:
        return "space";
    case Role::TablePointer:
        return "table-pointer";
    case Role::Page4K:
        return "page-4k";
    case Role::Leaf2M:
        return "leaf-2m";
    case Role::Leaf1G:
        return "leaf-1g";
    case Role::Special:
        return "special";
    case Role::Soft:
        return "soft";
    case Role::Deposit:
        return "deposit";
    case Role::Device:
        return "device";
    case Role::Vma:
        return "vma";
    case Role::Fault:
        return "fault";
    case Role::Dimmed:
        return "dimmed";
    }
    return "plain";
}

std::string_view name(BoxKind kind) {
    switch (kind) {
    case BoxKind::Space:
        return "space";
    case BoxKind::Table:
        return "table";
    case BoxKind::Group:
        return "group";
    case BoxKind::Deposit:
        return "deposit";
    case BoxKind::Loose:
        return "loose";
    case BoxKind::Frames:
        return "frames";
    }
    return "table";
}

std::string_view name(EdgeKind kind) {
    switch (kind) {
    case EdgeKind::Link:
        return "link";
    case EdgeKind::Dock:
        return "dock";
    case EdgeKind::Move:
        return "move";
    }
    return "link";
}

RowColumns columnsOf(const Box& box) {
    std::size_t indexWidth = 0;
    for (const Row& row : box.rows)
        indexWidth = std::max(indexWidth, row.index.size());
    const int end = box.rect.right() - 1;
    return {box.rect.x + 1, box.rect.x + 3, end - roomForText(box.rect.width, indexWidth), end};
}

std::vector<HeadLine> headLines(const Diagram& diagram) {
    constexpr int kNarrowest = 20;
    const auto width = static_cast<std::size_t>(std::max(kNarrowest, diagram.width));
    std::vector<HeadLine> lines;
    for (std::string& line : wrapText(diagram.stamp.stepText, width))
        lines.push_back({std::move(line), true});
    for (const std::string& caption : diagram.caption)
        for (std::string& line : wrapText(caption, width))
            lines.push_back({std::move(line), false});
    return lines;
}

std::string toText(const Stamp& stamp) {
    std::string text;
    const auto add = [&](const std::string& part) {
        if (!part.empty())
            text += (text.empty() ? "" : ", ") + part;
    };
    add(stamp.scenario);
    if (stamp.steps != 0)
        add(fmt::format("step {}/{}", stamp.step, stamp.steps));
    if (!stamp.option.empty())
        add("option " + stamp.option);
    if (!stamp.version.empty())
        add("pfnscope " + stamp.version + (stamp.model.empty() ? "" : " (" + stamp.model + ")"));
    add(stamp.hash);
    return text;
}

const Box* Diagram::boxAt(Point p) const {
    const auto found =
        std::find_if(boxes.begin(), boxes.end(), [&](const Box& box) { return box.rect.contains(p); });
    return found == boxes.end() ? nullptr : &*found;
}

const Box* Diagram::find(std::string_view id) const {
    const auto found = std::find_if(boxes.begin(), boxes.end(), [&](const Box& box) { return box.id == id; });
    return found == boxes.end() ? nullptr : &*found;
}

} // namespace pfnscope::view

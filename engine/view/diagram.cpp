// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/diagram.h"

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
        add("pfnscope " + stamp.version);
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/vma_words.h"

#include "mm/vm_flags.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace pfnscope::view {
namespace {

constexpr std::array<std::pair<std::uint64_t, std::string_view>, 4> kVmNames{{
    {mm::vm::kPfnMap, "PFNMAP"},
    {mm::vm::kMixedMap, "MIXEDMAP"},
    {mm::vm::kLocked, "LOCKED"},
    {mm::vm::kDontCopy, "DONTCOPY"},
}};

std::string protection(std::uint64_t flags) {
    std::string text;
    text += (flags & mm::vm::kRead) != 0 ? 'r' : '-';
    text += (flags & mm::vm::kWrite) != 0 ? 'w' : '-';
    text += (flags & mm::vm::kExec) != 0 ? 'x' : '-';
    text += (flags & mm::vm::kShared) != 0 ? 's' : 'p';
    return text;
}

std::string flagNames(std::uint64_t flags) {
    std::string text;
    for (const auto& [bit, name] : kVmNames)
        if ((flags & bit) != 0)
            text += fmt::format(" {}", name);
    return text;
}

std::string handlers(const VmaNode& node) {
    if (!node.vma.ops)
        return "vm_ops NULL";
    std::string text = node.opsName;
    if (!node.hasFault && !node.hasHugeFault)
        return text + ", no fault handler";
    text += ":";
    text += node.hasFault ? " fault" : "";
    text += node.hasHugeFault ? " huge_fault" : "";
    return text;
}

} // namespace

std::string vmaText(const VmaNode& node, int width) {
    const machine::Vma& vma = node.vma;
    const std::string start = fmt::format("{} +{} {} {}", toText(vma.range.start), toText(vma.range.size()),
                                          vma.name.empty() ? "-" : vma.name, protection(vma.flags));
    const std::string flags = flagNames(vma.flags) + (vma.marked ? " marked" : "");
    const std::string candidates[] = {
        fmt::format("{}{} {}", start, flags, handlers(node)),
        fmt::format("{}{}", start, flags),
        start,
        fmt::format("{} +{}", toText(vma.range.start), toText(vma.range.size())),
    };
    for (const std::string& candidate : candidates)
        if (static_cast<int>(candidate.size()) <= width)
            return candidate;
    return toText(vma.range.start);
}

std::string vmaTooltip(const VmaNode& node) {
    const machine::Vma& vma = node.vma;
    return fmt::format("VMA {}: {}-{}, {}, vm_flags {}{}, vm_page_prot {}, vm_pgoff {}, {}{}", vma.name,
                       toText(vma.range.start), toText(vma.range.end), protection(vma.flags),
                       toHex(vma.flags), flagNames(vma.flags), toHex(vma.pageProt), toHex(vma.pgoff),
                       handlers(node), vma.marked ? ", marked by the option" : "");
}

} // namespace pfnscope::view

// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/vma_words.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace pfnscope::view {
namespace {

/// VM_* of include/linux/mm.h, with the kernel's values.
constexpr std::uint64_t kVmRead = 0x1;
constexpr std::uint64_t kVmWrite = 0x2;
constexpr std::uint64_t kVmExec = 0x4;
constexpr std::uint64_t kVmShared = 0x8;
constexpr std::array<std::pair<std::uint64_t, std::string_view>, 5> kVmNames{{
    {0x400, "PFNMAP"},
    {0x10000000, "MIXEDMAP"},
    {0x2000, "LOCKED"},
    {0x20000, "DONTCOPY"},
    {0x4000, "IO"},
}};

std::string protection(std::uint64_t flags) {
    std::string text;
    text += (flags & kVmRead) != 0 ? 'r' : '-';
    text += (flags & kVmWrite) != 0 ? 'w' : '-';
    text += (flags & kVmExec) != 0 ? 'x' : '-';
    text += (flags & kVmShared) != 0 ? 's' : 'p';
    return text;
}

std::string flagNames(std::uint64_t flags) {
    std::string text;
    for (const auto& [bit, name] : kVmNames)
        if ((flags & bit) != 0 && name != "IO")
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

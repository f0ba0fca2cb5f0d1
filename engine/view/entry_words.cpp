// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/entry_words.h"

#include "hw/x86_64.h"
#include "mm/pgtable_x86.h"
#include "view/soft_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace pfnscope::view {
namespace {

using hw::Level;

/// The bits that arch/x86/include/asm/pgtable_types.h takes for software, in every level's entries.
constexpr std::array kLinuxBits{
    hw::BitField{"SPECIAL", 9, 9, hw::FieldKind::Ignored,
                 "Linux _PAGE_SPECIAL: the frame has no struct page that counts this map", "pgtable_types.h"},
    hw::BitField{"UFFD_WP", 10, 10, hw::FieldKind::Ignored,
                 "Linux _PAGE_UFFD_WP: write-protected for userfaultfd", "pgtable_types.h"},
    hw::BitField{"SOFT_DIRTY", 11, 11, hw::FieldKind::Ignored,
                 "Linux _PAGE_SOFT_DIRTY: written since the last clear_refs", "pgtable_types.h"},
    hw::BitField{"MARKED", 52, 52, hw::FieldKind::Ignored,
                 "the bit by which an option knows a leaf that was made with a deposit", "option leaf.mark"},
    hw::BitField{"DEVMAP", 57, 57, hw::FieldKind::Ignored,
                 "Linux _PAGE_DEVMAP: ZONE_DEVICE memory (until 6.17)", "pgtable_types.h"},
    hw::BitField{"SAVED_DIRTY", 58, 58, hw::FieldKind::Ignored,
                 "Linux _PAGE_SAVED_DIRTY: dirty, kept apart for shadow stacks", "pgtable_types.h"},
};
static_assert(kLinuxBits[0].mask() == mm::bits::kSpecial && kLinuxBits[1].mask() == mm::bits::kUffdWp &&
              kLinuxBits[2].mask() == mm::bits::kSoftDirty && kLinuxBits[3].mask() == mm::bits::kMarked &&
              kLinuxBits[4].mask() == mm::bits::kDevmap && kLinuxBits[5].mask() == mm::bits::kSavedDirty);

/// What Linux programs into the eight slots of IA32_PAT (arch/x86/mm/pat/memtype.c).
constexpr std::array<std::string_view, 8> kPatSlots{"WB", "WC", "UC-", "UC", "WB", "WP", "UC-", "WT"};

std::string_view cacheTypeOf(Word leaf, Level level, const hw::Geometry& geometry) {
    return kPatSlots[hw::x86_64::patIndex(leaf, geometry.depth(level))];
}

std::string accessedDirty(Word leaf) {
    std::string text;
    if ((leaf & hw::x86_64::kA) != 0)
        text += 'A';
    if ((leaf & hw::x86_64::kD) != 0)
        text += 'D';
    return text;
}

std::string permissionsOf(Word leaf) {
    std::string text = (leaf & hw::x86_64::kRw) != 0 ? "RW" : "RO";
    text += (leaf & hw::x86_64::kXd) != 0 ? " NX" : " X";
    if ((leaf & hw::x86_64::kUs) == 0)
        text += " kernel";
    return text;
}

void append(std::string& text, std::string_view word) {
    if (word.empty())
        return;
    if (!text.empty())
        text += ' ';
    text += word;
}

std::string fieldWords(const hw::BitField& field, Word value) {
    if (field.kind == hw::FieldKind::Address)
        return fmt::format("{}: {}", toText(PhysAddr(value << field.low)), field.meaning);
    if (field.width() == 1)
        return fmt::format("{}: {}", value != 0 ? "set" : "clear", field.meaning);
    return fmt::format("{}: {}", value, field.meaning);
}

/// The root's entries beyond the middle are those of the upper half of the address space.
VirtAddr canonical(VirtAddr at, const hw::Geometry& geometry) {
    const unsigned unused = 64 - geometry.addressBits();
    return VirtAddr(static_cast<std::uint64_t>(static_cast<std::int64_t>(at.raw() << unused) >> unused));
}

std::string tableRunText(const EntryRun& run, Level level, const TableGraph& graph) {
    const std::string_view lower = kernelName(graph.geometry.below(level));
    if (graph.tableAt(run.target) == nullptr)
        return fmt::format("-> pfn {}: no {} table", toHex(run.target.raw()), lower);
    return fmt::format("-> {} {}", upperName(graph.geometry.below(level)), toHex(run.target.raw()));
}

std::string framesText(const EntryRun& run, Level level, const hw::Geometry& geometry) {
    const std::uint64_t each = geometry.pagesPerEntry(level);
    if (run.count > 1 && !run.contiguous())
        return fmt::format("pfn {} each", toHex(run.target.raw()));
    if (run.count == 1)
        return fmt::format("pfn {}", toHex(run.target.raw()));
    return fmt::format("pfn {}-{}", toHex(run.target.raw()),
                       toHex((run.target + (each * run.count - 1)).raw()));
}

} // namespace

bool isSpecial(Word leaf) {
    return mm::isSpecial(leaf);
}

hw::EntryFormat formatOf(Word word, Level level, const hw::Geometry& geometry) {
    if (word != 0 && meaningOf(word, level, geometry) == EntryMeaning::Soft)
        return softFormat(softKindOf(word, level, geometry), level);
    const hw::EntryFormat format = hw::x86_64::formatOf(word, level, geometry);
    return meaningOf(word, level, geometry) == EntryMeaning::Leaf ? format.withSoftwareBits(kLinuxBits)
                                                                  : format;
}

std::vector<hw::EntryFormat> entryFormats(const hw::Geometry& geometry) {
    using hw::x86_64::EntryKind;
    std::vector<hw::EntryFormat> formats;
    for (Level level = geometry.top();; level = geometry.below(level)) {
        for (const EntryKind kind : {EntryKind::Table, EntryKind::Leaf}) {
            const unsigned depth = geometry.depth(level);
            if ((kind == EntryKind::Table && depth == 1) || (kind == EntryKind::Leaf && depth > 3))
                continue;
            const hw::EntryFormat format = hw::x86_64::formatOf(kind, level, geometry);
            formats.push_back(kind == EntryKind::Leaf ? format.withSoftwareBits(kLinuxBits) : format);
        }
        if (level == Level::Pte)
            break;
    }
    formats.push_back(hw::x86_64::kNotPresent);
    for (const hw::EntryFormat& format : softFormats())
        formats.push_back(format);
    return formats;
}

EntryMeaning meaningOf(Word word, Level level, const hw::Geometry& geometry) {
    switch (hw::x86_64::kindOf(word, geometry.depth(level))) {
    case hw::x86_64::EntryKind::Table:
        return EntryMeaning::Table;
    case hw::x86_64::EntryKind::Leaf:
        return EntryMeaning::Leaf;
    case hw::x86_64::EntryKind::NotPresent:
        break;
    }
    return EntryMeaning::Soft;
}

std::vector<FieldReading> readEntry(Word word, Level level, const hw::Geometry& geometry) {
    const hw::EntryFormat format = formatOf(word, level, geometry);
    std::vector<FieldReading> readings;
    for (const hw::BitField& field : format.fields())
        readings.push_back({field, field.get(word), fieldWords(field, field.get(word))});
    std::reverse(readings.begin(), readings.end());
    return readings;
}

std::string flagsOf(Word leaf, Level level, const hw::Geometry& geometry) {
    std::string text = permissionsOf(leaf);
    append(text, accessedDirty(leaf));
    if (isSpecial(leaf))
        append(text, "sp");
    if ((leaf & mm::bits::kMarked) != 0)
        append(text, "mk");
    if (const auto cache = cacheTypeOf(leaf, level, geometry); cache != "WB")
        append(text, cache);
    return text;
}

std::string upperName(Level level) {
    std::string text(kernelName(level));
    for (char& c : text)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

std::string tableId(Level level, Pfn frame) {
    return fmt::format("{}-{}", kernelName(level), toHex(frame.raw()));
}

std::string indexText(unsigned first, unsigned count) {
    return count == 1 ? fmt::format("{}", first) : fmt::format("{}-{}", first, first + count - 1);
}

std::string runText(const EntryRun& run, Level level, const TableGraph& graph, int width) {
    if (run.meaning == EntryMeaning::Table)
        return tableRunText(run, level, graph);
    if (run.meaning == EntryMeaning::Soft) {
        const std::string words = softText(run.word, level, graph.geometry);
        return run.count == 1 ? words : fmt::format("{} x {}", run.count, words);
    }
    const std::string size = toText(graph.geometry.entrySpan(level));
    const std::string pages = run.count == 1 ? size : fmt::format("{} x {}", run.count, size);
    const std::string frames = framesText(run, level, graph.geometry);
    const std::string first = fmt::format("pfn {}{}", toHex(run.target.raw()), run.contiguous() ? ".." : "");
    const std::string candidates[] = {
        fmt::format("{} {} {}", pages, frames, flagsOf(run.word, level, graph.geometry)),
        fmt::format("{} {} {}", pages, first, flagsOf(run.word, level, graph.geometry)),
        // The index beside it says how many.
        fmt::format("{} {} {}", size, first, flagsOf(run.word, level, graph.geometry)),
        fmt::format("{} {} {}", pages, first, permissionsOf(run.word)),
        fmt::format("{} {}", pages, first),
    };
    for (const std::string& candidate : candidates)
        if (static_cast<int>(candidate.size()) <= width)
            return candidate;
    return pages;
}

std::string runTooltip(const EntryRun& run, const TableNode& table, const hw::Geometry& geometry) {
    const Bytes span = geometry.entrySpan(table.key.level);
    const VirtAddr start = canonical(table.key.base + span * run.first, geometry);
    std::string text =
        fmt::format("{} entry {} of table {}: {}-{}, {} x {} bytes of address space",
                    upperName(table.key.level), indexText(run.first, run.count), toHex(table.frame.raw()),
                    toText(start), toText(start + span * run.count), run.count, toText(span));
    text += fmt::format("; word {}", toHex(run.word));
    for (const FieldReading& reading : readEntry(run.word, table.key.level, geometry))
        if (reading.value != 0 && reading.field.kind != hw::FieldKind::Address)
            text += fmt::format("; {} {}", reading.field.name, reading.words);
    return text;
}

} // namespace pfnscope::view

// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/entry_field.h"

#include "hw/x86_64.h"
#include "view/entry_words.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::view {

void FieldSummary::add(const FieldSummary& other) {
    roles |= other.roles;
    marks |= other.marks;
    stale |= other.stale;
    holes |= other.holes;
    uneven |= other.uneven;
}

void FieldSummary::add(const FieldStretch& stretch, unsigned entriesPerTable) {
    roles = static_cast<std::uint16_t>(roles | 1U << static_cast<unsigned>(stretch.role));
    marks = static_cast<std::uint8_t>(marks | 1U << static_cast<unsigned>(stretch.mark));
    stale |= stretch.stale;
    uneven |= stretch.count != entriesPerTable;
}

EntryField::EntryField(std::vector<FieldStretch> stretches, std::uint32_t cells,
                       const hw::Geometry& geometry) {
    if (cells == 0)
        return;
    auto content = std::make_shared<Content>(Content{std::move(stretches), {}, cells, geometry});
    content_ = content;
    if (cells <= kBlock)
        return;
    for (std::uint32_t first = 0; first < cells; first += kBlock)
        content->blocks.push_back(scan(first, std::min(first + kBlock, cells)));
}

const std::vector<FieldStretch>& EntryField::stretches() const {
    static const std::vector<FieldStretch> kNone;
    return content_ ? content_->stretches : kNone;
}

const FieldStretch* EntryField::at(std::uint32_t cell) const {
    const auto& all = stretches();
    const auto next = std::upper_bound(all.begin(), all.end(), cell,
                                       [](std::uint32_t c, const FieldStretch& s) { return c < s.cell; });
    return next != all.begin() && cell < std::prev(next)->end() ? &*std::prev(next) : nullptr;
}

std::optional<std::uint32_t> EntryField::cellOf(Pfn table, unsigned index) const {
    for (const FieldStretch& stretch : stretches())
        if (stretch.table == table && stretch.first <= index && index < stretch.first + stretch.count)
            return stretch.cell + (index - stretch.first);
    return std::nullopt;
}

FieldSummary EntryField::scan(std::uint32_t first, std::uint32_t end) const {
    FieldSummary found;
    const auto& all = content_->stretches;
    auto stretch = std::partition_point(all.begin(), all.end(),
                                        [first](const FieldStretch& s) { return s.end() <= first; });
    std::uint32_t covered = first;
    for (; stretch != all.end() && stretch->cell < end; ++stretch) {
        found.holes |= stretch->cell > covered;
        found.add(*stretch, content_->geometry.entriesPerTable());
        covered = stretch->end();
    }
    found.holes |= covered < end;
    return found;
}

FieldSummary EntryField::summary(std::uint32_t first, std::uint32_t end) const {
    end = std::min(end, cells());
    FieldSummary found;
    while (first < end) {
        const bool whole = first % kBlock == 0 && first + kBlock <= end && !content_->blocks.empty();
        const std::uint32_t next = std::min(end, (first / kBlock + 1) * kBlock);
        found.add(whole ? content_->blocks[first / kBlock] : scan(first, next));
        first = next;
    }
    return found;
}

bool EntryField::operator==(const EntryField& other) const {
    return content_ == other.content_ || (cells() == other.cells() && stretches() == other.stretches());
}

namespace {

EntryRun runAt(const FieldStretch& stretch, std::uint32_t cell, const hw::Geometry& geometry) {
    EntryRun run;
    run.first = static_cast<std::uint16_t>(stretch.indexAt(cell));
    run.count = 1;
    run.word = stretch.wordAt(cell);
    run.meaning = meaningOf(run.word, stretch.level, geometry);
    if (run.meaning != EntryMeaning::Soft)
        run.target = hw::x86_64::addressIn(run.word, geometry.depth(stretch.level), geometry).frame();
    return run;
}

} // namespace

std::string cellText(const FieldStretch& stretch, std::uint32_t cell, const hw::Geometry& geometry) {
    const EntryRun run = runAt(stretch, cell, geometry);
    switch (run.meaning) {
    case EntryMeaning::Soft:
        return "not present";
    case EntryMeaning::Table:
        return fmt::format("-> {} {}", upperName(geometry.below(stretch.level)), toHex(run.target.raw()));
    case EntryMeaning::Leaf:
        break;
    }
    return fmt::format("pfn {} {}", toHex(run.target.raw()), flagsOf(run.word, stretch.level, geometry));
}

std::string cellTooltip(const FieldStretch& stretch, std::uint32_t cell, const hw::Geometry& geometry) {
    TableNode table;
    table.key.level = stretch.level;
    table.key.base = stretch.base;
    table.frame = stretch.table;
    const std::string text = runTooltip(runAt(stretch, cell, geometry), table, geometry);
    return stretch.mark == Mark::Removed ? "gone: " + text : text;
}

} // namespace pfnscope::view

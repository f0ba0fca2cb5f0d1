// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/address_input.h"

#include "base/numbers.h"
#include "check/leaf.h"
#include "view/snapshot_graph.h"

#include <algorithm>

namespace pfnscope::ui {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Error unknown(std::string_view text, std::string expected) {
    return {ErrorKind::UnknownName, {}, std::string(text), std::move(expected)};
}

/// The first entry that maps the frame.
std::optional<EntryLocation> leafThatMaps(const machine::State& state, Pfn frame) {
    const view::TableGraph graph = view::snapshotGraph(state);
    const auto maps = [frame](const view::MappedRange& range) {
        return range.target <= frame && frame < range.target + range.range.size().pages();
    };
    const auto range = std::find_if(graph.mapped.begin(), graph.mapped.end(), maps);
    if (range == graph.mapped.end())
        return std::nullopt;
    const auto place =
        check::entryFor(state, range->mm, range->range.start + kPageSize * (frame - range->target));
    return place ? std::optional(EntryLocation{place->table, place->index}) : std::nullopt;
}

/// A page table, or what maps the frame of a page.
Result<EntryLocation> entryOfFrame(const machine::State& state, std::string_view number) {
    const auto frame = parseNumber(trimmed(number));
    if (frame && state.tableAt(Pfn(*frame)))
        return EntryLocation{Pfn(*frame), 0};
    if (const auto leaf = frame ? leafThatMaps(state, Pfn(*frame)) : std::nullopt)
        return *leaf;
    return fail(unknown(number, "the frame number of a page table, or of a page that is mapped now"));
}

Result<VirtAddr> addressOf(const machine::State& state, std::string_view text) {
    if (const auto number = parseNumber(text))
        return VirtAddr(*number);
    const auto plus = text.find('+');
    const std::string_view name = trimmed(text.substr(0, plus));
    const auto offset = plus == std::string_view::npos ? std::optional<std::uint64_t>(0) : parseNumber(trimmed(text.substr(plus + 1)));
    const machine::Vma* lowest = nullptr; // a map may have been cut: its name stands for where it began
    for (const auto& [id, vma] : state.vmas) {
        if (vma.name == name && (!lowest || vma.range.start < lowest->range.start))
            lowest = &vma;
    }
    if (!lowest || !offset)
        return fail(unknown(text, "an address, 'pfn' and a frame number, or the name of a map with an offset"));
    return lowest->range.start + Bytes(*offset);
}

} // namespace

Result<EntryLocation> findEntry(const machine::State& state, std::string_view text) {
    const std::string_view wanted = trimmed(text);
    if (wanted.starts_with("pfn "))
        return entryOfFrame(state, wanted.substr(4));
    const auto address = addressOf(state, wanted);
    if (!address)
        return fail(address.error());
    std::optional<check::EntryPlace> best;
    for (const auto& [mm, record] : state.mms) {
        const auto place = check::entryFor(state, mm, *address);
        if (place && (!best || place->level < best->level))
            best = place;
    }
    if (!best)
        return fail(unknown(wanted, "an address while a process lives"));
    return EntryLocation{best->table, best->index};
}

} // namespace pfnscope::ui

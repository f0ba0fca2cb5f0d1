// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/address_book.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::scenario {

AddressBook::AddressBook() {
    processes_.push_back({std::string(kFirstProcessName), true, {}, {}});
}

std::string AddressBook::expressionFor(machine::Pid process, VirtAddr where) const {
    const std::pair<const std::string, VirtRange>* best =
        nullptr; // the smallest: a later map in a hole of an older
    for (const auto& map : at(process).maps)
        if (map.second.contains(where) && (!best || map.second.size() < best->second.size()))
            best = &map;
    if (!best)
        return toText(where);
    const Bytes offset = where - best->second.start;
    return offset.isZero() ? best->first : fmt::format("{} + {}", best->first, toText(offset));
}

std::optional<VirtRange> AddressBook::mapNamed(machine::Pid process, std::string_view name) const {
    const auto found = at(process).maps.find(name);
    return found == at(process).maps.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string_view> AddressBook::mapNames(machine::Pid process) const {
    std::vector<std::string_view> names;
    for (const auto& [name, range] : at(process).maps)
        names.push_back(name);
    return names;
}

std::optional<VirtRange> AddressBook::overlap(machine::Pid process, VirtRange range) const {
    const auto& mapped = at(process).mapped;
    auto next = mapped.upper_bound(range.start);
    if (next != mapped.begin() && std::prev(next)->second > range.start)
        --next;
    if (next == mapped.end() || next->first >= range.end)
        return std::nullopt;
    return VirtRange{std::max(next->first, range.start), std::min(next->second, range.end)};
}

std::optional<machine::Pid> AddressBook::processNamed(std::string_view name) const {
    const auto found = std::find_if(processes_.begin(), processes_.end(),
                                    [&](const Process& process) { return process.name == name; });
    if (found == processes_.end())
        return std::nullopt;
    return machine::Pid(static_cast<std::uint32_t>(found - processes_.begin()) + 1);
}

const std::string& AddressBook::processName(machine::Pid process) const {
    return at(process).name;
}

std::vector<std::string_view> AddressBook::livingProcesses() const {
    std::vector<std::string_view> names;
    for (const Process& process : processes_)
        if (process.lives)
            names.push_back(process.name);
    return names;
}

bool AddressBook::lives(machine::Pid process) const {
    return at(process).lives;
}

bool AddressBook::knowsFile(std::string_view name) const {
    return std::find(files_.begin(), files_.end(), name) != files_.end();
}

std::vector<std::string_view> AddressBook::files() const {
    return {files_.begin(), files_.end()};
}

void AddressBook::add(Process& process, VirtRange range) {
    remove(process, range);
    process.mapped.emplace(range.start, range.end);
}

void AddressBook::remove(Process& process, VirtRange range) {
    auto& mapped = process.mapped;
    auto each = mapped.upper_bound(range.start);
    if (each != mapped.begin())
        --each;
    while (each != mapped.end() && each->first < range.end) {
        const VirtRange old{each->first, each->second};
        if (!old.overlaps(range)) {
            ++each;
            continue;
        }
        each = mapped.erase(each);
        if (old.start < range.start)
            mapped.emplace(old.start, range.start);
        if (range.end < old.end)
            mapped.emplace(range.end, old.end);
    }
}

void AddressBook::move(Process& process, const mm::Mremap& move) {
    const VirtRange from{move.at, move.at + move.oldSize};
    const VirtAddr target = move.to.value_or(move.at);
    if (!move.dontUnmap)
        remove(process, from);
    add(process, {target, target + move.newSize});
    for (auto& [name, range] : process.maps)
        if (range == from)
            range = {target, target + move.newSize};
}

void AddressBook::follow(const mm::Operation& operation) {
    Process& process = at(operation.process);
    if (const auto* map = std::get_if<mm::Mmap>(&operation.action)) {
        const VirtRange range{map->at, map->at + map->size};
        add(process, range);
        process.maps.insert_or_assign(map->name, range);
        if (!map->file.empty() && !knowsFile(map->file))
            files_.push_back(map->file);
    } else if (const auto* unmap = std::get_if<mm::Munmap>(&operation.action)) {
        remove(process, {unmap->at, unmap->at + unmap->size});
    } else if (const auto* mremap = std::get_if<mm::Mremap>(&operation.action)) {
        move(process, *mremap);
    } else if (const auto* fork = std::get_if<mm::Fork>(&operation.action)) {
        Process child = process;
        child.name = fork->child;
        processes_.push_back(std::move(child));
    } else if (std::holds_alternative<mm::Exit>(operation.action)) {
        process.lives = false;
    }
}

} // namespace pfnscope::scenario

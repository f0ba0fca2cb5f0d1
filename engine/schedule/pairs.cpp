// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/pairs.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::schedule {
namespace {

constexpr VirtAddr kMap{0x100000000000};
constexpr VirtAddr kElsewhere{0x180000000000};
constexpr Bytes kSlot{2 << 20};
constexpr Pfn kDevice{0x200000};
constexpr std::string_view kFile = "device";

mm::Driver driver(std::string_view name, machine::FaultHandler fault, bool hugeFault) {
    mm::Driver made;
    made.ops.name = name;
    made.ops.basePfn = kDevice;
    made.ops.fault = fault;
    made.ops.hugeFault.present = made.ops.hugeFault.pmd = hugeFault;
    return made;
}

mm::Mmap deviceMap(const mm::Driver& by) {
    mm::Mmap map;
    map.name = by.ops.name;
    map.at = kMap;
    map.size = kSlot * 2;
    map.backing = mm::Backing::Device;
    map.share = mm::Share::Shared;
    map.file = kFile;
    map.driver = by;
    return map;
}

constexpr machine::Pid kParent{1};
constexpr machine::Pid kChild{2};

mm::Operation on(std::uint32_t cpu, mm::Action action, machine::Pid process = kParent) {
    return {std::move(action), process, machine::CpuId(cpu)};
}

/// Of the first process.
Operations operationsOf(std::vector<mm::Action> actions) {
    Operations operations;
    for (mm::Action& action : actions)
        operations.push_back(on(0, std::move(action)));
    return operations;
}

/// Maps, and has both CPUs read the first slot.
std::vector<mm::Operation> mapped(mm::Mmap map) {
    return {on(0, std::move(map)), on(0, mm::Touch{kMap, hw::AccessType::Read}),
            on(1, mm::Touch{kMap, hw::AccessType::Read})};
}

/// What can be done to any map.
std::vector<mm::Action> common() {
    const VirtAddr middle = kMap + Bytes(kSlot.raw() / 4);
    constexpr mm::Protection kReadOnly{true, false, false};
    return {mm::Touch{kMap, hw::AccessType::Read},
            mm::Touch{middle, hw::AccessType::Write},
            mm::Touch{kMap + kSlot, hw::AccessType::Write},
            mm::Munmap{middle, kPageSize},
            mm::Munmap{kMap, kSlot},
            mm::Mprotect{middle, kPageSize, kReadOnly},
            mm::Mprotect{kMap, kSlot * 2, kReadOnly},
            mm::Mremap{kMap, kSlot, kSlot, kElsewhere},
            mm::Fork{"child"},
            mm::SplitHugePmd{kMap},
            mm::GupFast{middle, hw::AccessType::Read}};
}

std::vector<mm::Action> withFile(std::vector<mm::Action> actions, std::string_view file = kFile) {
    const VirtAddr middle = kMap + Bytes(kSlot.raw() / 4);
    actions.emplace_back(mm::UnmapMappingRange{std::string(file), Bytes(0), kSlot});
    actions.emplace_back(mm::UnmapMappingRange{std::string(file), middle - kMap, kPageSize});
    actions.emplace_back(mm::UnmapMappingRange{std::string(file), Bytes(0), kSlot * 2});
    return actions;
}

Operations withDevice(std::vector<mm::Action> actions) {
    actions = withFile(std::move(actions));
    actions.emplace_back(mm::ZapVmaPtes{kMap, kSlot});
    return operationsOf(std::move(actions));
}

Situation faulting() {
    const mm::Driver by = driver("vfio", machine::FaultHandler::InsertPte, true);
    return {"a driver that answers faults", mapped(deviceMap(by)), withDevice(common())};
}

Situation remapped() {
    mm::Mmap map = deviceMap(driver("static", machine::FaultHandler::None, false));
    map.remap.push_back({Bytes(0), map.size, kDevice, 0});
    return {"a driver that has remapped", mapped(std::move(map)), withDevice(common())};
}

Situation unmapped() {
    const mm::Mmap map = deviceMap(driver("late", machine::FaultHandler::None, false));
    return {"a driver that remaps later",
            {on(0, map)},
            operationsOf({mm::RemapPfnRange{kMap, kSlot, kDevice},
                          mm::UnmapMappingRange{std::string(kFile), Bytes(0), kSlot * 2},
                          mm::UnmapMappingRange{std::string(kFile), Bytes(0), kPageSize},
                          mm::Touch{kMap, hw::AccessType::Read}, mm::Munmap{kMap, kSlot},
                          mm::Mprotect{kMap, kSlot * 2, {true, false, false}}, mm::Fork{"child"}})};
}

Situation anonymous() {
    mm::Mmap map;
    map.name = "heap";
    map.at = kMap;
    map.size = kSlot * 2;
    std::vector<mm::Operation> before{on(0, std::move(map)), on(0, mm::Touch{kMap, hw::AccessType::Write}),
                                      on(1, mm::Touch{kMap, hw::AccessType::Read})};
    std::vector<mm::Action> actions = common();
    actions.emplace_back(mm::Madvise{kMap, kSlot, mm::Advice::DontNeed});
    actions.emplace_back(mm::Collapse{kMap});
    return {"anonymous memory", std::move(before), operationsOf(std::move(actions))};
}

/// Shared pages of a file: of shmem one huge page for each PMD entry.
Situation ofFile(std::string name, mm::Backing backing) {
    mm::Mmap map;
    map.name = map.file = "pages";
    map.at = kMap;
    map.size = kSlot * 2;
    map.backing = backing;
    map.share = mm::Share::Shared;
    std::vector<mm::Action> actions = withFile(common(), map.file);
    actions.emplace_back(mm::Madvise{kMap, kSlot, mm::Advice::DontNeed});
    return {std::move(name), mapped(std::move(map)), operationsOf(std::move(actions))};
}

/// A driver's map that a child has inherited; both may go at any time.
Situation inherited() {
    Operations before = mapped(deviceMap(driver("vfio", machine::FaultHandler::InsertPte, true)));
    before.push_back(on(0, mm::Fork{"heir"}));
    before.push_back(on(1, mm::Touch{kMap, hw::AccessType::Write}, kChild));
    return {"a parent and its child",
            std::move(before),
            {on(0, mm::Exit{}), on(0, mm::Touch{kMap, hw::AccessType::Write}), on(0, mm::Munmap{kMap, kSlot}),
             on(0, mm::Fork{"second"}), on(0, mm::UnmapMappingRange{std::string(kFile), Bytes(0), kSlot * 2}),
             on(0, mm::Exit{}, kChild), on(0, mm::Touch{kMap, hw::AccessType::Write}, kChild),
             on(0, mm::Munmap{kMap, kSlot}, kChild), on(0, mm::Fork{"grandchild"}, kChild)}};
}

bool mayOverlap(const Operations& operations) {
    for (const mm::Operation& one : operations)
        for (const mm::Operation& other : operations)
            if (&one != &other && one.process == other.process &&
                std::holds_alternative<mm::Exit>(one.action))
                return false;
    return true;
}

} // namespace

std::vector<Situation> situations() {
    return {faulting(),
            remapped(),
            unmapped(),
            anonymous(),
            ofFile("a huge page of shmem", mm::Backing::Shmem),
            ofFile("pages of a file", mm::Backing::File),
            inherited()};
}

Operations overlap(Operations operations) {
    for (std::size_t i = 0; i < operations.size(); ++i) {
        operations[i].cpu = machine::CpuId(static_cast<std::uint32_t>(i));
        if (auto* fork = std::get_if<mm::Fork>(&operations[i].action); fork && i > 0)
            fork->child += fmt::format("-{}", i + 1);
    }
    return operations;
}

Operations overlap(const mm::Action& one, const mm::Action& other) {
    return overlap(operationsOf({one, other}));
}

std::vector<Operations> groupsOf(const Situation& situation, std::size_t count) {
    std::vector<Operations> groups;
    const Operations& all = situation.overlapping;
    std::vector<std::size_t> which(count, 0);
    while (which.back() < all.size()) {
        Operations group;
        for (const std::size_t each : which)
            group.push_back(all[each]);
        if (mayOverlap(group))
            groups.push_back(overlap(std::move(group)));
        // The next numbers that do not fall.
        std::size_t place = count - 1;
        while (place > 0 && which[place] + 1 == all.size())
            --place;
        std::fill(which.begin() + static_cast<std::ptrdiff_t>(place), which.end(), which[place] + 1);
    }
    return groups;
}

std::string describe(const mm::Operation& operation) {
    std::string text(mm::name(operation.action));
    std::visit(
        [&](const auto& op) {
            if constexpr (requires { op.offset; })
                text += fmt::format(" {}", toText(op.offset));
            else if constexpr (requires { op.at; })
                text += fmt::format(" {}", toText(op.at));
            if constexpr (requires { op.size; })
                text += fmt::format(" {}", toText(op.size));
            if constexpr (requires { op.access; })
                text += op.access == hw::AccessType::Read ? " read" : " write";
        },
        operation.action);
    if (operation.process != kParent)
        text += fmt::format(" of process {}", operation.process.raw());
    return text;
}

std::string describe(const Operations& operations) {
    std::string text;
    for (const mm::Operation& operation : operations)
        text += (text.empty() ? "" : " / ") + describe(operation);
    return text;
}

} // namespace pfnscope::schedule

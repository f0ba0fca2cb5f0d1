// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/pairs.h"

#include <fmt/format.h>

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

mm::Operation on(std::uint32_t cpu, mm::Action action) {
    return {std::move(action), machine::Pid(1), machine::CpuId(cpu)};
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

std::vector<mm::Action> withDevice(std::vector<mm::Action> actions) {
    const VirtAddr middle = kMap + Bytes(kSlot.raw() / 4);
    actions.emplace_back(mm::UnmapMappingRange{std::string(kFile), Bytes(0), kSlot});
    actions.emplace_back(mm::UnmapMappingRange{std::string(kFile), middle - kMap, kPageSize});
    actions.emplace_back(mm::UnmapMappingRange{std::string(kFile), Bytes(0), kSlot * 2});
    actions.emplace_back(mm::ZapVmaPtes{kMap, kSlot});
    return actions;
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
            {mm::RemapPfnRange{kMap, kSlot, kDevice},
             mm::UnmapMappingRange{std::string(kFile), Bytes(0), kSlot * 2},
             mm::UnmapMappingRange{std::string(kFile), Bytes(0), kPageSize},
             mm::Touch{kMap, hw::AccessType::Read}, mm::Munmap{kMap, kSlot},
             mm::Mprotect{kMap, kSlot * 2, {true, false, false}}, mm::Fork{"child"}}};
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
    return {"anonymous memory", std::move(before), std::move(actions)};
}

} // namespace

std::vector<Situation> situations() {
    return {faulting(), remapped(), unmapped(), anonymous()};
}

std::vector<mm::Operation> overlap(const mm::Action& one, const mm::Action& other) {
    std::vector<mm::Operation> both{on(0, one), on(1, other)};
    // Two forks of one process make two children: no two of one name.
    if (auto* fork = std::get_if<mm::Fork>(&both[1].action))
        fork->child += "-2";
    return both;
}

std::string describe(const mm::Action& action) {
    std::string text(mm::name(action));
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
        action);
    return text;
}

} // namespace pfnscope::schedule

// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/alphabet.h"

#include "scenario/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace pfnscope::explore {
namespace {

constexpr std::string_view kFile = "device";

/// A quarter into the slot: neither its first page nor its last, in any geometry.
Bytes middleOf(const hw::Geometry& geometry) {
    return Bytes(geometry.pmdSize().raw() / 4);
}

mm::Driver driverOf(const Setup& setup, const Layout& layout) {
    mm::Driver driver = setup.driver;
    driver.ops.basePfn = layout.deviceBase();
    return driver;
}

mm::Mmap mapDevice(const Setup& setup, const VirtRange& range, const Layout& layout) {
    const Bytes offset = range.start - layout.slotStart(0);
    mm::Mmap map;
    map.name = setup.name;
    map.at = range.start;
    map.size = range.size();
    map.pgoff = offset.pages();
    map.backing = mm::Backing::Device;
    map.share = setup.share;
    map.file = kFile;
    map.driver = driverOf(setup, layout);
    if (setup.remap != Remap::None) {
        const Bytes size = setup.remap == Remap::Whole ? range.size() : layout.geometry().pmdSize();
        const Pfn base = setup.frames == Frames::Others ? layout.othersBase() : layout.deviceBase();
        map.remap.push_back({Bytes(0), size, base + offset.pages()});
    }
    if (setup.afterwards) {
        map.opsAfterRemap = setup.afterwards;
        map.opsAfterRemap->ops.basePfn = layout.deviceBase();
    }
    return map;
}

/// Memory that has pages: anonymous, or a file of its kind.
mm::Mmap mapMemory(Verb verb, const VirtRange& range) {
    mm::Mmap map;
    map.at = range.start;
    map.size = range.size();
    map.name = "anon";
    if (verb == Verb::MapAnonymous)
        return map;
    map.backing = verb == Verb::MapShmem ? mm::Backing::Shmem : mm::Backing::Dax;
    map.name = map.file = verb == Verb::MapShmem ? "shmem" : "dax";
    map.share = mm::Share::Shared;
    return map;
}

std::optional<mm::Driver> driverNamed(std::string_view name, const Alphabet& alphabet, const Layout& layout) {
    const Setup* setup = alphabet.setupNamed(name);
    if (!setup)
        return std::nullopt;
    return driverOf(*setup, layout);
}

mm::Action actionOf(const Letter& letter, const Alphabet& alphabet, const Layout& layout) {
    const VirtRange range = layout.range(letter.target);
    const VirtAddr first = layout.slotStart(0);
    switch (letter.verb) {
    case Verb::MapDevice:
        return mapDevice(*alphabet.setupNamed(letter.setup), range, layout);
    case Verb::MapAnonymous:
    case Verb::MapShmem:
    case Verb::MapDax:
        return mapMemory(letter.verb, range);
    case Verb::Touch:
        return mm::Touch{range.start, letter.access};
    case Verb::Munmap:
        return mm::Munmap{range.start, range.size()};
    case Verb::Mprotect:
        return mm::Mprotect{range.start, range.size(), letter.protection};
    case Verb::Mremap:
        return mm::Mremap{range.start, range.size(), range.size(), layout.slotStart(letter.toSlot)};
    case Verb::Fork:
        return mm::Fork{"child"};
    case Verb::Exit:
        return mm::Exit{};
    case Verb::UnmapMappingRange:
        return mm::UnmapMappingRange{std::string(kFile), range.start - first, range.size()};
    case Verb::SetVmOps:
        return mm::SetVmOps{range.start, driverNamed(letter.setup, alphabet, layout)};
    case Verb::RemapPfnRange:
        return mm::RemapPfnRange{range.start, range.size(),
                                 layout.deviceBase() + (range.start - first).pages()};
    case Verb::ZapVmaPtes:
        return mm::ZapVmaPtes{range.start, range.size()};
    case Verb::Madvise:
        return mm::Madvise{range.start, range.size(), letter.advice};
    case Verb::Msync:
        return mm::Msync{range.start, range.size()};
    case Verb::Mlock:
        return mm::Mlock{range.start, range.size()};
    case Verb::SplitHugePmd:
        return mm::SplitHugePmd{range.start};
    case Verb::Collapse:
        return mm::Collapse{range.start};
    case Verb::Migrate:
        return mm::Migrate{range.start, letter.phase};
    case Verb::UserfaultMove:
        return mm::UserfaultMove{range.start, layout.slotStart(letter.toSlot), range.size()};
    case Verb::GupFast:
        return mm::GupFast{range.start, letter.access};
    case Verb::FailAlloc:
        return mm::FailAlloc{1};
    }
    return mm::Exit{};
}

std::string words(const Target& target) {
    switch (target.part) {
    case Part::Whole:
        return fmt::format("slot {}", target.slot);
    case Part::FirstPage:
        return fmt::format("slot {}, first page", target.slot);
    case Part::MiddlePage:
        return fmt::format("slot {}, a page in the middle", target.slot);
    case Part::FirstHalf:
        return fmt::format("slot {}, first half", target.slot);
    case Part::BothSlots:
        return fmt::format("slots {} and {}", target.slot, target.slot + 1);
    }
    return {};
}

std::string details(const Letter& letter) {
    switch (letter.verb) {
    case Verb::MapDevice:
        return letter.target.part == Part::BothSlots
                   ? letter.setup
                   : fmt::format("{}, {}", letter.setup, words(letter.target));
    case Verb::Touch:
    case Verb::GupFast:
        return fmt::format("{}, {}", words(letter.target),
                           scenario::wordFor(letter.access, scenario::kAccessWords));
    case Verb::Mprotect:
        return fmt::format("{}, {}", words(letter.target),
                           scenario::wordFor(letter.protection, scenario::kProtectionWords));
    case Verb::Mremap:
    case Verb::UserfaultMove:
        return fmt::format("{} to slot {}", words(letter.target), letter.toSlot);
    case Verb::SetVmOps:
        return fmt::format("{}, {}", words(letter.target), letter.setup.empty() ? "NULL" : letter.setup);
    case Verb::Madvise:
        return fmt::format("{}, {}", words(letter.target),
                           scenario::wordFor(letter.advice, scenario::kAdviceWords));
    case Verb::Migrate:
        return fmt::format("{}, {}", words(letter.target),
                           scenario::wordFor(letter.phase, scenario::kMigrationWords));
    case Verb::Fork:
    case Verb::Exit:
    case Verb::FailAlloc:
        return {};
    default:
        return words(letter.target);
    }
}

} // namespace

std::string_view word(Verb verb) {
    constexpr std::array<std::string_view, kVerbCount> kWords{"mmap",
                                                              "mmap_anonymous",
                                                              "mmap_shmem",
                                                              "mmap_dax",
                                                              "touch",
                                                              "munmap",
                                                              "mprotect",
                                                              "mremap",
                                                              "fork",
                                                              "exit",
                                                              "unmap_mapping_range",
                                                              "set_vm_ops",
                                                              "remap_pfn_range",
                                                              "zap_vma_ptes",
                                                              "madvise",
                                                              "msync",
                                                              "mlock",
                                                              "split_huge_pmd",
                                                              "collapse",
                                                              "migrate",
                                                              "userfault_move",
                                                              "gup_fast",
                                                              "fail_alloc"};
    return kWords[static_cast<std::size_t>(verb)];
}

const Setup* Alphabet::setupNamed(std::string_view wanted) const {
    const auto found =
        std::find_if(setups.begin(), setups.end(), [&](const Setup& s) { return s.name == wanted; });
    return found == setups.end() ? nullptr : &*found;
}

VirtAddr Layout::slotStart(unsigned slot) const {
    const Bytes pmdTable = geometry_.tableSpan(hw::Level::Pmd);
    // The third table's span onwards: neither address 0 nor, in the smallest geometry, the kernel's half.
    const VirtAddr first(pmdTable.raw() * 2);
    switch (slot) {
    case 2:
        return first + pmdTable;
    case 3:
        return first + geometry_.pmdSize() * 2;
    default:
        return first + geometry_.pmdSize() * slot;
    }
}

VirtRange Layout::range(const Target& target) const {
    const VirtAddr start = slotStart(target.slot);
    const Bytes slot = geometry_.pmdSize();
    switch (target.part) {
    case Part::Whole:
        return {start, start + slot};
    case Part::FirstPage:
        return {start, start + kPageSize};
    case Part::MiddlePage:
        return {start + middleOf(geometry_), start + middleOf(geometry_) + kPageSize};
    case Part::FirstHalf:
        return {start, start + Bytes(slot.raw() / 2)};
    case Part::BothSlots:
        return {start, start + slot * 2};
    }
    return {start, start};
}

mm::Operation operationOf(const Letter& letter, const Alphabet& alphabet, const Layout& layout) {
    return {actionOf(letter, alphabet, layout), machine::Pid(letter.process), machine::CpuId(0)};
}

std::string toText(const Letter& letter) {
    std::string text(word(letter.verb));
    const std::string more = details(letter);
    if (!more.empty())
        text += ' ' + more;
    if (letter.process != 1)
        text += " [child]";
    return text;
}

} // namespace pfnscope::explore

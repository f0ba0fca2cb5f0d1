// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "hw/geometry.h"
#include "mm/operation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The operations that a search chooses from, as data. Places are named, not numbered: "the middle page of
/// slot 1" is an address only once a geometry is chosen, so that one and the same sequence runs on tables of
/// 4 entries and of 512.
namespace pfnscope::explore {

/// A slot is what one PMD entry spans. Slots 0 and 1 lie under one PMD table and are what drivers map; slot 2
/// lies under another PMD table, and is where mremap goes; slot 3 lies beside slots 0 and 1, for anonymous
/// memory.
enum class Part : std::uint8_t { Whole, FirstPage, MiddlePage, FirstHalf, BothSlots };

struct Target {
    std::uint8_t slot = 0;
    Part part = Part::Whole;
    bool operator==(const Target&) const = default;
};

enum class Remap : std::uint8_t { None, Whole, FirstSlot };

/// Which frames the mmap hook remaps: those that a handler of the driver would insert there, or others.
enum class Frames : std::uint8_t { OfHandlers, Others };

/// A driver with the order in which it sets its vm_ops and remaps.
struct Setup {
    std::string name;
    mm::Driver driver; ///< vm_ops while the mmap hook runs
    Remap remap = Remap::None;
    Frames frames = Frames::OfHandlers;
    std::optional<mm::Driver> afterwards; ///< vm_ops after it (kernfs)
    mm::Share share = mm::Share::Shared;
    bool operator==(const Setup&) const = default;
};

enum class Verb : std::uint8_t {
    MapDevice,
    MapAnonymous,
    MapShmem,
    MapDax,
    Touch,
    Munmap,
    Mprotect,
    Mremap,
    Fork,
    Exit,
    UnmapMappingRange,
    SetVmOps,
    RemapPfnRange,
    ZapVmaPtes,
    Madvise,
    Msync,
    Mlock,
    SplitHugePmd,
    Collapse,
    Migrate,
    UserfaultMove,
    GupFast,
    FailAlloc,
};
inline constexpr std::size_t kVerbCount = static_cast<std::size_t>(Verb::FailAlloc) + 1;

/// One letter of the alphabet. Which fields count is the verb's matter.
struct Letter {
    Verb verb = Verb::Touch;
    std::uint8_t process = 1;                     ///< 1, or 2 for the child of the first fork
    Target target;                                ///< MapDevice: a slot, or both with one VMA
    std::uint8_t toSlot = 2;                      ///< Mremap, UserfaultMove
    std::string setup;                            ///< MapDevice; SetVmOps: whose driver, empty for NULL
    hw::AccessType access = hw::AccessType::Read; ///< Touch
    mm::Protection protection;                    ///< Mprotect
    mm::Advice advice = mm::Advice::DontNeed;     ///< Madvise
    mm::Migration phase = mm::Migration::Start;   ///< Migrate
    bool operator==(const Letter&) const = default;
};

/// Which letters the child of a fork has: those that say `process: 2`, or all that the first process has.
enum class ChildLetters : std::uint8_t { Listed, Same };

/// Whether drivers keep to what the API asks of them under every option: no remap over mapped pages, no
/// handler that inserts frames put under a private map.
enum class Manners : std::uint8_t { Kept, None };

struct Alphabet {
    std::string name;
    std::vector<Setup> setups;
    std::vector<Letter> letters;
    std::uint32_t processes = 2; ///< at most this many live at once
    std::uint32_t failures = 1;  ///< at most this many fail_alloc in one sequence
    ChildLetters child = ChildLetters::Listed;
    Manners manners = Manners::Kept;
    bool operator==(const Alphabet&) const = default;

    const Setup* setupNamed(std::string_view name) const;
};

/// Every operation of the model with the values that can make a difference for device maps.
Result<Alphabet> defaultAlphabet();
/// Those of assets/alphabets: "default" first.
std::vector<std::string> shippedAlphabetNames();
Result<Alphabet> shippedAlphabet(std::string_view name);
/// Its YAML; empty if there is none of that name.
std::string_view shippedAlphabetText(std::string_view name);
/// As app/manual describes it: `drivers` with their order, `operations`, `bounds`.
Result<Alphabet> parseAlphabet(std::string_view text, const std::string& file);

/// Where the places lie in one geometry.
class Layout {
public:
    explicit Layout(const hw::Geometry& geometry) : geometry_(geometry) {}

    const hw::Geometry& geometry() const { return geometry_; }
    VirtAddr slotStart(unsigned slot) const;
    VirtRange range(const Target& target) const;
    /// The frame behind the first address of slot 0, aligned as a huge leaf wants it.
    Pfn deviceBase() const { return Pfn(0x200000); }
    /// The same for Frames::Others: of the same device, and behind all that a handler inserts.
    Pfn othersBase() const { return Pfn(0x300000); }

private:
    hw::Geometry geometry_;
};

/// "mmap", "munmap": how files and lists call it.
std::string_view word(Verb verb);

/// The letter as an operation in this geometry.
mm::Operation operationOf(const Letter& letter, const Alphabet& alphabet, const Layout& layout);

/// "munmap slot 0, a page in the middle": for lists and logs.
std::string toText(const Letter& letter);

inline constexpr hw::Geometry kSmallGeometry{4, 2};

} // namespace pfnscope::explore

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>

/// Names for the things a machine's state is made of. They are handed out in order and never used twice in
/// one run.
namespace pfnscope::machine {

template <class Tag> class Id {
public:
    constexpr Id() = default;
    constexpr explicit Id(std::uint32_t number) : number_(number) {}
    constexpr std::uint32_t raw() const { return number_; }
    constexpr auto operator<=>(const Id&) const = default;

private:
    std::uint32_t number_ = 0;
};

using CpuId = Id<struct CpuTag>;         ///< index into State::cpus
using Pid = Id<struct PidTag>;           ///< a process
using MmId = Id<struct MmTag>;           ///< an mm_struct
using VmaId = Id<struct VmaTag>;         ///< a vm_area_struct
using VmOpsId = Id<struct VmOpsTag>;     ///< a vm_operations_struct with the driver behind it
using MappingId = Id<struct MappingTag>; ///< an address_space (a file's or a device's)
using FolioId = Id<struct FolioTag>;
using CallId = Id<struct CallTag>; ///< index into Journal::calls()

/// How many deltas have been committed: a moment between two deltas. 0 is the machine as it was made.
using Position = std::size_t;

} // namespace pfnscope::machine

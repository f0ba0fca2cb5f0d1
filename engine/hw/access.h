// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"

#include <cstdint>

/// What a program asks of the MMU: one access to one linear address.
namespace pfnscope::hw {

enum class AccessType : std::uint8_t {
    Read,
    Write,
    Fetch,           ///< an instruction fetch
    ReadModifyWrite, ///< a locked read-modify-write: a write as far as paging goes
};

/// Who asks: CPL 0-2 or CPL 3 (SDM 4.6). Every supervisor access here is an explicit one.
enum class Privilege : std::uint8_t { Supervisor, User };

struct Access {
    VirtAddr at;
    AccessType type = AccessType::Read;
    Privilege privilege = Privilege::User;
    Bytes size{8}; ///< at most a page; a fetch counts as one byte

    constexpr bool operator==(const Access&) const = default;
    constexpr bool isWrite() const {
        return type == AccessType::Write || type == AccessType::ReadModifyWrite;
    }
    constexpr bool isFetch() const { return type == AccessType::Fetch; }
    constexpr bool isUser() const { return privilege == Privilege::User; }
    constexpr Bytes length() const { return isFetch() ? Bytes(1) : size; }
    /// Takes two translations: the last byte lies in another 4 KiB page than the first.
    constexpr bool crossesPage() const {
        return at.offsetIn(kPageSize).raw() + length().raw() > kPageSize.raw();
    }
    /// The part in the second page, when crossesPage(). At the top of the address space it wraps to address
    /// 0.
    constexpr Access secondPart() const {
        const VirtAddr next = at.alignedDown(kPageSize) + kPageSize;
        return {next, type, privilege, length() - (kPageSize - at.offsetIn(kPageSize))};
    }
};

} // namespace pfnscope::hw

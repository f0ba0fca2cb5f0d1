// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

/// vm_flags of include/linux/mm.h, with the kernel's own bit values.
namespace pfnscope::mm::vm {

inline constexpr std::uint64_t kRead = 0x1;
inline constexpr std::uint64_t kWrite = 0x2;
inline constexpr std::uint64_t kExec = 0x4;
inline constexpr std::uint64_t kShared = 0x8;
inline constexpr std::uint64_t kMayRead = 0x10;
inline constexpr std::uint64_t kMayWrite = 0x20;
inline constexpr std::uint64_t kMayExec = 0x40;
inline constexpr std::uint64_t kMayShare = 0x80;
inline constexpr std::uint64_t kPfnMap = 0x400;
inline constexpr std::uint64_t kLocked = 0x2000;
inline constexpr std::uint64_t kIo = 0x4000;
inline constexpr std::uint64_t kDontCopy = 0x20000;
inline constexpr std::uint64_t kDontExpand = 0x40000;
inline constexpr std::uint64_t kAccount = 0x100000;
inline constexpr std::uint64_t kPat = 0x1000000; ///< VM_ARCH_1 on x86: the map reserved its memory type
inline constexpr std::uint64_t kDontDump = 0x4000000;
inline constexpr std::uint64_t kMixedMap = 0x10000000;
inline constexpr std::uint64_t kHugePage = 0x20000000;
inline constexpr std::uint64_t kNoHugePage = 0x40000000;

/// VM_SPECIAL: such VMAs are never merged and never grow.
inline constexpr std::uint64_t kSpecial = kIo | kDontExpand | kPfnMap | kMixedMap;
inline constexpr std::uint64_t kAccess = kRead | kWrite | kExec;
inline constexpr std::uint64_t kMayAll = kMayRead | kMayWrite | kMayExec;

/// is_cow_mapping()
constexpr bool isCow(std::uint64_t flags) {
    return (flags & (kShared | kMayWrite)) == kMayWrite;
}

} // namespace pfnscope::mm::vm

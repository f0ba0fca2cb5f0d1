// SPDX-License-Identifier: GPL-3.0-or-later
// One operation of a sequence and what came of it. Both are plain bytes: they cross the pipe between the
// recorder and the process that is recorded. Addresses and lengths are in bytes.
#pragma once

#include "../module/recorder_abi.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pfnscope::record {

inline constexpr std::uint64_t kib4 = 0x1000;
inline constexpr std::uint64_t mib1 = 0x100000;
inline constexpr std::uint64_t mib2 = 0x200000;
inline constexpr std::uint64_t mib4 = 0x400000;
inline constexpr std::uint64_t gib1 = 0x40000000;

/// The window that every dump shows: one PGD entry from here on.
inline constexpr std::uint64_t windowBase = 0x100000000000;
inline constexpr std::uint64_t windowLength = 512 * gib1;
inline constexpr std::uint64_t devicePhys = 0x40000000;

enum class Verb : std::uint8_t {
    start,
    mmapDev,
    mmapAnon,
    mmapShmem,
    read,
    write,
    munmap,
    mprotect,
    mremap,
    madvise,
    msync,
    mlock,
    unmapMappingRange,
    remapPfnRange,
    zapVmaPtes,
    fork,
    exit,
    waitForChild,
};

inline constexpr std::array<std::string_view, 18> verbNames = {
    "start",
    "mmap_dev",
    "mmap_anon",
    "mmap_shmem",
    "read",
    "write",
    "munmap",
    "mprotect",
    "mremap",
    "madvise",
    "msync",
    "mlock",
    "unmap_mapping_range",
    "remap_pfn_range",
    "zap_vma_ptes",
    "fork",
    "exit",
    "wait_for_child",
};

inline constexpr std::array<std::string_view, RECORDER_MODE_COUNT> modeNames = {
    "none",           "remap",           "remap_sigbus",          "remap_fault",
    "remap_faultpte", "remap_then_ops",  "remap_first2m_fault",   "remap_first2m_sigbus",
    "kernfs_sigbus",  "kernfs_faultpte", "kernfs_sigbus_mkwrite", "ops_then_none",
    "fault",          "sigbus",
};

inline constexpr std::array<std::string_view, RECORDER_CACHE_COUNT> cacheNames = {"WB", "WC", "UC-", "WT"};

enum class Who : std::uint8_t { parent, child };
enum class Protection : std::uint8_t { readWrite, readOnly, none };
enum class Sharing : std::uint8_t { shared, privately };
enum class Advice : std::uint8_t {
    normal,
    dontneed,
    free,
    cold,
    pageout,
    populateRead,
    populateWrite,
    collapse,
    hugepage,
    nohugepage,
    dontfork,
    dofork,
};

/// What the device is told before an mmap_dev.
struct DeviceMapping {
    std::uint64_t phys = devicePhys;
    std::uint32_t mode = RECORDER_NONE;
    std::uint32_t cache = RECORDER_UC_MINUS;
    std::uint32_t orders = RECORDER_ORDER_PTE | RECORDER_ORDER_PMD;
    std::uint32_t failNth = 0;
    Sharing sharing = Sharing::shared;
};

struct Step {
    Verb verb = Verb::start;
    Who who = Who::parent;
    Protection protection = Protection::readWrite;
    Advice advice = Advice::normal;
    std::uint64_t va = 0; ///< for unmapMappingRange the offset in the file
    std::uint64_t length = 0;
    std::uint64_t newVa = 0; ///< 0: the kernel chooses
    std::uint64_t newLength = 0;
    DeviceMapping device;
};

enum class ChildEnd : std::uint8_t { none, exited, killed, hung };

struct Outcome {
    std::int64_t returned = 0;
    std::int32_t error = 0;  ///< errno when returned is -1
    std::int32_t signal = 0; ///< 0: the access went through
    std::int32_t signalCode = 0;
    std::int32_t childPid = 0;
    std::uint64_t signalAddress = 0;
    std::uint64_t value = 0;
    recorder_remap_result remap{};
    ChildEnd childEnd = ChildEnd::none;
    std::int32_t childStatus = 0;
};

/// `op` of the format: the verb, with child_ before it for the forked process.
std::string opName(const Step& step);

/// `args` of the format. `outcome` adds what is only known afterwards; null before the step ran.
std::string argsText(const Step& step, const Outcome* outcome);

/// `ret`, `errno`, `signal`, `value`, `exit` ... of the format, each with a comma before it.
std::string outcomeText(const Step& step, const Outcome& outcome);

int adviceNumber(Advice advice);
int protectionBits(Protection protection);

std::string hex(std::uint64_t value);

} // namespace pfnscope::record

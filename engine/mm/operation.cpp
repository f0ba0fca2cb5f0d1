// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/operation.h"

#include <array>

namespace pfnscope::mm {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<Action>> kActionNames{"mmap",
                                                                                 "munmap",
                                                                                 "mprotect",
                                                                                 "mremap",
                                                                                 "madvise",
                                                                                 "msync",
                                                                                 "mlock",
                                                                                 "fork",
                                                                                 "exit",
                                                                                 "touch",
                                                                                 "remap_pfn_range",
                                                                                 "set_vm_ops",
                                                                                 "unmap_mapping_range",
                                                                                 "zap_vma_ptes",
                                                                                 "split_huge_pmd",
                                                                                 "collapse",
                                                                                 "migrate",
                                                                                 "userfault_move",
                                                                                 "gup_fast",
                                                                                 "fail_alloc"};

struct ErrnoWords {
    std::string_view name;
    int number; ///< include/uapi/asm-generic/errno-base.h
};
constexpr std::array<ErrnoWords, 10> kErrnos{{{"", 0},
                                              {"EPERM", 1},
                                              {"ENOMEM", 12},
                                              {"EACCES", 13},
                                              {"EFAULT", 14},
                                              {"EEXIST", 17},
                                              {"EINVAL", 22},
                                              {"EAGAIN", 11},
                                              {"EBUSY", 16},
                                              {"ENXIO", 6}}};

constexpr std::array<std::string_view, 4> kSignals{"", "SIGBUS", "SIGSEGV", "SIGKILL"};

} // namespace

std::string_view name(const Action& action) {
    return kActionNames[action.index()];
}
std::string_view name(Errno code) {
    return kErrnos[static_cast<std::size_t>(code)].name;
}
int number(Errno code) {
    return kErrnos[static_cast<std::size_t>(code)].number;
}
std::string_view name(Signal signal) {
    return kSignals[static_cast<std::size_t>(signal)];
}

} // namespace pfnscope::mm

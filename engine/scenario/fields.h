// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scenario/words.h"

#include <type_traits>

/// The keys of every operation, once: reader and writer both walk this list, in the order in which a file is
/// written. A key with a last argument may be left out and then means that; the others must be there.
namespace pfnscope::scenario {

template <class Visit, class Op> void fields(Visit& visit, Op& op) {
    using Plain = std::remove_cv_t<Op>;
    if constexpr (std::is_same_v<Plain, mm::Mmap>) {
        visit.newName("name", op.name);
        visit.freeAddress("at", op.at);
        visit.size("size", op.size);
        visit.word("prot", op.protection, kProtectionWords, mm::Protection{});
        visit.source(op);
    } else if constexpr (std::is_same_v<Plain, mm::Mremap>) {
        visit.address("at", op.at, kPageSize);
        visit.size("size", op.oldSize);
        visit.size("new_size", op.newSize, op.oldSize);
        visit.optionalAddress("to", op.to);
        visit.flag("dont_unmap", op.dontUnmap, false);
    } else if constexpr (std::is_same_v<Plain, mm::Touch>) {
        visit.address("at", op.at, Bytes(1));
        visit.word("access", op.access, kAccessWords, hw::AccessType::Read);
        visit.word("as", op.privilege, kPrivilegeWords, hw::Privilege::User);
    } else if constexpr (std::is_same_v<Plain, mm::GupFast>) {
        visit.address("at", op.at, Bytes(1));
        visit.word("access", op.access, kAccessWords, hw::AccessType::Read);
    } else if constexpr (std::is_same_v<Plain, mm::RemapPfnRange>) {
        visit.address("at", op.at, kPageSize);
        visit.size("size", op.size);
        visit.frames("pfn", op.pfn, op.size);
        visit.count("fail_alloc", op.failAllocation, 0);
    } else if constexpr (std::is_same_v<Plain, mm::SetVmOps>) {
        visit.address("at", op.at, Bytes(1));
        visit.driverOrNull("driver", op.driver);
    } else if constexpr (std::is_same_v<Plain, mm::UnmapMappingRange>) {
        visit.knownFile("file", op.file);
        visit.length("offset", op.offset, Bytes(0));
        visit.length("size", op.size, Bytes(0));
        visit.flag("even_cows", op.evenCows, true);
    } else if constexpr (std::is_same_v<Plain, mm::UserfaultMove>) {
        visit.address("from", op.from, kPageSize);
        visit.address("to", op.to, kPageSize);
        visit.size("size", op.size);
    } else if constexpr (std::is_same_v<Plain, mm::Migrate>) {
        visit.address("at", op.at, Bytes(1));
        visit.word("phase", op.phase, kMigrationWords, mm::Migration::Start);
    } else if constexpr (std::is_same_v<Plain, mm::Mprotect>) {
        visit.address("at", op.at, kPageSize);
        visit.size("size", op.size);
        visit.word("prot", op.protection, kProtectionWords);
    } else if constexpr (std::is_same_v<Plain, mm::Madvise>) {
        visit.address("at", op.at, kPageSize);
        visit.size("size", op.size);
        visit.word("advice", op.advice, kAdviceWords);
    } else if constexpr (requires { op.size; }) { // munmap, msync, mlock, zap_vma_ptes
        visit.address("at", op.at, kPageSize);
        visit.size("size", op.size);
    } else { // split_huge_pmd, collapse
        visit.address("at", op.at, Bytes(1));
    }
}

/// The others have one scalar for a value, or nothing.
template <class Op>
inline constexpr bool kHasFields =
    !std::is_same_v<Op, mm::Fork> && !std::is_same_v<Op, mm::Exit> && !std::is_same_v<Op, mm::FailAlloc>;

} // namespace pfnscope::scenario

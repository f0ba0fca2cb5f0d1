// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/region.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <utility>

namespace pfnscope::explore {

Result<Region> Region::reserve(Bytes size, PageUse use) {
    Region region;
    region.size_ = std::max(size, kPageSize);
    void* const start = ::mmap(nullptr, region.size_.raw(), PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return fail({ErrorKind::Limit,
                     {},
                     fmt::format("cannot reserve {} ({})", toText(size), std::strerror(errno)),
                     "a memory limit that this machine can give"});
    region.start_ = start;
    // A refusal costs speed, not correctness.
    if (use == PageUse::Scattered)
        (void)::madvise(start, region.size_.raw(), MADV_HUGEPAGE);
    return region;
}

Region::Region(Region&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, Bytes())) {}

Region& Region::operator=(Region&& other) noexcept {
    std::swap(start_, other.start_);
    std::swap(size_, other.size_);
    return *this;
}

Region::~Region() {
    if (start_ != nullptr)
        ::munmap(start_, size_.raw());
}

} // namespace pfnscope::explore

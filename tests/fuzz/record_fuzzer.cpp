// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/record_entry.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

/// The readers take a path: the input lies in a file without a name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int kFile = ::memfd_create("record", 0);
    static const std::string kPath = "/proc/self/fd/" + std::to_string(kFile);
    if (::ftruncate(kFile, 0) != 0 || ::pwrite(kFile, data, size, 0) != static_cast<ssize_t>(size))
        std::abort();
    const std::string broken = pfnscope::fuzz::PFNSCOPE_PROMISE(kPath);
    if (!broken.empty()) {
        std::fputs(broken.c_str(), stderr);
        std::abort();
    }
    return 0;
}

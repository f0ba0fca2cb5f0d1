// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/scenario_entry.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const pfnscope::option::Catalogue catalogue = pfnscope::option::Catalogue::shipped();
    const std::string broken =
        pfnscope::fuzz::brokenPromise({reinterpret_cast<const char*>(data), size}, catalogue);
    if (!broken.empty()) {
        std::fputs(broken.c_str(), stderr);
        std::abort();
    }
    return 0;
}

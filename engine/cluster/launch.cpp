// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/launch.h"

#include "base/numbers.h"

#include <cstdlib>

namespace pfnscope::cluster {
namespace {

unsigned numberIn(const char* variable, unsigned otherwise) {
    const char* const text = std::getenv(variable);
    const auto number = text != nullptr ? parseNumber(text) : std::nullopt;
    return number ? static_cast<unsigned>(*number) : otherwise;
}

} // namespace

Launch launchedAs() {
    const Launch openMpi{numberIn("OMPI_COMM_WORLD_RANK", 0), numberIn("OMPI_COMM_WORLD_SIZE", 1)};
    return openMpi.size > 1 ? openMpi : Launch{numberIn("PMI_RANK", 0), numberIn("PMI_SIZE", 1)};
}

} // namespace pfnscope::cluster

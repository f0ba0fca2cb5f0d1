// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scenario/address_book.h"
#include "scenario/scenario.h"

#include <string>

namespace pfnscope::scenario {

/// The scenario as a file; reading it gives an equal one. Addresses inside a map are written as name +
/// offset.
std::string toYaml(const Scenario& scenario);

/// One operation as a file would say it, "munmap: {at: bar + 1M, size: 4K}", with the names that stand in
/// `book`.
std::string toYaml(const mm::Operation& operation, const AddressBook& book);

} // namespace pfnscope::scenario

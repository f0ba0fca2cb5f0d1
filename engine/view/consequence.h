// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/differences.h"

#include <string>

/// What a difference means for who uses the addresses, in half a sentence.
namespace pfnscope::view {

std::string consequenceOf(const EntryChange& change);
std::string consequenceForTable(Mark mark);
/// Of deposited tables: how many there were and are.
std::string consequenceForDeposits(std::size_t was, std::size_t is);
std::string consequenceForVma(Mark mark);
std::string consequenceForCounter(machine::Counter counter, std::int64_t was, std::int64_t is);

} // namespace pfnscope::view

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/bit_fields.h"

#include <string>

/// The bits of an entry as the manuals draw them, high bit left, straight out of the bit-field table.
namespace pfnscope::render {

/// Four rows of sixteen bits and a list of the fields; 7-bit, within 72 columns.
std::string renderBitsText(const hw::EntryFormat& format);
std::string renderBitsSvg(const hw::EntryFormat& format);
/// A packet diagram, which counts bits upwards from 0.
std::string renderBitsMermaid(const hw::EntryFormat& format);

} // namespace pfnscope::render

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/bit_fields.h"
#include "hw/walk.h"

#include <string>
#include <string_view>
#include <vector>

/// The words for what a walk saw, made from the field tables and the typed reason. Nobody else words a walk.
namespace pfnscope::hw {

/// One or two sentences and where the manual says so.
struct Explanation {
    std::string text;
    std::string section; ///< "SDM 4.6.1"
};

/// "PML4E", "PDPTE", "PDE", "PTE".
std::string entryName(Level level, const Geometry& geometry);

/// One level: "PDE 12 of the table at 0x102000 maps a 2-MByte page at 0x600000", with the table of its
/// format.
Explanation explainLevel(const WalkLevel& level, const Geometry& geometry);
/// Why the access went through or did not, naming the entries and bits that decided.
Explanation explainResult(const WalkRecord& record, const Registers& registers, const CpuFeatures& features,
                          const Geometry& geometry);
/// The error code bit by bit: "P=1 W/R=1 U/S=0 RSVD=0 I/D=0 PK=0".
std::string explainErrorCode(std::uint32_t code);

/// "1", "0x2a": a field's value as the inspector shows it; addresses whole.
std::string fieldValue(const BitField& field, Word entry);

std::string_view nameOf(AccessType type);     ///< "read", "write", "fetch", "rmw"
std::string_view nameOf(Privilege privilege); ///< "supervisor", "user"
std::string_view nameOf(MemoryType type);     ///< "WB", "UC-", ...
std::string_view nameOf(Reason reason);       ///< "allowed", "not present", "reserved bit", ...

} // namespace pfnscope::hw

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/yaml.h"
#include "scenario/scenario.h"

#include <string>
#include <vector>

/// The `drivers:` of a scenario.
namespace pfnscope::scenario {

Result<std::vector<NamedDriver>> readDrivers(const yaml::Node& node);
/// What `keys` says of handlers, vm_ops and memory type; not `pfn`, which places may have of their own.
Result<void> readDriverKeys(const yaml::Keys& keys, mm::Driver& driver);
/// "{pfn: 0x200000, fault: pte, huge_fault: pmd}"
std::string toYaml(const mm::Driver& driver);

/// What errors say of a frame that cannot be a device's. RAM and what the CPU cannot address are refused.
Result<void> deviceFrames(const yaml::Node& node, Pfn first, std::uint64_t count);

/// Letters, digits, '_', '-', '.', not a digit first, at most 64: what maps, drivers, files and processes may
/// be called.
Result<std::string> readName(const yaml::Node& node, std::string_view what);

} // namespace pfnscope::scenario

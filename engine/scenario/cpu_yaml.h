// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/yaml.h"
#include "machine/cpu.h"

#include <string>

/// The `cpu:` of a scenario: how every CPU of the run is made. How many there are, the steps say.
namespace pfnscope::scenario {

Result<machine::CpuConfig> readCpu(const yaml::Node& node);
/// "{maxphyaddr: 40, page1gb: false}"; empty for the CPU that a scenario gets if it says nothing.
std::string toYaml(const machine::CpuConfig& cpu);

} // namespace pfnscope::scenario

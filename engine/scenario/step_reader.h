// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/yaml.h"
#include "scenario/address_book.h"
#include "scenario/scenario.h"

#include <vector>

namespace pfnscope::scenario {

/// Reads the turns of operations that overlap.
Result<schedule::Schedule> readSchedule(const yaml::Node& list, const std::vector<mm::Operation>& operations);

/// Reads the steps in order; each sees the names that stand when its turn comes.
class StepReader {
public:
    explicit StepReader(const std::vector<NamedDriver>& drivers) : drivers_(drivers) {}

    Result<std::vector<Step>> steps(const yaml::Node& list);

private:
    Result<Step> step(const yaml::Node& node);
    Result<Overlap> overlap(const yaml::Node& value);
    Result<mm::Operation> overlapping(const yaml::Node& item, const Overlap& before);
    Result<mm::Operation> operation(const yaml::Node& step, const yaml::Node& value, std::size_t kind);
    Result<mm::Action> action(const yaml::Node& value, std::size_t kind, const mm::Operation& who);
    Result<machine::Pid> process(const yaml::Node& node) const;
    Result<mm::Action> fork(const yaml::Node& value) const;

    const std::vector<NamedDriver>& drivers_;
    AddressBook book_;
    std::size_t maps_ = 0;
};

} // namespace pfnscope::scenario

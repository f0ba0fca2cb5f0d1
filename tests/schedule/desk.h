// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "option/catalogue.h"
#include "schedule/pairs.h"
#include "schedule/search.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pfnscope::schedule::test {

/// A machine of three CPUs under a known option, with the operations of `before` done.
class Desk {
public:
    Desk(std::string_view option, const std::vector<mm::Operation>& before, mm::KernelConfig config = {})
        : option_(optionNamed(option)), machine(machineConfig()), kernel(machine, option_, config),
          watch(booted(kernel)) {
        for (const mm::Operation& operation : before) {
            const mm::Outcome outcome = kernel.run(operation);
            watch.after(operation, outcome, 0);
        }
    }

    Start start() { return {kernel, machine, watch, 1}; }
    SearchResult search(const std::vector<mm::Operation>& operations, const SearchSettings& settings = {}) {
        return schedule::search(start(), operations, settings);
    }

private:
    static option::Option optionNamed(std::string_view name) {
        const auto catalogue = option::Catalogue::shipped();
        return **catalogue.find(name);
    }
    static machine::MachineConfig machineConfig() {
        machine::MachineConfig config;
        config.cpus.count = 3;
        config.cpus.tlb = {{8, 4}, {16, 4}, {4, 4}, {4, 4}};
        return config;
    }
    static mm::Kernel& booted(mm::Kernel& kernel) {
        kernel.boot("main");
        return kernel;
    }

    option::Option option_;

public:
    machine::Machine machine;
    mm::Kernel kernel;
    check::Watch watch;
};

inline const Race* raceOf(const SearchResult& result, check::FindingKind kind) {
    const auto found = std::find_if(result.races.begin(), result.races.end(),
                                    [&](const Race& race) { return race.finding.kind == kind; });
    return found == result.races.end() ? nullptr : &*found;
}

inline std::string textOf(const SearchResult& result) {
    std::string text;
    for (const Race& race : result.races)
        text += std::string(check::name(race.finding.kind)) + ": " + race.finding.text + "\n";
    return text;
}

} // namespace pfnscope::schedule::test

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/operation.h"
#include "scenario/scenario.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// What a file's names stand for as its steps go by: processes, maps and files. Reader and writer each carry
/// one, so that both see the same names at the same step. Statically: as if every operation succeeded.
namespace pfnscope::scenario {

class AddressBook {
public:
    AddressBook();

    /// "bar + 8K" where a map of the process lies at `at`, else the number.
    std::string expressionFor(machine::Pid process, VirtAddr at) const;

    /// A map by name. It stands where it was made, or where an mremap of the whole map took it.
    std::optional<VirtRange> mapNamed(machine::Pid process, std::string_view name) const;
    std::vector<std::string_view> mapNames(machine::Pid process) const;
    /// The part of `range` in which the process has something mapped already.
    std::optional<VirtRange> overlap(machine::Pid process, VirtRange range) const;

    std::optional<machine::Pid> processNamed(std::string_view name) const;
    const std::string& processName(machine::Pid process) const;
    std::vector<std::string_view> livingProcesses() const;
    bool lives(machine::Pid process) const;
    std::size_t processCount() const { return processes_.size(); }

    bool knowsFile(std::string_view name) const;
    std::vector<std::string_view> files() const;

    /// Follows one operation that follow()s the book's rules.
    void follow(const mm::Operation& operation);

private:
    struct Process {
        std::string name;
        bool lives = true;
        std::map<std::string, VirtRange, std::less<>> maps; ///< by name
        std::map<VirtAddr, VirtAddr> mapped;                ///< start -> end, disjoint
    };
    Process& at(machine::Pid process) { return processes_[process.raw() - 1]; }
    const Process& at(machine::Pid process) const { return processes_[process.raw() - 1]; }
    static void add(Process& process, VirtRange range);
    static void remove(Process& process, VirtRange range);
    static void move(Process& process, const mm::Mremap& move);

    std::vector<Process> processes_; ///< index: number - 1
    std::vector<std::string> files_;
};

} // namespace pfnscope::scenario

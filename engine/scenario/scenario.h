// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "check/finding.h"
#include "hw/geometry.h"
#include "machine/cpu.h"
#include "mm/kernel.h"
#include "mm/operation.h"
#include "option/option.h"
#include "schedule/schedule.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// A scenario as a value: what a file says, names and offsets resolved to addresses.
/// app/manual/scenario-format.md documents the file.
namespace pfnscope::scenario {

/// What a file may ask for. Everything above is ErrorKind::Limit.
inline constexpr std::size_t kMostSteps = 10'000;
inline constexpr std::size_t kMostMaps = 1'024; ///< mmap steps
inline constexpr std::size_t kMostProcesses = 64;
inline constexpr std::size_t kMostDrivers = 256;
inline constexpr std::size_t kMostRemapParts = 4'096; ///< of one mmap
inline constexpr std::size_t kMostAnswers = 8;
inline constexpr unsigned kMostCpus = 8;
inline constexpr Bytes kLargestMap{128ULL << 30};

inline constexpr machine::Pid kFirstProcess{1};
inline constexpr std::string_view kFirstProcessName = "main";

enum class Arch : std::uint8_t { X86_64 };

/// A question put to the learner before the step is shown.
struct Question {
    std::string question;
    std::vector<std::string> answers;
    std::size_t right = 0; ///< index into answers
    bool operator==(const Question&) const = default;
};

/// Operations that overlap, each on a CPU of its own, and who takes how many steps when. What the schedule
/// leaves open goes on one after the other.
struct Overlap {
    std::vector<mm::Operation> operations; ///< 2 to schedule::kMostOverlapping
    schedule::Schedule schedule;
    bool operator==(const Overlap&) const = default;
};

/// One operation, several that overlap, or a named moment. Processes are numbered in the order of their
/// forks, the first being 1; the run translates that into the Pids the kernel hands out.
struct Step {
    std::optional<mm::Operation> operation;
    std::optional<Overlap> overlap;
    std::string mark; ///< where neither of them is there
    std::string say;
    std::optional<Question> ask;
    bool operator==(const Step&) const = default;

    /// One, several or none.
    std::span<const mm::Operation> operations() const;
};

struct ExpectedFinding {
    check::FindingKind kind = check::FindingKind::Crash;
    std::optional<std::size_t> step; ///< index into steps; steps.size() and above: the teardown
    std::optional<std::string> function;
    bool operator==(const ExpectedFinding&) const = default;
};

/// What a run under one option must come to; what is empty is not looked at.
struct Expected {
    std::optional<check::Verdict> verdict;
    std::optional<std::uint64_t> faults;
    std::optional<std::uint64_t> depositedPeak;
    std::optional<std::uint64_t> depositedEnd; ///< before the teardown
    std::optional<std::uint64_t> tableBytesPeak;
    std::optional<std::uint64_t> tlbFlushes;
    std::optional<std::uint64_t> entriesWritten;
    std::optional<std::vector<ExpectedFinding>> findings; ///< all of them, in order
    bool operator==(const Expected&) const = default;
};

/// What a driver of the scenario's file is called, and what it does.
struct NamedDriver {
    std::string name;
    mm::Driver driver;
    bool operator==(const NamedDriver&) const = default;
};

struct Scenario {
    std::string title;
    std::string about;
    Arch arch = Arch::X86_64;
    hw::Geometry geometry = hw::kFourLevels;
    machine::CpuConfig cpu; ///< how every CPU is made; how many there are, the steps say
    mm::KernelConfig kernel;
    bool teardown = true; ///< every process that lives at the end exits, and that is part of the run
    std::vector<NamedDriver> drivers;
    std::vector<option::Option> options; ///< brought along
    std::vector<Step> steps;
    std::map<std::string, Expected, std::less<>> expect; ///< by option
    bool operator==(const Scenario&) const = default;

    /// The name of process number `process`: "main", or what its fork called it.
    std::string processName(machine::Pid process) const;
};

} // namespace pfnscope::scenario

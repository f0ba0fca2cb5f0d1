// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json_lines.h"
#include "machine/mmu.h"

#include <optional>
#include <string>
#include <vector>

/// Recorded accesses: one access a line through freshly written tables with a cold TLB, and what has to come
/// of it. Read as a stream, run through a Machine of its own each, compared entry by entry.
namespace pfnscope::machine {

/// A word of memory, by its physical address (a multiple of 8).
struct MemoryWord {
    PhysAddr at;
    Word value = 0;
    bool operator==(const MemoryWord&) const = default;
};

struct MmuExpectation {
    bool ok = false;
    PhysAddr at;                      ///< ok: where the first byte lies
    Bytes pageSize;                   ///< ok: size of the leaf
    std::optional<PhysAddr> secondAt; ///< ok, across pages: where the second page's part starts
    hw::Fault fault;                  ///< not ok
    bool hasCr2 = false;
    std::optional<std::uint32_t> otherErrorCode; ///< accepted as well
    std::string why;                             ///< the file's word for the cause; for people
    std::vector<MemoryWord> changed;             ///< every entry that changes, with its new value
    std::vector<PhysAddr> mayChange; ///< not ok: entries whose A flag may be set (across pages: D too)
};

struct MmuCase {
    int line = 0;
    std::string id;
    std::string kind;
    hw::Geometry geometry;
    hw::CpuFeatures features;
    hw::Registers registers;
    std::vector<MemoryWord> memory;
    hw::Access access;
    MmuExpectation expected;
};

class MmuCaseReader {
public:
    static Result<MmuCaseReader> open(const std::string& path);
    /// Empty at the end of the file. A file without any case is an error.
    Result<std::optional<MmuCase>> next();
    const std::string& path() const { return lines_.path(); }

private:
    explicit MmuCaseReader(JsonLines lines) : lines_(std::move(lines)) {}
    JsonLines lines_;
    bool any_ = false;
};

/// A machine whose one CPU has the case's registers, features and memory, and a cold TLB.
Machine machineOf(const MmuCase& mmuCase);
/// The case's access on such a machine.
AccessOutcome runCase(Machine& machine, const MmuCase& mmuCase);

/// Where the outcome is not what the case expects: `what` is "result", "pa", "error", "entry 0x...", ...
struct MmuDifference {
    std::string what;
    std::string expected;
    std::string found;
    bool operator==(const MmuDifference&) const = default;
};
std::vector<MmuDifference> differences(const MmuCase& mmuCase, const AccessOutcome& outcome,
                                       const Machine& machine);

} // namespace pfnscope::machine

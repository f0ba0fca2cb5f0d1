// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/journal.h"

#include <optional>
#include <string>
#include <vector>

/// The tables and VMAs of one mm, in the shape in which records of a kernel list them: only what is there,
/// in address order, tables by name. A name starts with U (PUD table), M (PMD table) or P (PTE table, linked
/// or deposited).
namespace pfnscope::scenario {

struct PteTableDump {
    std::string name;
    Word flags = 0; ///< of the entry that links it: everything but the address
    std::vector<machine::WordRun> runs;
};
struct PmdEntryDump {
    VirtAddr at;
    Word leaf = 0; ///< as it stands in memory; 0 where there is a table
    std::optional<PteTableDump> table;
};
struct PmdTableDump {
    std::string name;
    Word flags = 0;
    std::vector<std::string> deposits; ///< head first: the next one to be withdrawn
    std::vector<PmdEntryDump> entries;
};
struct PudEntryDump {
    VirtAddr at;
    Word leaf = 0;
    std::optional<PmdTableDump> table;
};
struct PudTableDump {
    std::string name;
    Word flags = 0;
    std::vector<PudEntryDump> entries;
};
struct PgdEntryDump {
    VirtAddr at;
    PudTableDump table;
};

struct VmaDump {
    VirtRange range;
    std::uint64_t flags = 0;
    Word prot = 0;
    std::uint64_t pgoff = 0;
    bool operator==(const VmaDump&) const = default;
};

/// Pages; relative to the start of the sequence.
struct RssDump {
    std::int64_t file = 0, anon = 0, shmem = 0;
};

struct MmDump {
    std::int64_t pgt = 0;       ///< pgtables_bytes, relative to the start of the sequence
    std::optional<RssDump> rss; ///< empty: not recorded
    std::vector<VmaDump> vmas;
    std::vector<PgdEntryDump> entries;
};

struct TableCounts {
    std::int64_t hugePud = 0, hugePmd = 0, pteTables = 0, ptes = 0, deposits = 0, tablePages = 0;
    bool operator==(const TableCounts&) const = default;
};
TableCounts count(const MmDump& dump);

/// Bit of vm_flags in which the recorded kernels of the options with a mark keep it (VM_* ends below).
inline constexpr std::uint64_t kRecordedMark = 1ULL << 45;

/// Names table pages in the order in which they are first seen. A frame that is freed and becomes a table
/// again is another table with another name.
class TableNames {
public:
    /// Takes note of the tables that were made in [from, journal.end()).
    void follow(const machine::Journal& journal, machine::Position from);
    const std::string& nameOf(Pfn frame, hw::Level level);

private:
    std::map<Pfn, std::string> names_;
    std::map<hw::Level, unsigned> count_;
};

/// The mm as it stands.
MmDump dump(const machine::State& state, machine::MmId mm, TableNames& names);

} // namespace pfnscope::scenario

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scenario/mm_dump.h"

#include <functional>
#include <map>

/// Holds the tables of the model against the tables of a record.
namespace pfnscope::scenario {

/// what, the record's value, the model's value.
using Report = std::function<void(std::string what, std::string record, std::string model)>;

/// One sequence's memory of which table is which. Names differ between the two sides; what must agree:
/// - in one dump two tables of the model never bear one name of the record, nor the other way round;
/// - a table page of the model that lives on keeps its name in the record. (A name of the record may come
/// back
///   for another table: the allocator reuses pages.)
class TablePairs {
public:
    void beginStep() { modelOfRecord_.clear(); }
    void pair(const std::string& where, const std::string& record, const std::string& model,
              const Report& report);

private:
    std::map<std::string, std::string> recordOfModel_; ///< over the whole sequence
    std::map<std::string, std::string> modelOfRecord_; ///< in this step
};

/// One step's pages of RAM. Frame numbers of RAM mean nothing across two machines, but which entries show the
/// same page does: the pairs (frame in the record, frame in the model) of all entries must be one to one.
class FramePairs {
public:
    void add(Pfn record, Pfn model, std::uint64_t count);
    void check(const Report& report);

private:
    struct Segment {
        std::uint64_t from = 0, to = 0, count = 0;
    };
    static bool oneToOne(std::vector<Segment> segments);
    std::vector<Segment> segments_; ///< from: record, to: model
};

/// Compares what both sides say about one mm: counters, VMAs, and the table tree entry by entry. Entries that
/// show a frame in [0x40000000, 0xc0000000) on either side, where the records' machine has no RAM, are
/// compared bit by bit; of entries that show RAM, everything but the frame number.
class DumpComparison {
public:
    DumpComparison(std::string prefix, TablePairs& tables, FramePairs& frames, const Report& report)
        : prefix_(std::move(prefix)), tables_(tables), frames_(frames), report_(report) {}

    /// `pgtOffset` is added to the model's pgtables_bytes (see KernelReplay about children).
    void compare(const MmDump& record, const MmDump& model, std::int64_t pgtOffset);

private:
    void rss(const RssDump& record, const RssDump& model);
    void vmas(const std::vector<VmaDump>& record, const std::vector<VmaDump>& model);
    void pgd(const std::vector<PgdEntryDump>& record, const std::vector<PgdEntryDump>& model);
    void pud(const PudTableDump& record, const PudTableDump& model);
    void pmd(const PmdTableDump& record, const PmdTableDump& model, VirtAddr at);
    void pte(const PteTableDump& record, const PteTableDump& model, VirtAddr at);
    void table(const char* kind, VirtAddr at, const std::string& recordName, Word recordFlags,
               const std::string& modelName, Word modelFlags);
    void leaf(VirtAddr at, hw::Level level, Word record, Word model);
    bool same(hw::Level level, Word record, Word model);
    std::string place(const char* kind, VirtAddr at) const;

    std::string prefix_;
    TablePairs& tables_;
    FramePairs& frames_;
    const Report& report_;
};

} // namespace pfnscope::scenario

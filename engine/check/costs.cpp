// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/costs.h"

#include <algorithm>

namespace pfnscope::check {
namespace {

struct Counting {
    Costs& costs;
    void operator()(const machine::EntryWritten& d) const {
        if (d.writer == machine::Writer::Kernel)
            ++costs.entriesWritten;
    }
    void operator()(const machine::EntriesFilled& d) const { costs.entriesWritten += d.run.count; }
    void operator()(const machine::TableAllocated& d) const {
        if (d.table.level == hw::Level::Pgd)
            return;
        costs.tableBytesNow += kPageSize;
        costs.tableBytesPeak = std::max(costs.tableBytesPeak, costs.tableBytesNow);
    }
    void operator()(const machine::TableFreed& d) const {
        if (d.table.level != hw::Level::Pgd)
            costs.tableBytesNow = costs.tableBytesNow - kPageSize;
    }
    void operator()(const machine::TableDeposited&) const {
        costs.depositedPeak = std::max(costs.depositedPeak, ++costs.depositedNow);
    }
    void operator()(const machine::TableWithdrawn&) const { --costs.depositedNow; }
    void operator()(const machine::Happening& d) const {
        if (d.kind == machine::HappeningKind::PageFault)
            ++costs.faults;
        if (d.kind == machine::HappeningKind::FlushRange)
            ++costs.tlbFlushes;
    }
    template <class Other> void operator()(const Other&) const {}
};

} // namespace

void Costs::count(const machine::Delta& delta) {
    std::visit(Counting{*this}, delta);
}

} // namespace pfnscope::check

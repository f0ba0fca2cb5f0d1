// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/culprit.h"

namespace pfnscope::check {
namespace {

bool writes(const machine::Delta& delta, const EntryPlace& place) {
    if (const auto* one = std::get_if<machine::EntryWritten>(&delta))
        return one->frame == place.table && one->index == place.index &&
               one->writer == machine::Writer::Kernel;
    if (const auto* run = std::get_if<machine::EntriesFilled>(&delta))
        return run->frame == place.table && run->run.first <= place.index &&
               place.index < static_cast<unsigned>(run->run.first) + run->run.count;
    return false;
}

} // namespace

std::optional<Culprit> lastWriter(const machine::Journal& journal, const EntryPlace& place) {
    for (machine::Position at = journal.end(); at-- > 0;) {
        if (!writes(journal.deltas()[at], place))
            continue;
        const machine::Call& call = journal.call(journal.callOf(at));
        return Culprit{call.function, call.operation, at};
    }
    return std::nullopt;
}

} // namespace pfnscope::check

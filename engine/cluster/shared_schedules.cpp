// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/shared_schedules.h"

#include "cluster/packing.h"

#include <algorithm>

namespace pfnscope::cluster {
namespace {

using schedule::Race;
using schedule::SearchResult;

/// Searches of a rank from one exchange to the next. They differ in length, so that a few should even out;
/// what has not been exchanged is lost with a rank.
constexpr std::size_t kTurn = 8;

void packFinding(Message& message, const check::Finding& finding) {
    pack(message, finding.kind);
    pack(message, finding.step);
    packVector(message, finding.function);
    pack(message, finding.va);
    packVector(message, finding.text);
}

check::Finding takeFinding(Unpacker& from) {
    check::Finding finding;
    finding.kind = from.take<check::FindingKind>();
    finding.step = from.take<std::size_t>();
    finding.function = takeText(from);
    finding.va = from.take<VirtAddr>();
    finding.text = takeText(from);
    return finding;
}

void packResult(Message& message, const SearchResult& result) {
    pack(message, result.races.size());
    for (const Race& race : result.races) {
        packFinding(message, race.finding);
        packVector(message, race.schedule);
        pack(message, race.preemptions);
    }
    pack(message, result.alone.size());
    for (const check::Finding& finding : result.alone)
        packFinding(message, finding);
    pack(message, result.schedules);
    pack(message, result.cut);
    pack(message, result.steps);
    pack(message, result.longest);
    pack(message, result.exhausted);
}

SearchResult takeResult(Unpacker& from) {
    SearchResult result;
    result.races.resize(from.take<std::size_t>());
    for (Race& race : result.races) {
        race.finding = takeFinding(from);
        race.schedule = takeVector<schedule::Turn>(from);
        race.preemptions = from.take<unsigned>();
    }
    result.alone.resize(from.take<std::size_t>());
    for (check::Finding& finding : result.alone)
        finding = takeFinding(from);
    result.schedules = from.take<std::uint64_t>();
    result.cut = from.take<std::uint64_t>();
    result.steps = from.take<std::uint64_t>();
    result.longest = from.take<std::size_t>();
    result.exhausted = from.take<bool>();
    return result;
}

} // namespace

std::vector<SearchResult> searchSchedules(Peers& peers, std::size_t count,
                                          const std::function<SearchResult(std::size_t)>& searchOne) {
    std::vector<SearchResult> results;
    while (results.size() < count) {
        const std::size_t first = results.size();
        const std::size_t end = std::min(count, first + kTurn * peers.size());
        Message own;
        for (std::size_t i = first + peers.rank(); i < end; i += peers.size())
            packResult(own, searchOne(i));
        const auto all = tellAll(peers, own);
        if (!all)
            break;
        std::vector<Unpacker> from(all->begin(), all->end());
        for (std::size_t i = first; i < end; ++i)
            results.push_back(takeResult(from[(i - first) % peers.size()]));
    }
    return results;
}

} // namespace pfnscope::cluster

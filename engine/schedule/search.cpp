// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/search.h"

#include <algorithm>
#include <unordered_map>

namespace pfnscope::schedule {
namespace {

std::uint64_t mix(std::uint64_t value) {
    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdULL;
    value ^= value >> 33;
    value *= 0xc4ceb9fe1a85ec53ULL;
    return value ^ (value >> 33);
}

/// A step taken, with its place in the happens-before relation.
struct Event {
    Actor actor;
    Footprint footprint;
    std::uint64_t hash = 0;
    std::uint64_t sum = 0; ///< of the hashes up to here: the relation of the beginning that ends here
};

Event eventAfter(const std::vector<Event>& before, const Actor& actor, Footprint footprint) {
    std::uint64_t place = 0;
    std::uint64_t causes = 0;
    for (const Event& each : before) {
        if (each.actor == actor)
            ++place;
        if (each.actor == actor || conflict(each.footprint, footprint))
            causes += each.hash;
    }
    Event event{actor, std::move(footprint), 0, 0};
    event.hash =
        mix(mix(place * 64 + static_cast<std::uint64_t>(actor.kind) * 32 + actor.cpu.raw() + 1) + causes);
    event.sum = (before.empty() ? 0 : before.back().sum) + event.hash;
    return event;
}

/// A place in a schedule where someone was chosen.
struct Choice {
    std::vector<Actor> open; ///< still to be tried, last first; the one taken is `taken`
    Actor taken;
    std::optional<Actor> ran; ///< the operation that ran last before
    unsigned preemptions = 0; ///< spent before
};

class Search {
public:
    Search(const Start& start, const std::vector<mm::Operation>& operations, const SearchSettings& settings)
        : start_(start), settings_(settings), judge_(start, operations), mark_(start.machine.mark()) {}

    SearchResult run() {
        result_.alone = judge_.alone();
        do {
            if (result_.schedules + result_.cut == settings_.mostSchedules) {
                result_.exhausted = false;
                break;
            }
            runOnce();
        } while (backtrack());
        std::stable_sort(result_.races.begin(), result_.races.end(),
                         [](const Race& a, const Race& b) { return a.finding.kind < b.finding.kind; });
        return std::move(result_);
    }

private:
    unsigned cost(const Choice& choice, const Actor& actor, const Execution& execution) const {
        const bool preempts = actor.kind == ActorKind::Operation && choice.ran && actor != *choice.ran &&
                              execution.isEnabled(*choice.ran);
        return preempts ? 1 : 0;
    }

    /// Who may go on here: whoever ran last first, then the others the bound allows.
    std::vector<Actor> allowed(const Choice& choice, const Execution& execution) const {
        std::vector<Actor> actors;
        for (const Actor& actor : execution.enabled())
            if (!settings_.preemptions ||
                choice.preemptions + cost(choice, actor, execution) <= *settings_.preemptions)
                actors.push_back(actor);
        std::stable_partition(actors.begin(), actors.end(),
                              [&](const Actor& actor) { return choice.ran && actor == *choice.ran; });
        return actors;
    }

    /// Has a beginning with this happens-before relation been gone on from, with as much left to spend?
    bool isKnown(const Choice& next) {
        if (settings_.reduction == Reduction::None || events_.empty())
            return false;
        const std::uint64_t ran = next.ran ? next.ran->cpu.raw() + 1 : 0;
        const auto [known, isNew] = visited_.try_emplace(mix(events_.back().sum + ran), next.preemptions);
        if (isNew)
            return false;
        if (known->second <= next.preemptions)
            return true;
        known->second = next.preemptions;
        return false;
    }

    void take(Execution& execution, const Choice& choice, std::size_t depth) {
        next_ = choice;
        next_.preemptions += cost(choice, choice.taken, execution);
        if (choice.taken.kind == ActorKind::Operation)
            next_.ran = choice.taken;
        execution.step(choice.taken);
        ++result_.steps;
        if (depth >= events_.size())
            events_.push_back(eventAfter(events_, choice.taken, execution.lastFootprint()));
    }

    void runOnce() {
        {
            Execution execution(start_.kernel, start_.machine, judge_.operations());
            next_ = {};
            for (std::size_t depth = 0; depth < path_.size(); ++depth)
                take(execution, path_[depth], depth);
            while (true) {
                if (isKnown(next_)) {
                    ++result_.cut;
                    break;
                }
                std::vector<Actor> actors = allowed(next_, execution);
                if (actors.empty()) {
                    ended(execution);
                    break;
                }
                Choice choice = next_;
                choice.taken = actors.front();
                choice.open.assign(actors.rbegin(), actors.rend() - 1);
                path_.push_back(std::move(choice));
                take(execution, path_.back(), path_.size() - 1);
            }
        }
        start_.machine.rewind(mark_);
    }

    void ended(const Execution& execution) {
        ++result_.schedules;
        result_.longest = std::max(result_.longest, path_.size());
        for (check::Finding& finding : judge_.judge(execution)) {
            if (judge_.isAlone(finding))
                continue;
            const auto known =
                std::find_if(result_.races.begin(), result_.races.end(), [&](const Race& race) {
                    return race.finding.kind == finding.kind && race.finding.function == finding.function;
                });
            if (known == result_.races.end())
                result_.races.push_back({std::move(finding), turns(), next_.preemptions});
            else if (next_.preemptions < known->preemptions)
                *known = {std::move(finding), turns(), next_.preemptions};
        }
    }

    Schedule turns() const {
        Schedule schedule;
        for (const Choice& choice : path_) {
            if (schedule.empty() || schedule.back().actor != choice.taken)
                schedule.push_back({choice.taken, 0});
            ++schedule.back().steps;
        }
        return schedule;
    }

    bool backtrack() {
        while (!path_.empty()) {
            Choice& last = path_.back();
            if (!last.open.empty()) {
                last.taken = last.open.back();
                last.open.pop_back();
                events_.resize(path_.size() - 1);
                return true;
            }
            path_.pop_back();
        }
        return false;
    }

    Start start_;
    SearchSettings settings_;
    Judge judge_;
    machine::Mark mark_;
    SearchResult result_;
    std::vector<Choice> path_;
    std::vector<Event> events_;                           ///< of the path, as far as it has been run
    Choice next_;                                         ///< where the run stands: whom to choose among next
    std::unordered_map<std::uint64_t, unsigned> visited_; ///< relation and who ran last -> fewest preemptions
};

} // namespace

SearchResult search(const Start& start, const std::vector<mm::Operation>& operations,
                    const SearchSettings& settings) {
    return Search(start, operations, settings).run();
}

} // namespace pfnscope::schedule

// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/differences.h"

#include "hw/x86_64.h"
#include "view/consequence.h"
#include "view/entry_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace pfnscope::view {
namespace {

constexpr unsigned kEnd = kWordsPerFrame;

/// The part of a run from `first` on.
EntryRun cut(const EntryRun& run, unsigned first, unsigned count, Word frameStep) {
    EntryRun part = run;
    part.first = static_cast<std::uint16_t>(first);
    part.count = static_cast<std::uint16_t>(count);
    part.word = run.wordAt(first);
    if (run.contiguous() && run.meaning == EntryMeaning::Leaf)
        part.target = run.target + (first - run.first) * frameStep;
    if (count == 1)
        part.step = 0;
    return part;
}

/// A cursor over the runs of one table.
class RunCursor {
public:
    explicit RunCursor(std::span<const EntryRun> runs) : runs_(runs) {}
    const EntryRun* at(unsigned index) {
        while (next_ < runs_.size() && runs_[next_].last() < index)
            ++next_;
        return next_ < runs_.size() && runs_[next_].first <= index ? &runs_[next_] : nullptr;
    }
    /// Where what at(index) says ends.
    unsigned until(unsigned index) {
        if (const EntryRun* run = at(index))
            return run->last() + 1U;
        return next_ < runs_.size() ? runs_[next_].first : kEnd;
    }

private:
    std::span<const EntryRun> runs_;
    std::size_t next_ = 0;
};

bool same(const EntryRun& was, const EntryRun& is, Kinship kinship) {
    if (kinship == Kinship::OtherHistory && was.meaning == EntryMeaning::Table &&
        is.meaning == EntryMeaning::Table)
        return ((was.word ^ is.word) & ~hw::x86_64::kAddress) == 0;
    return was.word == is.word && was.step == is.step;
}

Mark markOf(const EntryChange& change, Kinship kinship) {
    if (!change.was)
        return Mark::Added;
    if (!change.is)
        return Mark::Removed;
    return same(*change.was, *change.is, kinship) ? Mark::None : Mark::Changed;
}

Word frameStepOf(const EntryRun& run) {
    return run.step >> kPageShift;
}

/// Writes the list; each kind of thing has its own pass.
class Comparison {
public:
    Comparison(const TableGraph& before, const TableGraph& now, Kinship kinship, std::size_t limit)
        : before_(before), now_(now), kinship_(kinship), limit_(limit) {}

    std::vector<Difference> run() {
        compareTables();
        for (const auto pass : {&Comparison::compareDeposits, &Comparison::compareVmas, &Comparison::compareCounters}) {
            if (!full())
                (this->*pass)();
        }
        return std::move(list_);
    }

private:
    /// Nothing more is looked for: the words of millions of entries cost more than finding the first.
    bool full() const { return list_.size() >= limit_; }

    void add(Difference difference) {
        if (!full())
            list_.push_back(std::move(difference));
    }

    void compareTables() {
        auto was = before_.tree.begin();
        auto is = now_.tree.begin();
        while (!full() && (was != before_.tree.end() || is != now_.tree.end())) {
            if (was == before_.tree.end() || (is != now_.tree.end() && is->key < was->key))
                addTable(*is++, Mark::Added);
            else if (is == now_.tree.end() || was->key < is->key)
                addTable(*was++, Mark::Removed);
            else
                compareEntries(*was++, *is++);
        }
    }

    void addTable(const TableNode& table, Mark mark) {
        const std::string what = fmt::format("{} table {} at {}", upperName(table.key.level),
                                             toHex(table.frame.raw()), toText(table.key.base));
        const std::string span = toText(now_.geometry.tableSpan(table.key.level));
        Difference difference{
            mark, tableId(table.key.level, table.frame), what, {}, {}, {}, consequenceForTable(mark)};
        (mark == Mark::Added ? difference.after : difference.before) = fmt::format("in the tree, {}", span);
        difference.words = mark == Mark::Added ? what + " is new." : what + " is gone.";
        add(std::move(difference));
        if (mark == Mark::Added)
            entriesOf(table, {}, now_.runsOf(table));
    }

    void compareEntries(const TableNode& was, const TableNode& is) {
        if (was.frame != is.frame && kinship_ == Kinship::SameHistory)
            add({Mark::Changed, tableId(is.key.level, is.frame),
                 fmt::format("{} table at {}", upperName(is.key.level), toText(is.key.base)),
                 toHex(was.frame.raw()), toHex(is.frame.raw()),
                 fmt::format("The {} table at {} is another frame.", upperName(is.key.level),
                             toText(is.key.base)),
                 consequenceForTable(Mark::Changed)});
        entriesOf(is, before_.runsOf(was), now_.runsOf(is));
    }

    void entriesOf(const TableNode& table, std::span<const EntryRun> was, std::span<const EntryRun> is) {
        for (const EntryChange& change : compareRuns(was, is, kinship_)) {
            if (full())
                return;
            if (change.mark == Mark::None)
                continue;
            const VirtAddr at = table.key.base + now_.geometry.entrySpan(table.key.level) * change.first;
            Difference difference{change.mark,
                                  fmt::format("{}-i{}", tableId(table.key.level, table.frame), change.first),
                                  fmt::format("{} entry {} ({})", upperName(table.key.level),
                                              indexText(change.first, change.count), toText(at)),
                                  textOf(change.was, before_, table),
                                  textOf(change.is, now_, table),
                                  {},
                                  consequenceOf(change)};
            difference.words =
                fmt::format("{}: was {}, is {}.", difference.what, difference.before, difference.after);
            add(std::move(difference));
        }
    }

    static std::string textOf(const std::optional<EntryRun>& run, const TableGraph& graph,
                              const TableNode& table) {
        constexpr int kWide = 120;
        return run ? runText(*run, table.key.level, graph, kWide) : "none";
    }

    static std::string placeOf(const machine::DepositOwner& owner, const TableGraph& graph) {
        if (!owner.pmdTable)
            return fmt::format("mm {}", owner.mm.raw());
        const TableNode* pmd = graph.tableAt(*owner.pmdTable);
        return pmd != nullptr ? fmt::format("mm {}, PMD table at {}", owner.mm.raw(), toText(pmd->key.base))
                              : fmt::format("mm {}, PMD table {} that is gone", owner.mm.raw(),
                                            toHex(owner.pmdTable->raw()));
    }

    void compareDeposits() {
        std::map<std::string, std::pair<std::size_t, std::size_t>> counts;
        for (const DepositDock& dock : before_.docks)
            counts[placeOf(dock.owner, before_)].first += dock.tables.size();
        for (const DepositDock& dock : now_.docks)
            counts[placeOf(dock.owner, now_)].second += dock.tables.size();
        for (const auto& [place, count] : counts) {
            const auto [was, is] = count;
            if (was == is)
                continue;
            const Mark mark = was == 0 ? Mark::Added : is == 0 ? Mark::Removed : Mark::Changed;
            add({mark, "deposit", "deposited tables, " + place, fmt::format("{}", was), fmt::format("{}", is),
                 fmt::format("Tables deposited with {}: was {}, is {}.", place, was, is),
                 consequenceForDeposits(was, is)});
        }
    }

    void compareVmas() {
        using Place = std::pair<machine::MmId, VirtAddr>;
        std::map<Place, std::pair<const VmaNode*, const VmaNode*>> vmas;
        for (const VmaNode& vma : before_.vmas)
            vmas[{vma.vma.mm, vma.vma.range.start}].first = &vma;
        for (const VmaNode& vma : now_.vmas)
            vmas[{vma.vma.mm, vma.vma.range.start}].second = &vma;
        for (const auto& [place, both] : vmas)
            compareVma(both.first, both.second);
    }

    static std::string vmaText(const VmaNode* node) {
        if (node == nullptr)
            return "none";
        return fmt::format("{}-{} flags {} ops {}{}", toText(node->vma.range.start),
                           toText(node->vma.range.end), toHex(node->vma.flags),
                           node->opsName.empty() ? "NULL" : node->opsName, node->vma.marked ? " marked" : "");
    }

    void compareVma(const VmaNode* was, const VmaNode* is) {
        const std::string before = vmaText(was);
        const std::string after = vmaText(is);
        if (before == after)
            return;
        const VmaNode& any = is != nullptr ? *is : *was;
        const std::string what = fmt::format("VMA {} at {}", any.vma.name, toText(any.vma.range.start));
        const Mark mark = was == nullptr ? Mark::Added : is == nullptr ? Mark::Removed : Mark::Changed;
        add({mark, fmt::format("vma-{}-{}", any.vma.mm.raw(), toHex(any.vma.range.start.raw())), what, before,
             after, fmt::format("{}: was {}, is {}.", what, before, after), consequenceForVma(mark)});
    }

    void compareCounters() {
        static constexpr std::string_view kNames[] = {"file pages", "anon pages", "swap entries",
                                                      "shmem pages", "pgtables_bytes"};
        for (const SpaceNode& is : now_.spaces)
            for (const SpaceNode& was : before_.spaces) {
                if (was.mm != is.mm)
                    continue;
                for (std::size_t i = 0; i < machine::kCounterCount; ++i)
                    if (was.record.counters[i] != is.record.counters[i])
                        add({Mark::Changed, fmt::format("mm-{}", is.mm.raw()),
                             fmt::format("{} of mm {}", kNames[i], is.mm.raw()),
                             fmt::format("{}", was.record.counters[i]),
                             fmt::format("{}", is.record.counters[i]),
                             fmt::format("{} of mm {}: was {}, is {}.", kNames[i], is.mm.raw(),
                                         was.record.counters[i], is.record.counters[i]),
                             consequenceForCounter(static_cast<machine::Counter>(i), was.record.counters[i],
                                                   is.record.counters[i])});
            }
    }

    const TableGraph& before_;
    const TableGraph& now_;
    Kinship kinship_;
    std::size_t limit_;
    std::vector<Difference> list_;
};

} // namespace

std::vector<EntryChange> compareRuns(std::span<const EntryRun> before, std::span<const EntryRun> now,
                                     Kinship kinship) {
    std::vector<EntryChange> changes;
    RunCursor left(before);
    RunCursor right(now);
    for (unsigned at = 0; at < kEnd;) {
        const EntryRun* was = left.at(at);
        const EntryRun* is = right.at(at);
        const unsigned end = std::min(left.until(at), right.until(at));
        if (was != nullptr || is != nullptr) {
            EntryChange change{
                static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(end - at), Mark::None, {}, {}};
            if (was != nullptr)
                change.was = cut(*was, at, end - at, frameStepOf(*was));
            if (is != nullptr)
                change.is = cut(*is, at, end - at, frameStepOf(*is));
            change.mark = markOf(change, kinship);
            changes.push_back(change);
        }
        at = end;
    }
    return changes;
}

std::vector<Difference> differences(const TableGraph& before, const TableGraph& now, Kinship kinship,
                                    std::size_t limit) {
    return Comparison(before, now, kinship, limit).run();
}

} // namespace pfnscope::view

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/machine.h"

#include <vector>

/// What one step of an operation looked at and changed, as far as another operation's step could notice.
///
/// Two steps are independent if their footprints do not conflict: then taking them in either order leads to
/// one and the same state, and neither lets or hinders the other. The relation errs to one side: steps that
/// conflict may still be independent. What counts for what:
/// - words of tables: those the kernel read (Machine::noteRead), all of a PTE table while its lock is held,
/// all words
///   there are for a step with an access of a program; those written, by the deltas; all of a table that is
///   made or freed;
/// - a lock taken for writing or released from writing against every use of it, read against read not;
/// - the deposits of one PMD table, the TLB of one CPU, the interrupts of one CPU, the free frames;
/// - rss and pgtables_bytes, which are only ever added to, except where they are read (check_mm());
/// - a step that changes a record (VMA, mm, process, folio, registers, numbers to hand out) against every
/// step.
namespace pfnscope::schedule {

enum class ThingKind : std::uint8_t { Lock, Deposits, Tlb, Interrupts, Frames, Counters };

class Footprint {
public:
    void readWords(Pfn frame, unsigned first, unsigned count) {
        words_.push_back({frame, first, first + count, false});
    }
    void wroteWords(Pfn frame, unsigned first, unsigned count) {
        words_.push_back({frame, first, first + count, true});
    }
    void readAllWords() { allWords_ = true; }
    void uses(ThingKind kind, std::uint64_t which) { things_.push_back({kind, which, false}); }
    void changes(ThingKind kind, std::uint64_t which) { things_.push_back({kind, which, true}); }
    void lock(const machine::LockId& lock, machine::LockMode mode);
    void changesRecords() { records_ = true; }
    /// What the delta changes.
    void add(const machine::Delta& delta);

    friend bool conflict(const Footprint& one, const Footprint& other);

private:
    static std::uint64_t numberOf(const machine::LockId& lock);
    struct Words {
        Pfn frame;
        unsigned first;
        unsigned end;
        bool written;
    };
    struct Thing {
        ThingKind kind;
        std::uint64_t which;
        bool changed;
    };
    static bool conflict(const Words& one, const Words& other);
    bool writesWords() const;

    std::vector<Words> words_;
    std::vector<Thing> things_;
    bool allWords_ = false;
    bool records_ = false;
};

} // namespace pfnscope::schedule

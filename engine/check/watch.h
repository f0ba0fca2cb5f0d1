// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "check/costs.h"
#include "check/expectation.h"
#include "check/finding.h"
#include "mm/kernel.h"

#include <set>
#include <vector>

/// Looks at every operation of a run as it ends, and says what was wrong with it and what it cost.
namespace pfnscope::check {

struct Report {
    std::vector<Finding> findings; ///< in the order they showed; one of a kind, address and step
    Costs costs;
    Verdict verdict() const { return verdictOf(findings); }
    bool operator==(const Report&) const = default;
};

/// When an operation is looked at. Later: others may have changed the tables since it ended, so that what it
/// was answered cannot be held against them.
enum class Moment : std::uint8_t { AtItsEnd, Later };

/// A value apart from the kernel it watches: copy it to remember, assign it to go back (with
/// Machine::rewind).
class Watch {
public:
    /// Everything up to now (the boot) is priced and taken as sound.
    explicit Watch(const mm::Kernel& kernel);

    /// To be called once after each Kernel::run(). `step` is what the findings say: the scenario's step.
    void after(const mm::Operation& operation, const mm::Outcome& outcome, std::size_t step,
               Moment moment = Moment::AtItsEnd);
    /// Something else that was seen.
    void add(Finding finding);

    const Report& report() const { return report_; }
    const Expectation& expectation() const { return expectation_; }
    /// Which findings are new since report() held `count` of them.
    std::vector<Finding> findingsSince(std::size_t count) const;

private:
    void readHistory(const mm::Operation& operation, const mm::Outcome& outcome, std::size_t step);
    void readHappening(const machine::Happening& happening, std::string_view function, FindingFacts facts,
                       std::size_t step);
    bool mayNot(const mm::Touch& touch, machine::MmId mm) const;
    void checkLost(const mm::Touch& touch, machine::MmId mm, const mm::Outcome& outcome, std::size_t step);
    void checkTouch(const mm::Touch& touch, machine::MmId mm, const mm::Outcome& outcome, std::size_t step);
    void checkTranslation(const mm::Touch& touch, machine::MmId mm, std::size_t step);
    void checkTlbs(const mm::Outcome& outcome, std::size_t step);
    void checkReachability(const mm::Outcome& outcome, std::size_t step);
    void add(FindingFacts facts, std::size_t step);
    void blame(FindingFacts& facts, machine::MmId mm, VirtAddr va) const;
    std::size_t stepOf(std::size_t operation) const;

    const mm::Kernel* kernel_;
    machine::Position read_ = 0; ///< how far the journal has been read
    Expectation expectation_;
    Report report_;
    std::vector<std::size_t> stepOfOperation_; ///< journal operation -> scenario step
    std::set<Pfn> reportedTables_;
};

} // namespace pfnscope::check

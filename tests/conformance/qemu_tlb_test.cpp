// SPDX-License-Identifier: GPL-3.0-or-later
// Sequences of accesses, table writes, INVLPG and MOV to CR3. What a TLB may keep is a set: the answer to an
// access may come from any value that an entry has had since the page's translations were last invalidated
// (SDM 4.10). QEMU's answers and our machine's have to lie in that set. TCG has no PCIDs;
// tests/hw/tlb_test.cpp holds those to the manual.
#include "conformance/qemu_guest.h"
#include "hw/x86_64.h"
#include "machine/mmu.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

using namespace pfnscope;
using namespace pfnscope::conformance;
using namespace pfnscope::machine;
using namespace pfnscope::hw::x86_64;
using hw::AccessType;

namespace {

constexpr unsigned kSequences = 4000;
constexpr unsigned kSteps = 24;
constexpr unsigned kPages = 4;
constexpr VirtAddr kBase{0x123440000000};

/// Two trees, A and B, with a top, a PDPT and a PD each; the leaf tables serve both.
constexpr Pfn kTop[] = {kFirstTable, kFirstTable + 1};
constexpr Pfn kPdpt[] = {kFirstTable + 2, kFirstTable + 3};
constexpr Pfn kPd[] = {kFirstTable + 4, kFirstTable + 5};
constexpr Pfn kPt[] = {kFirstTable + 6, kFirstTable + 7, kFirstTable + 8};

VirtAddr pageAt(unsigned page) {
    return kBase + Bytes((page / 2) << 21 | (page % 2) << 12);
}

enum class StepKind { WriteEntry, Access, Invlpg, MovToCr3 };
struct Step {
    StepKind kind;
    unsigned page = 0;
    PhysAddr at;    ///< WriteEntry
    Word value = 0; ///< WriteEntry, MovToCr3
    hw::Access access;
};

/// Where an access came out: a page of the pool, or a fault's error code.
struct Outcome {
    bool ok = false;
    std::uint64_t value = 0;
    auto operator<=>(const Outcome&) const = default;
};

class Steps {
public:
    explicit Steps(std::uint64_t seed) : random_(seed) {}

    hw::Registers registers() {
        using R = hw::Registers;
        hw::Registers r;
        r.cr0 = R::kCr0Pg | R::kCr0Pe | R::kCr0Et | R::kCr0Wp;
        r.cr3 = PhysAddr(kTop[0]).raw();
        r.cr4 = R::kCr4Pae | (random_() & R::kCr4Pge);
        r.efer = R::kEferLme | R::kEferLma | R::kEferNxe;
        return r;
    }
    Word leaf(unsigned depth) {
        const std::uint64_t span = depth == 1 ? kPageSize.raw() : 1ULL << 21;
        const std::uint64_t page = kPool.raw() + random_() % (kPoolSize.raw() / span) * span;
        const Word some = kP | kUs | kRw | (random_() & (kA | kD)) | (random_() % 8 == 0 ? kG : 0);
        return (page | some | (depth == 2 ? kPs : 0)) & ~(random_() % 4 == 0 ? kRw : 0) &
               ~(random_() % 8 == 0 ? kP : 0);
    }
    Word pde() {
        if (random_() % 4 == 0)
            return leaf(2);
        return (PhysAddr(kPt[random_() % 3]).raw() | kP | kUs | kRw) & ~(random_() % 6 == 0 ? kRw : 0);
    }
    Step next() {
        Step step{StepKind::Access, static_cast<unsigned>(random_() % kPages)};
        const VirtAddr at = pageAt(step.page);
        switch (random_() % 8) {
        case 0:
        case 1:
            step.kind = StepKind::WriteEntry;
            step.at = entryAt(kPt[random_() % 3], at, hw::Level::Pte);
            step.value = leaf(1);
            break;
        case 2:
            step.kind = StepKind::WriteEntry;
            step.at = entryAt(kPd[random_() % 2], at, hw::Level::Pmd);
            step.value = pde();
            break;
        case 3:
            step.kind = StepKind::Invlpg;
            break;
        case 4:
            if (random_() % 2 == 0) {
                step.kind = StepKind::MovToCr3;
                step.value = PhysAddr(kTop[random_() % 2]).raw();
                break;
            }
            [[fallthrough]];
        default:
            // A locked addition of 0 writes and leaves the pool as it is.
            step.access = {at, random_() % 2 == 0 ? AccessType::Read : AccessType::ReadModifyWrite,
                           hw::Privilege::User, Bytes(8)};
        }
        return step;
    }
    static PhysAddr entryAt(Pfn table, VirtAddr at, hw::Level level) {
        return PhysAddr(table) + Bytes(hw::kFourLevels.index(at, level) * sizeof(Word));
    }
    std::vector<Step> setup() {
        std::vector<Step> writes;
        const auto write = [&](PhysAddr at, Word value) {
            writes.push_back({StepKind::WriteEntry, 0, at, value, {}});
        };
        for (unsigned tree = 0; tree < 2; ++tree) {
            write(PhysAddr(kTop[tree]), guestEntry(4));
            write(entryAt(kTop[tree], kBase, hw::Level::Pgd), PhysAddr(kPdpt[tree]).raw() | 7);
            write(entryAt(kPdpt[tree], kBase, hw::Level::Pud), PhysAddr(kPd[tree]).raw() | 7);
            for (const unsigned page : {0U, 2U})
                write(entryAt(kPd[tree], pageAt(page), hw::Level::Pmd), pde());
        }
        for (const Pfn table : kPt)
            for (const unsigned page : {0U, 1U})
                write(entryAt(table, pageAt(page), hw::Level::Pte), leaf(1));
        return writes;
    }

private:
    std::mt19937_64 random_;
};

/// All values that every entry (and CR3) has had, and since when each page may remember them.
class Allowed {
public:
    explicit Allowed(const hw::Registers& registers) : registers_(registers) { note(kCr3, registers.cr3); }

    void note(PhysAddr at, Word value) { history_[at].push_back({now_++, value & ~(kA | kD)}); }
    void invalidate(unsigned page) { since_[page] = now_; }
    void movToCr3(Word value) {
        note(kCr3, value);
        for (unsigned page = 0; page < kPages; ++page)
            if (!registers_.pge() || !mayBeGlobal(page))
                since_[page] = now_;
    }
    std::set<Outcome> outcomes(const hw::Access& access, unsigned page) const {
        std::set<Outcome> found;
        for (const Word cr3 : values(kCr3, page))
            collect(found, access, page, PhysAddr(cr3).frame(), 4, hw::Rights{});
        return found;
    }

    static constexpr PhysAddr kCr3{~7ULL}; ///< where no entry lies

private:
    std::set<Word> values(PhysAddr at, unsigned page) const {
        std::set<Word> found;
        Word current = 0;
        if (const auto list = history_.find(at); list != history_.end())
            for (const auto& [time, value] : list->second) {
                if (time >= since_[page])
                    found.insert(value);
                else
                    current = value;
            }
        // The value that stood at the time of the invalidation counts as well, unless it was replaced before
        // it.
        found.insert(current);
        return found;
    }
    bool mayBeGlobal(unsigned page) const {
        for (const auto& [at, list] : history_)
            for (const Word value : values(at, page))
                if (at != kCr3 && (value & kG) != 0)
                    return true;
        return false;
    }
    void collect(std::set<Outcome>& found, const hw::Access& access, unsigned page, Pfn table, unsigned depth,
                 hw::Rights rights) const {
        const PhysAddr at = Steps::entryAt(table, access.at, hw::kFourLevels.levelAt(depth));
        for (const Word entry : values(at, page)) {
            const std::uint32_t code = (access.isWrite() ? 2U : 0U) | 4U;
            hw::Rights below = rights;
            below.writable = rights.writable && (entry & kRw) != 0;
            if ((entry & kP) == 0)
                found.insert({false, code});
            else if (kindOf(entry, depth) == EntryKind::Table)
                collect(found, access, page, PhysAddr(entry & kAddress).frame(), depth - 1, below);
            else if (access.isWrite() && !below.writable)
                found.insert({false, code | 1U});
            else
                found.insert(
                    {true, (addressIn(entry, depth, hw::kFourLevels) +
                            access.at.offsetIn(hw::kFourLevels.entrySpan(hw::kFourLevels.levelAt(depth))))
                               .raw()});
        }
    }

    hw::Registers registers_;
    std::map<PhysAddr, std::vector<std::pair<std::uint64_t, Word>>> history_;
    std::array<std::uint64_t, kPages> since_{};
    std::uint64_t now_ = 0;
};

Outcome guestOutcome(const GuestAccess& seen, const hw::Access& access) {
    if (!seen.ok())
        return {false, seen.errorCode};
    return {true, poolAddress(access.isWrite() ? seen.rsi : seen.rax).raw()};
}

/// Our own machine through the same steps.
class OurMachine {
public:
    explicit OurMachine(const hw::Registers& registers) {
        const auto call = machine_.enter("registers");
        machine_.put(CpuId{}, registers);
    }
    Outcome step(const Step& step) {
        const auto call = machine_.enter("step");
        switch (step.kind) {
        case StepKind::WriteEntry:
            machine_.writeEntry(step.at.frame(),
                                static_cast<unsigned>(step.at.offsetIn(kPageSize).raw() / sizeof(Word)),
                                step.value);
            break;
        case StepKind::Invlpg:
            invlpg(machine_, CpuId{}, pageAt(step.page));
            break;
        case StepKind::MovToCr3:
            machine::movToCr3(machine_, CpuId{}, step.value);
            break;
        case StepKind::Access: {
            const AccessOutcome outcome = accessMemory(machine_, CpuId{}, step.access);
            return outcome.ok() ? Outcome{true, outcome.page.at.raw()}
                                : Outcome{false, outcome.fault->errorCode};
        }
        }
        return {};
    }

private:
    Machine machine_;
};

void addStep(GuestProgram& program, const Step& step, const hw::Registers& registers) {
    switch (step.kind) {
    case StepKind::WriteEntry:
        return program.write(step.at, step.value);
    case StepKind::Invlpg:
        return program.invlpg(pageAt(step.page));
    case StepKind::MovToCr3:
        return program.movToCr3(step.value);
    case StepKind::Access:
        return program.access(step.access, registers, 0);
    }
}

struct Counts {
    unsigned accesses = 0;
    unsigned withChoice = 0; ///< accesses that may be answered in more than one way
    unsigned qemuWrong = 0;
    unsigned qemuStaleAfterFault = 0;
    unsigned oursWrong = 0;
};

/// SDM 4.10.4.1: a page fault invalidates what the TLB holds for its address. TCG keeps a translation that
/// served another type of access; so `afterFaults` forgets at faults and `lenient` does not.
void judgeSequence(std::uint64_t seed, GuestResults& results, Counts& counts) {
    Steps steps(seed);
    const hw::Registers registers = steps.registers();
    Allowed strict(registers);
    Allowed lenient(registers);
    OurMachine ours(registers);
    for (const Step& write : steps.setup()) {
        strict.note(write.at, write.value);
        lenient.note(write.at, write.value);
        ours.step(write);
    }
    for (unsigned page = 0; page < kPages; ++page) {
        strict.invalidate(page);
        lenient.invalidate(page);
    }
    Allowed oursAllowed = strict;
    for (unsigned i = 0; i < kSteps; ++i) {
        const Step step = steps.next();
        const Outcome our = ours.step(step);
        if (step.kind == StepKind::Access) {
            const Outcome seen = guestOutcome(results.nextAccess(), step.access);
            const auto set = strict.outcomes(step.access, step.page);
            ++counts.accesses;
            counts.withChoice += set.size() > 1;
            if (!set.contains(seen))
                ++(lenient.outcomes(step.access, step.page).contains(seen) ? counts.qemuStaleAfterFault
                                                                           : counts.qemuWrong);
            counts.oursWrong += !oursAllowed.outcomes(step.access, step.page).contains(our);
            if (!seen.ok)
                strict.invalidate(step.page);
            if (!our.ok)
                oursAllowed.invalidate(step.page);
            continue;
        }
        for (Allowed* allowed : {&strict, &lenient, &oursAllowed}) {
            if (step.kind == StepKind::WriteEntry)
                allowed->note(step.at, step.value);
            else if (step.kind == StepKind::Invlpg)
                allowed->invalidate(step.page);
            else
                allowed->movToCr3(step.value);
        }
    }
}

TEST(QemuTlb, AnswersLieInTheSetThatTheManualAllows) {
    if (!haveQemu())
        GTEST_SKIP() << "qemu-system-x86_64 is not installed";
    GuestProgram program;
    std::size_t words = 0;
    for (std::uint64_t seed = 0; seed < kSequences; ++seed) {
        Steps steps(seed);
        const hw::Registers registers = steps.registers();
        program.movToCr3(GuestProgram::kBootTop);
        for (const Step& write : steps.setup())
            addStep(program, write, registers);
        program.setRegisters(registers);
        for (unsigned i = 0; i < kSteps; ++i) {
            const Step step = steps.next();
            addStep(program, step, registers);
            words += step.kind == StepKind::Access ? 4 : 0;
        }
    }
    std::string why;
    auto results = runGuest(program, 4, words, why);
    ASSERT_TRUE(results) << why;
    Counts counts;
    for (std::uint64_t seed = 0; seed < kSequences; ++seed)
        judgeSequence(seed, *results, counts);
    EXPECT_EQ(counts.qemuWrong, 0U);
    EXPECT_EQ(counts.oursWrong, 0U);
    EXPECT_GT(counts.withChoice, counts.accesses / 10) << "too few accesses where a TLB matters";
    fmt::print("{} accesses, {} of them with more than one answer; TCG answers from what a fault should have "
               "dropped: {}\n",
               counts.accesses, counts.withChoice, counts.qemuStaleAfterFault);
}

} // namespace

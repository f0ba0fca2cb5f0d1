// SPDX-License-Identifier: GPL-3.0-or-later
// Random CPUs, registers, tables and accesses: the machine's MMU, the translator and the TLB behind them,
// against the manual read once more in another style (reference_mmu.h).
#include "hw/explain.h"
#include "hw/translator.h"
#include "machine/mmu_case.h"
#include "machine/reference_mmu.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

using namespace pfnscope;
using namespace pfnscope::machine;
using reference::u64;

namespace {

constexpr unsigned kCases = 40'000;

/// One case as both sides take it.
struct Both {
    reference::Mmu mmu;
    reference::Request request;
    MmuCase ours;
};

class RandomCases {
public:
    explicit RandomCases(u64 seed) : random_(seed) {}

    Both next() {
        mmu_ = {};
        features();
        registers();
        Both both;
        both.request = request();
        fillPath(both.request.at);
        fillPath(both.request.at + both.request.size - 1);
        both.mmu = mmu_;
        both.ours = caseOf(both.request);
        return both;
    }

private:
    u64 below(u64 end) { return random_() % end; }
    bool chance(unsigned percent) { return below(100) < percent; }
    u64 some(u64 mask) { return random_() & mask; }

    void features() {
        mmu_.levels = chance(50) ? 4 : 5;
        mmu_.maxphyaddr = 36 + static_cast<unsigned>(below(17));
        mmu_.page1gb = chance(70);
        mmu_.nx = chance(85);
        rightsMostlyThere_ = chance(70);
    }
    void registers() {
        mmu_.cr0 = 1ULL << 31 | 1 | some(1ULL << 16);
        mmu_.cr4 = 1ULL << 5 | (mmu_.levels == 5 ? 1ULL << 12 : 0) |
                   some(1ULL << 7 | 1ULL << 17 | 1ULL << 20 | 1ULL << 21);
        if (chance(40))
            mmu_.cr4 |= some(1ULL << 22 | 1ULL << 24);
        mmu_.efer = 0x500 | (mmu_.nx && chance(80) ? 1ULL << 11 : 0);
        mmu_.rflags = 2 | some(1ULL << 18);
        mmu_.pkru = static_cast<std::uint32_t>(random_() & random_());
        mmu_.pkrs = static_cast<std::uint32_t>(random_() & random_());
        mmu_.cr3 = frame() | some((mmu_.cr4 >> 17 & 1) != 0 ? 0xfff : 0x18);
        for (unsigned i = 0; i < 8; ++i) {
            constexpr u64 kTypes[] = {0, 1, 4, 5, 6, 7};
            mmu_.pat |= kTypes[below(6)] << (8 * i);
        }
    }
    /// The address of a frame, low or anywhere below MAXPHYADDR.
    u64 frame() { return some((1ULL << (chance(50) ? 31 : mmu_.maxphyaddr)) - 1) & ~0xfffULL; }

    reference::Request request() {
        reference::Request request;
        const unsigned type = static_cast<unsigned>(below(4));
        rmw_ = type == 3;
        request.write = type == 1 || rmw_;
        request.fetch = type == 2;
        request.user = chance(50);
        request.size = request.fetch ? 1 : chance(80) ? 8 : 1 + below(4096);
        const unsigned bits = mmu_.levels == 5 ? 57 : 48;
        request.at = random_();
        if (chance(15)) // ends at a page's last byte or a little behind it
            request.at = (request.at | 0xfff) - below(12);
        if (chance(5)) // at the ends of the two halves
            request.at = (chance(50) ? 1ULL << (bits - 1) : ~0ULL << (bits - 1)) - below(16);
        if (chance(95))
            request.at =
                static_cast<u64>(static_cast<std::int64_t>(request.at << (64 - bits)) >> (64 - bits));
        return request;
    }

    u64 entryFor(unsigned level, bool leaf) {
        u64 entry = frame() | 1 | some(0xe38) | some(0x7fULL << 52) | some(0xfULL << 59);
        entry |= some(1ULL << 5 | 1ULL << 6 | 1ULL << 8);
        entry |= rightsMostlyThere_ && !chance(8) ? 6 : some(6);
        entry |= chance(10) ? 1ULL << 63 : 0;
        if (leaf && level > 1)
            entry = (entry & ~(((1ULL << (12 + 9 * (level - 1))) - 1) & ~0xfffULL)) | 1ULL << 7 |
                    some(1ULL << 12);
        if (leaf && level == 1)
            entry |= some(1ULL << 7);
        if (chance(2))
            entry &= ~1ULL;
        if (chance(2))
            entry |= 1ULL << 7;
        if (chance(4))
            entry |= 1ULL << (12 + below(40));
        return entry;
    }
    /// Makes what is missing of the entries on the way to `at`; now and then a table is one of those above.
    void fillPath(u64 at) {
        u64 table = mmu_.cr3 & ~0xfffULL;
        std::vector<u64> tables{table};
        const unsigned leafLevel = chance(60) ? 1 : chance(60) ? 2 : 3;
        for (unsigned level = mmu_.levels; level >= 1; --level) {
            const u64 place = table + (at >> (12 + 9 * (level - 1)) & 511) * 8;
            auto [word, isNew] = mmu_.memory.try_emplace(place, 0);
            if (isNew) {
                word->second = entryFor(level, level == leafLevel);
                if (chance(3))
                    word->second = (word->second & ~0x000ffffffffff000ULL) | tables[below(tables.size())];
            }
            if ((word->second & 0x80) != 0 && level <= 3)
                return;
            table = word->second & 0x000ffffffffff000ULL;
            tables.push_back(table);
        }
    }

    MmuCase caseOf(const reference::Request& request) const {
        MmuCase c;
        c.geometry = mmu_.levels == 5 ? hw::kFiveLevels : hw::kFourLevels;
        c.features.levels = static_cast<std::uint8_t>(mmu_.levels);
        c.features.maxphyaddr = static_cast<std::uint8_t>(mmu_.maxphyaddr);
        c.features.page1gb = mmu_.page1gb;
        c.features.nx = mmu_.nx;
        c.registers = {mmu_.cr0, mmu_.cr3, mmu_.cr4, mmu_.efer, mmu_.rflags, mmu_.pat, mmu_.pkru, mmu_.pkrs};
        for (const auto& [at, value] : mmu_.memory)
            c.memory.push_back({PhysAddr(at), value});
        c.access.at = VirtAddr(request.at);
        c.access.type = rmw_            ? hw::AccessType::ReadModifyWrite
                        : request.write ? hw::AccessType::Write
                        : request.fetch ? hw::AccessType::Fetch
                                        : hw::AccessType::Read;
        c.access.privilege = request.user ? hw::Privilege::User : hw::Privilege::Supervisor;
        c.access.size = Bytes(request.size);
        return c;
    }

    std::mt19937_64 random_;
    reference::Mmu mmu_;
    bool rightsMostlyThere_ = true;
    bool rmw_ = false;
};

/// What the manual says of the whole access.
struct Expected {
    reference::Page first;
    std::optional<reference::Page> second;
    bool ok() const { return first.ok && (!second || second->ok); }
    const reference::Page& last() const { return second ? *second : first; }
};

Expected expectedOf(Both& both) {
    Expected expected;
    const reference::Request& request = both.request;
    if (!isCanonical(both.mmu, request.at) || !isCanonical(both.mmu, request.at + request.size - 1)) {
        expected.first.vector = 13;
        expected.first.why = "canonical";
        return expected;
    }
    reference::Request lower = request;
    const u64 rest = 0x1000 - request.at % 0x1000;
    lower.size = std::min(rest, request.size);
    expected.first = translate(both.mmu, lower);
    if (expected.first.ok && request.size > rest) {
        reference::Request upper = request;
        upper.at += rest;
        upper.size -= rest;
        expected.second = translate(both.mmu, upper);
    }
    return expected;
}

std::string shortName(hw::Reason reason, unsigned depth) {
    using hw::Reason;
    switch (reason) {
    case Reason::Allowed:
        return "";
    case Reason::NonCanonical:
        return "canonical";
    case Reason::NotPresent:
        return "np" + std::to_string(depth);
    case Reason::ReservedBit:
        return "rsvd" + std::to_string(depth);
    case Reason::SupervisorPage:
        return "us";
    case Reason::Smep:
        return "smep";
    case Reason::Smap:
        return "smap";
    case Reason::ReadOnly:
        return "rw";
    case Reason::WriteProtect:
        return "wp";
    case Reason::ExecuteDisable:
        return "xd";
    case Reason::ProtectionKey:
        return "pk";
    }
    return "?";
}

std::string describe(const Both& both) {
    const MmuCase& c = both.ours;
    std::string text = fmt::format(
        "{} {} of {} bytes at {:#x}, {} levels, M {}, 1G {}, nx {}, cr0 {:#x} cr3 {:#x} cr4 {:#x} efer {:#x} "
        "rflags {:#x} pkru {:#x} pkrs {:#x}\n",
        nameOf(c.access.privilege), nameOf(c.access.type), c.access.size.raw(), c.access.at.raw(),
        both.mmu.levels, both.mmu.maxphyaddr, both.mmu.page1gb, both.mmu.nx, both.mmu.cr0, both.mmu.cr3,
        both.mmu.cr4, both.mmu.efer, both.mmu.rflags, both.mmu.pkru, both.mmu.pkrs);
    for (const MemoryWord& word : c.memory)
        text += fmt::format("  {:#x}: {:#x}\n", word.at.raw(), word.value);
    return text;
}

void expectSamePage(const reference::Page& expected, const PageOutcome& found, const hw::Geometry& geometry) {
    ASSERT_TRUE(found.walk.has_value());
    const hw::WalkRecord& record = *found.walk;
    EXPECT_EQ(shortName(found.reason, geometry.depth(record.stoppedAt)), expected.why);
    if (!expected.ok)
        return;
    EXPECT_EQ(found.at.raw(), expected.at);
    EXPECT_EQ(found.pageSize.raw(), expected.size);
    EXPECT_EQ(record.translation.patIndex, expected.patIndex);
    EXPECT_EQ(static_cast<unsigned>(record.translation.memoryType), expected.memoryType);
    EXPECT_EQ(record.translation.global, expected.global);
    EXPECT_EQ(record.translation.key, expected.key);
    EXPECT_EQ(record.translation.dirty, expected.dirty);
}

/// On success exactly the reference's words; on a fault at most A flags of entries on the way more than
/// these.
void expectSameMemory(const Both& both, const Expected& expected, const Machine& machine) {
    for (const MemoryWord& word : both.ours.memory) {
        const u64 at = word.at.raw();
        const Word now = machine.state().memory.read(word.at);
        const Word then = both.mmu.memory.at(at);
        const bool mayHaveA = !expected.ok() && expected.last().used.contains(at);
        EXPECT_TRUE(now == then || (mayHaveA && now == (then | 1U << 5)))
            << fmt::format("{:#x}: {:#x}, found {:#x}", at, then, now);
    }
}

void expectSameFromTranslator(const Both& both, const Expected& expected) {
    hw::PhysicalMemory memory;
    for (const MemoryWord& word : both.ours.memory)
        memory.writable(word.at.frame())[word.at.offsetIn(kPageSize) / Bytes(sizeof(Word))] = word.value;
    const hw::Translator translator(memory, both.ours.registers, both.ours.features, both.ours.geometry);
    const hw::Translated found = translator.translate(both.ours.access);
    ASSERT_EQ(found.ok(), expected.first.ok);
    if (found.ok()) {
        EXPECT_EQ(found.at.raw(), expected.first.at);
        return;
    }
    EXPECT_EQ(found.fault.vector, expected.first.vector);
    EXPECT_EQ(found.fault.errorCode, expected.first.error);
}

void expectSameFault(const Expected& expected, const AccessOutcome& outcome) {
    ASSERT_EQ(outcome.ok(), expected.ok());
    if (expected.ok())
        return;
    EXPECT_EQ(outcome.fault->vector, expected.last().vector);
    EXPECT_EQ(outcome.fault->errorCode, expected.last().error);
    if (expected.last().vector == 14) {
        EXPECT_EQ(outcome.fault->cr2.raw(), expected.last().cr2);
    }
}

TEST(MmuDifferential, RandomAccessesAreTheManuals) {
    RandomCases cases(20261122);
    std::map<std::string, unsigned> seen;
    unsigned crossing = 0;
    for (unsigned i = 0; i < kCases && !::testing::Test::HasFailure(); ++i) {
        Both both = cases.next();
        SCOPED_TRACE("case " + std::to_string(i) + ": " + describe(both));
        const Expected expected = expectedOf(both);
        Machine machine = machineOf(both.ours);
        const AccessOutcome outcome = runCase(machine, both.ours);
        ++seen[expected.last().why];
        crossing += expected.second.has_value();
        expectSameFault(expected, outcome);
        if (expected.first.why == "canonical") {
            EXPECT_EQ(outcome.page.reason, hw::Reason::NonCanonical);
            expectSameMemory(both, expected, machine);
            continue;
        }
        expectSamePage(expected.first, outcome.page, both.ours.geometry);
        ASSERT_EQ(outcome.secondPage.has_value(), expected.second.has_value());
        if (expected.second && !outcome.secondPage->hit)
            expectSamePage(*expected.second, *outcome.secondPage, both.ours.geometry);
        expectSameMemory(both, expected, machine);
        expectSameFromTranslator(both, expected);
        const AccessOutcome again = runCase(machine, both.ours); // from the TLB, where it went through
        expectSameFault(expected, again);
        EXPECT_EQ(again.page.hit.has_value(), expected.first.ok);
        EXPECT_EQ(again.page.at, outcome.page.at);
        expectSameMemory(both, expected, machine);
    }
    EXPECT_GT(seen[""], kCases / 5);
    EXPECT_GT(crossing, kCases / 50);
    for (const char* why : {"np1", "np2", "np3", "np4", "np5", "rsvd1", "rsvd2", "rsvd3", "rsvd4", "rsvd5",
                            "us", "smep", "smap", "rw", "wp", "xd", "pk", "canonical"})
        EXPECT_GT(seen[why], 50U) << why;
}

} // namespace

// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/x86_64.h"
#include "machine/mmu.h"
#include "machine/timeline.h"
#include "support/property.h"

#include <vector>

using namespace pfnscope;
using namespace pfnscope::machine;
using hw::AccessType;
using hw::Privilege;

namespace {

constexpr Word kTable = 0x07; ///< P, R/W, U/S
constexpr Word kPage = 0x07;
constexpr CpuId kCpu{};
constexpr VirtAddr kBase{0x400000000000};

/// A machine with one page-table tree: PGD 0x100, PUD 0x101, PMD 0x102, PTE tables 0x103 and 0x104.
class MmuTest : public ::testing::Test {
protected:
    explicit MmuTest(const MachineConfig& config = {}) : machine(config) {
        const auto call = machine.enter("setup");
        machine.writeEntry(Pfn(0x100), index(hw::Level::Pgd), 0x101000 | kTable);
        machine.writeEntry(Pfn(0x101), index(hw::Level::Pud), 0x102000 | kTable);
        machine.writeEntry(Pfn(0x102), 0, 0x103000 | kTable);
        movToCr3(machine, kCpu, 0x100000);
    }
    static unsigned index(hw::Level level) { return hw::kFourLevels.index(kBase, level); }

    AccessOutcome access(AccessType type, Bytes offset = {}, Privilege privilege = Privilege::User) {
        const auto call = machine.enter("access");
        return accessMemory(machine, kCpu, {kBase + offset, type, privilege, Bytes(8)});
    }
    void write(Pfn table, unsigned at, Word value) {
        const auto call = machine.enter("write");
        machine.writeEntry(table, at, value);
    }
    void invalidate(Bytes offset = {}) {
        const auto call = machine.enter("invlpg");
        invlpg(machine, kCpu, kBase + offset);
    }
    Word pte(unsigned at) const { return machine.state().memory.read(Pfn(0x103), at); }
    std::vector<StaleTranslation> stale() const { return staleTranslations(machine.state(), kCpu); }

    Machine machine;
};

TEST_F(MmuTest, SetsFlagsFromTheTopDownAsTheMmu) {
    write(Pfn(0x103), 0, 0x5000 | kPage);
    const Position before = machine.position();
    const auto outcome = access(AccessType::Write, Bytes(0x10));
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome.page.at, PhysAddr(0x5010));
    std::vector<Pfn> tables;
    for (Position i = before; i < machine.position(); ++i) {
        if (const auto* written = std::get_if<EntryWritten>(&machine.journal().deltas()[i])) {
            EXPECT_EQ(written->writer, Writer::Mmu);
            EXPECT_EQ(written->after & ~written->before, written->frame == Pfn(0x103) ? 0x60U : 0x20U);
            tables.push_back(written->frame);
        }
    }
    EXPECT_EQ(tables, (std::vector{Pfn(0x100), Pfn(0x101), Pfn(0x102), Pfn(0x103)}));
}

TEST_F(MmuTest, AHitWritesNothingAndAWriteAfterAReadSetsD) {
    write(Pfn(0x103), 0, 0x5000 | kPage);
    access(AccessType::Read);
    EXPECT_EQ(pte(0) & 0x60, 0x20U);
    const Position before = machine.position();
    EXPECT_TRUE(access(AccessType::Read).page.hit.has_value());
    EXPECT_EQ(machine.position(), before);
    EXPECT_TRUE(access(AccessType::Write).page.walk.has_value());
    EXPECT_EQ(pte(0) & 0x60, 0x60U);
    EXPECT_TRUE(access(AccessType::Write).page.hit.has_value());
}

TEST_F(MmuTest, AStaleTranslationIsUsedUntilItIsInvalidated) {
    write(Pfn(0x103), 0, 0x5000 | kPage);
    access(AccessType::Read);
    EXPECT_TRUE(stale().empty());
    write(Pfn(0x103), 0, 0);
    EXPECT_EQ(access(AccessType::Read).page.at, PhysAddr(0x5000));
    ASSERT_FALSE(stale().empty());
    EXPECT_EQ(stale().front().kind, StaleKind::NotMapped);
    invalidate();
    EXPECT_TRUE(stale().empty());
    const auto outcome = access(AccessType::Read);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(*outcome.fault, (hw::Fault{14, hw::kErrorUs, kBase}));
}

TEST_F(MmuTest, AMoreRestrictiveTranslationGivesNoFinalFault) {
    write(Pfn(0x103), 0, 0x5000 | 0x05);
    EXPECT_TRUE(access(AccessType::Read).ok());
    const auto denied = access(AccessType::Write);
    ASSERT_FALSE(denied.ok());
    EXPECT_EQ(denied.fault->errorCode, 7U);
    EXPECT_TRUE(access(AccessType::Read).ok());
    write(Pfn(0x103), 0, 0x5000 | kPage);
    EXPECT_TRUE(access(AccessType::Write).ok());
}

TEST_F(MmuTest, AStaleStructureEntryGivesNoFinalFaultButIsUsedWhileItTranslates) {
    write(Pfn(0x103), 0, 0x5000 | kPage);
    access(AccessType::Read);
    // Another table for the same 2 MiB, without an invalidation: page 1 is mapped in the new one only.
    write(Pfn(0x102), 0, 0x104000 | kTable);
    write(Pfn(0x104), 1, 0x7000 | kPage);
    write(Pfn(0x103), 2, 0x8000 | kPage);
    EXPECT_EQ(access(AccessType::Read, Bytes(0x2000)).page.at, PhysAddr(0x8000));
    EXPECT_FALSE(stale().empty());
    EXPECT_EQ(access(AccessType::Read, Bytes(0x1000)).page.at, PhysAddr(0x7000));
    EXPECT_FALSE(access(AccessType::Read, Bytes(0x3000)).ok());
}

TEST_F(MmuTest, AnAccessAcrossPagesTakesTwoTranslations) {
    write(Pfn(0x103), 0, 0x5000 | kPage);
    write(Pfn(0x103), 1, 0x9000 | kPage);
    const auto outcome = access(AccessType::Write, Bytes(0xffc));
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome.page.at, PhysAddr(0x5ffc));
    EXPECT_EQ(outcome.secondPage->at, PhysAddr(0x9000));
    const auto faulting = access(AccessType::Write, Bytes(0x1ffc));
    ASSERT_FALSE(faulting.ok());
    EXPECT_EQ(faulting.fault->cr2, kBase + Bytes(0x2000));
}

TEST_F(MmuTest, ACachedHugePageIsStaleWhereTheSplitTablesDiffer) {
    write(Pfn(0x102), 1, 0x600000 | 0xe7);
    EXPECT_TRUE(access(AccessType::Write, Bytes(0x200000)).ok());
    {
        const auto call = machine.enter("split");
        machine.fillEntries(Pfn(0x104), {0, 512, 0x600067, 0x1000});
        machine.writeEntry(Pfn(0x102), 1, 0x104067);
    }
    EXPECT_TRUE(stale().empty());
    write(Pfn(0x104), 300, 0);
    ASSERT_FALSE(stale().empty());
    EXPECT_EQ(stale().front().at, kBase + Bytes(0x200000 + 300 * 0x1000));
    write(Pfn(0x104), 300, 0x600000 + 300 * 0x1000 + 0x65);
    EXPECT_EQ(stale().front().kind, StaleKind::MoreRights);
    write(Pfn(0x104), 300, 0x600000 + 300 * 0x1000 + 0x27);
    EXPECT_EQ(stale().front().kind, StaleKind::DirtyUnseen);
}

TEST_F(MmuTest, MovToCr3KeepsGlobalPagesAndMovToCr4DropsThem) {
    write(Pfn(0x103), 0, 0x5000 | kPage | 0x100);
    access(AccessType::Read);
    const auto call = machine.enter("switch");
    movToCr3(machine, kCpu, 0x100000);
    EXPECT_NE(machine.state().cpus[0].tlb.lookup(kBase, hw::Pcid{}), nullptr);
    movToCr4(machine, kCpu, machine.state().cpus[0].registers.cr4 & ~hw::Registers::kCr4Pge);
    EXPECT_EQ(machine.state().cpus[0].tlb.lookup(kBase, hw::Pcid{}), nullptr);
}

TEST_F(MmuTest, PcidsKeepTheirTranslationsApart) {
    write(Pfn(0x103), 0, 0x5000 | kPage);
    const auto call = machine.enter("pcids");
    const hw::Access read{kBase, AccessType::Read, Privilege::User, Bytes(8)};
    movToCr4(machine, kCpu, machine.state().cpus[0].registers.cr4 | hw::Registers::kCr4Pcide);
    movToCr3(machine, kCpu, 0x100001);
    accessMemory(machine, kCpu, read);
    movToCr3(machine, kCpu, 0x100002 | hw::Registers::kCr3NoInvalidate);
    EXPECT_EQ(machine.state().cpus[0].registers.cr3, 0x100002U);
    EXPECT_FALSE(accessMemory(machine, kCpu, read).page.hit.has_value());
    movToCr3(machine, kCpu, 0x100001 | hw::Registers::kCr3NoInvalidate);
    EXPECT_TRUE(accessMemory(machine, kCpu, read).page.hit.has_value());
    invpcid(machine, kCpu, hw::InvpcidType::SingleContext, hw::Pcid{1}, {});
    EXPECT_FALSE(accessMemory(machine, kCpu, read).page.hit.has_value());
}

/// One step of a random history: a table write, an access, an invalidation.
struct Step {
    unsigned kind, page, frame;
    Word flags;
};

void doStep(Machine& machine, const Step& step) {
    const auto call = machine.enter("step");
    const VirtAddr at = kBase + Bytes((step.page % 4) * 0x1000 + (step.page / 4) * 0x200000);
    const auto type = static_cast<AccessType>(step.frame % 4);
    switch (step.kind) {
    case 0:
        return machine.writeEntry(Pfn(0x103), step.page % 4, (step.frame << 12) | (step.flags & 0x167));
    case 1:
        return machine.writeEntry(Pfn(0x102), step.page / 4,
                                  step.frame % 2 ? (step.frame << 21) | (step.flags & 0x167) | 0x80
                                                 : 0x103000 | (step.flags & 0x27));
    case 2:
        return invlpg(machine, kCpu, at);
    case 3:
        return movToCr3(machine, kCpu, machine.state().cpus[0].registers.cr3);
    case 4:
        return movToCr4(machine, kCpu, machine.state().cpus[0].registers.cr4 ^ hw::Registers::kCr4Smap);
    case 5:
        return flushAll(machine, kCpu);
    default:
        accessMemory(machine, kCpu,
                     {at, type, step.flags & 1 ? Privilege::User : Privilege::Supervisor, Bytes(8)});
    }
}

rc::Gen<std::vector<Step>> histories() {
    return rc::gen::container<std::vector<Step>>(
        rc::gen::build<Step>(rc::gen::set(&Step::kind, rc::gen::inRange(0U, 12U)),
                             rc::gen::set(&Step::page, rc::gen::inRange(0U, 8U)),
                             rc::gen::set(&Step::frame, rc::gen::inRange(1U, 8U)),
                             rc::gen::set(&Step::flags, rc::gen::arbitrary<Word>())));
}

class Prepared : public MmuTest {
public:
    explicit Prepared(const MachineConfig& config) : MmuTest(config) {}
    void TestBody() override {}
    using MmuTest::machine;
};

MachineConfig smallTlb() {
    MachineConfig config;
    config.cpus.tlb = {{2, 2}, {4, 2}, {2, 1}, {2, 1}};
    return config;
}

RC_GTEST_PROP(MmuProperty, HistoryGoesBackAndForthToTheSameStates, ()) {
    Prepared prepared(smallTlb());
    Machine& machine = prepared.machine;
    std::vector<std::pair<Position, std::uint64_t>> moments;
    for (const Step& step : *histories()) {
        doStep(machine, step);
        moments.emplace_back(machine.position(), stateHash(machine.state()));
    }
    for (auto moment = moments.rbegin(); moment != moments.rend(); ++moment) {
        machine.moveTo(moment->first);
        RC_ASSERT(stateHash(machine.state()) == moment->second);
    }
    machine.moveTo(0);
    for (const auto& [position, hash] : moments) {
        machine.moveTo(position);
        RC_ASSERT(stateHash(machine.state()) == hash);
    }
}

RC_GTEST_PROP(MmuProperty, WhateverIsNotStaleAnswersAsAColdWalk, ()) {
    Prepared prepared(smallTlb());
    Machine& machine = prepared.machine;
    for (const Step& step : *histories()) {
        doStep(machine, step);
        const Cpu& cpu = machine.state().cpus[0];
        const bool fresh = staleTranslations(machine.state(), kCpu).empty();
        if (!fresh)
            continue;
        const hw::Access access{kBase + Bytes(step.page % 4 * 0x1000),
                                static_cast<AccessType>(step.frame % 4), Privilege::User, Bytes(8)};
        const auto cold =
            hw::walk(machine.state().memory, cpu.registers, cpu.features, hw::kFourLevels, access);
        const auto call = machine.enter("access");
        const auto outcome = accessMemory(machine, kCpu, access);
        RC_ASSERT(outcome.ok() == cold.ok());
        RC_ASSERT((!cold.ok() || outcome.page.at == cold.translation.at));
        RC_ASSERT((cold.ok() || *outcome.fault == cold.fault));
    }
}

} // namespace

// SPDX-License-Identifier: GPL-3.0-or-later
// Each verdict once: what the watch says of a run of the kernel model, and what it must not say.
#include "check/leaf.h"
#include "check/watch.h"
#include "mm/bench_process.h"
#include "mm/vm_flags.h"
#include "option/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pfnscope::check {
namespace {

using mm::test::kBase;
using mm::test::kDevice;
using mm::test::kFour;
using mm::test::kPmd;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr machine::Pid kParent(1);
constexpr Pfn kOtherFrames{0x200000};

/// A process under an option of the catalogue, watched.
class Watched {
public:
    explicit Watched(std::string_view option)
        : bench_(**option::Catalogue::shipped().find(option)), watch_(bench_.kernel) {}

    mm::Outcome run(mm::Action action, machine::Pid process = kParent) {
        const mm::Operation operation{std::move(action), process, machine::CpuId(0)};
        mm::Outcome outcome = bench_.kernel.run(operation);
        watch_.after(operation, outcome, step_++);
        return outcome;
    }
    mm::Outcome touch(VirtAddr at, hw::AccessType access = hw::AccessType::Read) {
        return run(mm::Touch{at, access, hw::Privilege::User});
    }
    std::vector<FindingKind> kinds() const {
        std::vector<FindingKind> kinds;
        for (const Finding& finding : watch_.report().findings)
            kinds.push_back(finding.kind);
        return kinds;
    }
    const Finding& last() const { return watch_.report().findings.back(); }
    const Costs& costs() const { return watch_.report().costs; }
    machine::Machine& machine() { return bench_.machine; }

private:
    mm::test::Bench bench_;
    Watch watch_;
    std::size_t step_ = 0;
};

mm::Driver driver(machine::FaultHandler fault, bool huge = false) {
    mm::Driver result;
    result.ops.name = "driver";
    result.ops.fault = fault;
    result.ops.hugeFault = {huge, false, huge};
    result.ops.basePfn = kDevice;
    return result;
}

const mm::Driver kNoHandler = driver(machine::FaultHandler::None);
const mm::Driver kSigbus = driver(machine::FaultHandler::Sigbus);
const mm::Driver kVfio = driver(machine::FaultHandler::InsertPte, true);

/// Two leaves' worth of a device.
mm::Mmap device(const mm::Driver& driver) {
    mm::Mmap map;
    map.at = kBase;
    map.size = kFour;
    map.backing = mm::Backing::Device;
    map.share = mm::Share::Shared;
    map.file = "device";
    map.driver = driver;
    return map;
}

mm::Mmap remapped(mm::Driver driver, Pfn first = kDevice,
                  mm::CacheMode cache = mm::CacheMode::UncachedMinus) {
    driver.cache = cache;
    mm::Mmap map = device(driver);
    map.remap = {{Bytes(0), map.size, first, 0}};
    return map;
}

const mm::Munmap kOnePage{kBase + Bytes(0x100000), kPageSize};
const mm::Munmap kAll{kBase, kFour};

TEST(Watch, ACrashNamesTheFunctionThatDied) {
    Watched naive("naive");
    naive.run(device(kVfio));
    naive.touch(kBase);
    naive.run(kAll);
    ASSERT_THAT(naive.kinds(), ElementsAre(FindingKind::Crash));
    EXPECT_EQ(naive.last().function, "pgtable_trans_huge_withdraw");
    EXPECT_EQ(naive.last().step, 2U);
}

TEST(Watch, ABugOnIsABug) {
    Watched mainline("mainline");
    mainline.run(remapped(kNoHandler));
    mainline.run(mm::RemapPfnRange{kBase, kPmd, kDevice});
    ASSERT_THAT(mainline.kinds(), ElementsAre(FindingKind::Bug));
    EXPECT_EQ(mainline.last().function, "remap_pte_range");
}

TEST(Watch, ATableThatNoOneCanReachIsALeakAndSoAreItsBytes) {
    Watched d("D");
    mm::Mmap kernfs = remapped(kNoHandler);
    kernfs.opsAfterRemap = kSigbus;
    d.run(kernfs);
    d.run(kAll);
    ASSERT_THAT(d.kinds(), ElementsAre(FindingKind::Leak));
    EXPECT_EQ(d.last().step, 1U);
    d.run(mm::Exit{});
    ASSERT_THAT(d.kinds(), ElementsAre(FindingKind::Leak, FindingKind::Leak));
    EXPECT_EQ(d.last().text, "non-zero pgtables_bytes on freeing mm: 8192");
}

TEST(Watch, APageThatNobodyUnmappedIsLost) {
    Watched c("C");
    c.run(remapped(kSigbus));
    c.run(kOnePage);
    c.touch(kOnePage.at); // this one was unmapped
    EXPECT_THAT(c.kinds(), IsEmpty());
    c.touch(kBase);
    ASSERT_THAT(c.kinds(), ElementsAre(FindingKind::Lost));
    EXPECT_EQ(c.last().va, kBase);
    EXPECT_EQ(c.last().function, "pmdp_huge_clear_flush") << "who took the entry away";
}

TEST(Watch, AnotherFrameThanWasRemappedIsWrong) {
    Watched c("C");
    c.run(remapped(kVfio, kOtherFrames));
    c.run(kOnePage);
    c.touch(kBase);
    ASSERT_THAT(c.kinds(), ElementsAre(FindingKind::WrongPfn));
}

TEST(Watch, AFileOnDaxKnowsItsFramesItself) {
    Watched mainline("mainline");
    mm::Mmap map;
    map.at = kBase;
    map.size = kPmd;
    map.backing = mm::Backing::Dax;
    map.share = mm::Share::Shared;
    map.file = "file";
    mainline.run(map);
    ASSERT_TRUE(mainline.touch(kBase, hw::AccessType::Write).ok());
    EXPECT_THAT(mainline.kinds(), IsEmpty());
}

TEST(Watch, TheMemoryTypeIsTheOneTheKernelSettledOn) {
    Watched raw("C-bare");
    raw.run(remapped(kNoHandler, kDevice, mm::CacheMode::WriteThrough));
    raw.touch(kBase);
    EXPECT_THAT(raw.kinds(), ElementsAre(FindingKind::WrongCacheType));

    Watched mainline("mainline");
    mm::Mmap part = remapped(kNoHandler, kDevice, mm::CacheMode::WriteThrough);
    part.remap.front().size = kPmd; // a part reserves nothing, and gets what holds for the frames: UC-
    mainline.run(part);
    mainline.touch(kBase);
    EXPECT_THAT(mainline.kinds(), IsEmpty());
}

TEST(Watch, AnAccessThatTheVmaForbidsIsAWrongPermission) {
    Watched mainline("mainline");
    mainline.run(remapped(kNoHandler));
    mainline.touch(kBase, hw::AccessType::Write);
    // As if mprotect() had forgotten the entries, and the TLB with them.
    const auto id = *mainline.machine().state().findVma(machine::MmId(1), kBase);
    machine::Vma vma = mainline.machine().state().vmas.at(id);
    vma.flags &= ~mm::vm::kWrite;
    {
        const auto call = mainline.machine().enter("mprotect");
        mainline.machine().put(id, std::move(vma));
    }
    mainline.touch(kBase, hw::AccessType::Write);
    ASSERT_THAT(mainline.kinds(), ElementsAre(FindingKind::WrongPermission));
}

TEST(Watch, ATranslationThatOutlivesItsEntryIsStale) {
    Watched mainline("mainline");
    mainline.run(remapped(kNoHandler));
    mainline.touch(kBase);
    {
        // As if the entry had gone without a flush.
        const auto call = mainline.machine().enter("zap_pte_range");
        const auto place = entryFor(mainline.machine().state(), machine::MmId(1), kBase);
        ASSERT_TRUE(place);
        mainline.machine().writeEntry(place->table, place->index, 0);
    }
    mainline.run(mm::Msync{kBase, kPageSize});
    ASSERT_THAT(mainline.kinds(), ElementsAre(FindingKind::StaleTlb));
    EXPECT_EQ(mainline.last().va, kBase);
}

TEST(Watch, ACounterThatIsNotZeroAtTheEndIsBad) {
    Watched mainline("mainline");
    {
        const auto call = mainline.machine().enter("lost");
        mainline.machine().moveCounter(machine::MmId(1), machine::Counter::AnonPages, 3);
    }
    mainline.run(mm::Exit{});
    ASSERT_THAT(mainline.kinds(), ElementsAre(FindingKind::BadCounter));
}

TEST(Watch, WhatTheRuleRefusesIsSaid) {
    Watched d("D");
    EXPECT_EQ(d.run(remapped(kSigbus)).error, mm::Errno::Inval);
    EXPECT_THAT(d.kinds(), ElementsAre(FindingKind::Refused));
}

TEST(Watch, ENOMEMIsLackOfMemoryOnlyAfterAnAllocationFailed) {
    Watched mainline("mainline");
    EXPECT_EQ(mainline.run(mm::Mprotect{kBase, kPageSize, {}}).error, mm::Errno::NoMem); // nothing is there
    EXPECT_THAT(mainline.kinds(), IsEmpty());
    mainline.run(mm::FailAlloc{1});
    EXPECT_EQ(mainline.run(remapped(kNoHandler)).error, mm::Errno::NoMem);
    EXPECT_THAT(mainline.kinds(), ElementsAre(FindingKind::Oom));
}

TEST(Watch, ZapVmaPtesOfMoreThanOneVmaDoesNothingAndIsExpectedTo) {
    Watched mainline("mainline");
    mainline.run(remapped(kNoHandler, kOtherFrames));
    mainline.run(kOnePage); // the VMA is in two pieces now
    mainline.run(mm::ZapVmaPtes{kBase, kPmd});
    EXPECT_TRUE(mainline.touch(kBase).ok());
    mainline.run(mm::ZapVmaPtes{kBase, kPageSize});
    EXPECT_FALSE(mainline.touch(kBase).ok());
    EXPECT_THAT(mainline.kinds(), IsEmpty());
}

/// Two leaves with their tables, one split: every figure is counted by hand.
TEST(Watch, CostsAreThoseOfTheSteps) {
    Watched a("A");
    a.run(remapped(kNoHandler));
    EXPECT_EQ(a.costs().depositedNow, 2U);
    EXPECT_EQ(a.costs().tableBytesNow, kPageSize * 4) << "PUD, PMD, two deposited";
    EXPECT_EQ(a.costs().entriesWritten, 4U) << "PGD, PUD, and two leaves";
    EXPECT_EQ(a.costs().tlbFlushes, 0U);
    a.touch(kBase, hw::AccessType::Write);
    EXPECT_EQ(a.costs().faults, 0U);
    a.run(kOnePage);
    EXPECT_EQ(a.costs().depositedNow, 1U);
    EXPECT_EQ(a.costs().depositedPeak, 2U);
    EXPECT_EQ(a.costs().tableBytesPeak, kPageSize * 4);
    EXPECT_EQ(a.costs().entriesWritten, 4U + 1 + 512 + 1 + 1)
        << "the leaf cleared, 512 PTEs, the table linked, one zapped";
    EXPECT_EQ(a.costs().tlbFlushes, 2U) << "of the split, and of the unmapped page";
    a.touch(kOnePage.at);
    EXPECT_EQ(a.costs().faults, 1U);
}

} // namespace
} // namespace pfnscope::check

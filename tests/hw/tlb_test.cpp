// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/tlb.h"
#include "support/property.h"

#include <map>
#include <vector>

using namespace pfnscope;
using namespace pfnscope::hw;

namespace {

/// A walk's record made by hand: a leaf at `depth` under tables that allow everything.
WalkRecord leafAt(VirtAddr at, unsigned depth, std::uint64_t frame, bool global, const Geometry& geometry) {
    WalkRecord record;
    record.access.at = at;
    for (unsigned d = geometry.levels; d >= depth; --d) {
        const Level level = geometry.levelAt(d);
        const bool leaf = d == depth;
        const Word entry =
            leaf ? (frame << geometry.shift(level)) | 0x67 | (d > 1 ? 0x80 : 0) : (0x1000ULL * d) | 0x67;
        record.levelList.push_back({level, Pfn(1), geometry.index(at, level), entry, 0, Rights{}});
    }
    record.translation.leaf = geometry.levelAt(depth);
    record.translation.global = global;
    record.translation.pageSize = geometry.entrySpan(record.translation.leaf);
    return record;
}

/// The TLB's rules once more, by lists that are searched from end to end.
class ReferenceTlb {
public:
    struct Item {
        std::uint64_t page, to;
        unsigned depth, pcid;
        bool global, structure;
    };
    ReferenceTlb(const Geometry& geometry) : geometry_(geometry) {}

    bool covers(const Item& item, VirtAddr at) const {
        const unsigned shift = geometry_.shift(geometry_.levelAt(item.depth));
        return item.page >> shift == at.raw() >> shift;
    }
    void fill(VirtAddr at, unsigned pcid, const WalkRecord& record) {
        for (const WalkLevel& level : record.levels()) {
            const unsigned depth = geometry_.depth(level.level);
            const std::uint64_t span = geometry_.entrySpan(level.level).raw();
            const bool leaf = level.level == record.translation.leaf;
            const Item item{at.raw() & ~(span - 1),
                            level.entry & 0xffffffffff000 & (leaf ? ~(span - 1) : ~0ULL),
                            depth,
                            pcid,
                            leaf && record.translation.global,
                            !leaf};
            std::erase_if(items_, [&](const Item& old) {
                return old.page == item.page && old.depth == depth && old.structure == item.structure &&
                       old.global == item.global && (item.global || old.pcid == pcid);
            });
            items_.push_back(item);
        }
    }
    template <class Drop> void drop(Drop which) { std::erase_if(items_, which); }
    const std::vector<Item>& items() const { return items_; }

private:
    Geometry geometry_;
    std::vector<Item> items_;
};

/// So large that nothing is ever evicted: the reference has no capacity.
constexpr TlbSettings kLarge{{256, 16}, {4096, 16}, {256, 16}, {256, 16}};

struct Step {
    unsigned kind, place, pcid, depth, frame;
    bool global;
};
} // namespace

namespace rc {
template <> struct Arbitrary<Step> {
    static Gen<Step> arbitrary() {
        return gen::build<Step>(
            gen::set(&Step::kind, gen::inRange(0U, 16U)), gen::set(&Step::place, gen::inRange(0U, 24U)),
            gen::set(&Step::pcid, gen::inRange(0U, 3U)), gen::set(&Step::depth, gen::inRange(1U, 4U)),
            gen::set(&Step::frame, gen::inRange(1U, 100U)), gen::set(&Step::global));
    }
};
} // namespace rc

namespace {

VirtAddr placeOf(unsigned place) {
    return VirtAddr(0x7f0000000000ULL + (place % 4) * 0x1000 + (place / 4 % 3) * 0x200000 +
                    (place / 12) * 0x40000000);
}

/// One step on both; gives the change that was applied.
TlbChange doStep(Tlb& tlb, ReferenceTlb& reference, const Step& step) {
    using Item = ReferenceTlb::Item;
    const VirtAddr at = placeOf(step.place);
    const Pcid pcid{static_cast<std::uint16_t>(step.pcid)};
    Registers registers;
    registers.cr4 = Registers::kCr4Pcide | Registers::kCr4Pge;
    registers.cr3 = step.pcid;
    const auto covered = [&](const Item& i) { return reference.covers(i, at); };
    const auto own = [&](const Item& i) { return i.pcid == step.pcid; };
    TlbChange change;
    switch (step.kind) {
    case 0:
        change = tlb.planInvlpg(at, pcid);
        reference.drop(
            [&](const Item& i) { return i.structure ? own(i) : covered(i) && (i.global || own(i)); });
        break;
    case 1:
        change = tlb.planInvpcid(InvpcidType::IndividualAddress, pcid, at);
        reference.drop([&](const Item& i) { return !i.global && own(i) && covered(i); });
        break;
    case 2:
        change = tlb.planInvpcid(InvpcidType::SingleContext, pcid, at);
        reference.drop([&](const Item& i) { return !i.global && own(i); });
        break;
    case 3:
        change = tlb.planInvpcid(InvpcidType::AllContext, pcid, at);
        reference.drop([](const Item& i) { return !i.global; });
        break;
    case 4:
        change = tlb.planMovToCr3(registers, step.pcid | (step.global ? Registers::kCr3NoInvalidate : 0));
        if (!step.global)
            reference.drop([&](const Item& i) { return !i.global && own(i); });
        break;
    case 5:
        change = tlb.planPageFault(at, pcid);
        reference.drop([&](const Item& i) { return covered(i) && (i.global || own(i)); });
        break;
    case 6:
        change = tlb.planMovToCr4(registers, registers.cr4 | Registers::kCr4Smep);
        reference.drop([&](const Item& i) { return i.global || own(i); });
        break;
    case 7:
        change = step.global ? tlb.planInvpcid(InvpcidType::AllContextGlobal, pcid, at)
                             : tlb.planMovToCr4(registers, registers.cr4 & ~Registers::kCr4Pge);
        reference.drop([](const Item&) { return true; });
        break;
    default: {
        const WalkRecord record = leafAt(at, step.depth, step.frame, step.global, kFourLevels);
        change = tlb.planFill(pcid, record);
        reference.fill(at, step.pcid, record);
        break;
    }
    }
    tlb.apply(change);
    return change;
}

void expectSame(const Tlb& tlb, const ReferenceTlb& reference) {
    for (unsigned place = 0; place < 24; ++place) {
        for (unsigned pcid = 0; pcid < 3; ++pcid) {
            const VirtAddr at = placeOf(place);
            const TlbEntry* found = tlb.lookup(at, Pcid{static_cast<std::uint16_t>(pcid)});
            const auto start = tlb.lookupStructure(at, Pcid{static_cast<std::uint16_t>(pcid)});
            bool mayHit = false;
            bool isOne = false;
            std::optional<unsigned> structure;
            for (const auto& item : reference.items()) {
                if (!reference.covers(item, at))
                    continue;
                if (item.structure && item.pcid == pcid)
                    structure = std::min(structure.value_or(9), item.depth);
                if (item.structure || !(item.global || item.pcid == pcid))
                    continue;
                mayHit = true;
                isOne |= found != nullptr && found->depth == item.depth && found->to.raw() == item.to;
            }
            RC_ASSERT((found != nullptr) == mayHit);
            RC_ASSERT((!mayHit || isOne));
            RC_ASSERT(start.has_value() == structure.has_value());
            RC_ASSERT((!start || kFourLevels.depth(start->level) + 1 == *structure));
        }
    }
}

RC_GTEST_PROP(Tlb, HoldsWhatTheManualLetsItHold, (const std::vector<Step>& steps)) {
    Tlb tlb(kFourLevels, kLarge);
    ReferenceTlb reference(kFourLevels);
    for (const Step& step : steps) {
        doStep(tlb, reference, step);
        expectSame(tlb, reference);
    }
}

/// Equal TLBs answer alike, whatever way led to them: what only speeds up the search decides nothing.
void expectSameAnswers(const Tlb& one, const Tlb& other) {
    for (unsigned place = 0; place < 24; ++place) {
        for (unsigned pcid = 0; pcid < 3; ++pcid) {
            const auto* mine = one.lookup(placeOf(place), Pcid{static_cast<std::uint16_t>(pcid)});
            const auto* its = other.lookup(placeOf(place), Pcid{static_cast<std::uint16_t>(pcid)});
            RC_ASSERT((mine == nullptr) == (its == nullptr));
            RC_ASSERT((mine == nullptr || *mine == *its));
        }
    }
}

RC_GTEST_PROP(Tlb, GoesBackTheWayItCame, (const std::vector<Step>& steps)) {
    // Small, so that fills evict.
    Tlb tlb(kFourLevels, {{4, 2}, {8, 4}, {2, 2}, {2, 1}});
    ReferenceTlb reference(kFourLevels);
    std::vector<Tlb> moments{tlb};
    std::vector<TlbChange> changes;
    for (const Step& step : steps) {
        changes.push_back(doStep(tlb, reference, step));
        moments.push_back(tlb);
    }
    for (std::size_t i = changes.size(); i-- > 0;) {
        tlb.revert(changes[i]);
        RC_ASSERT(tlb == moments[i]);
        expectSameAnswers(tlb, moments[i]);
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
        tlb.apply(changes[i]);
        RC_ASSERT(tlb == moments[i + 1]);
        expectSameAnswers(tlb, moments[i + 1]);
    }
}

TEST(Tlb, ReplacesRoundRobinAndFillsHolesFirst) {
    Tlb tlb(kFourLevels, {{0, 1}, {2, 2}, {0, 1}, {0, 1}});
    const auto fill = [&](unsigned page) {
        tlb.apply(tlb.planFill(Pcid{}, leafAt(VirtAddr(page * 0x1000ULL), 1, page, false, kFourLevels)));
    };
    const auto holds = [&](unsigned page) {
        return tlb.lookup(VirtAddr(page * 0x1000ULL), Pcid{}) != nullptr;
    };
    fill(1);
    fill(2);
    fill(3);
    EXPECT_TRUE(!holds(1) && holds(2) && holds(3));
    fill(4);
    EXPECT_TRUE(!holds(2) && holds(3) && holds(4));
    tlb.apply(tlb.planInvlpg(VirtAddr(0x4000), Pcid{}));
    fill(5);
    EXPECT_TRUE(holds(3) && holds(5));
    fill(5); // the same again takes no second place
    EXPECT_TRUE(holds(3) && holds(5));
}

TEST(Tlb, CapacityIsTheSettings) {
    Tlb tlb;
    for (unsigned page = 0; page < 4096; ++page)
        tlb.apply(tlb.planFill(Pcid{}, leafAt(VirtAddr(page * 0x1000ULL), 1, page, false, kFourLevels)));
    std::map<TlbArray, unsigned> count;
    tlb.forEachEntry([&](TlbArray array, unsigned, const TlbEntry&) { ++count[array]; });
    EXPECT_EQ(count[TlbArray::L1], 64U);
    EXPECT_EQ(count[TlbArray::SecondLevel], 1536U);
}

/// SDM 4.10.4.1, "MOV to CR4", bit by bit. Held: page 1 of the current PCID, page 2 of another, page 3
/// global.
TEST(Tlb, MovToCr4DropsWhatTheManualSays) {
    using R = Registers;
    struct Row {
        std::uint64_t before, after;
        bool own, other, global; ///< still there
    };
    constexpr std::uint64_t kOn = R::kCr4Pae | R::kCr4Pge | R::kCr4Pcide;
    const Row rows[] = {
        {kOn, kOn, true, true, true},
        {kOn, kOn & ~R::kCr4Pge, false, false, false},
        {kOn & ~R::kCr4Pge, kOn, false, false, false},
        {kOn, kOn & ~R::kCr4Pcide, false, false, false},
        {kOn, kOn | R::kCr4Smep, false, true, false},
        {kOn | R::kCr4Smep, kOn, true, true, true},
        {kOn, kOn | R::kCr4Smap | R::kCr4Pke | R::kCr4Pks, true, true, true},
        {kOn | R::kCr4Smap | R::kCr4Pke | R::kCr4Pks, kOn, true, true, true},
        {kOn, kOn & ~R::kCr4Pae, false, true, false},
    };
    for (const Row& row : rows) {
        Tlb tlb;
        const auto fill = [&](unsigned page, Pcid pcid, bool global) {
            tlb.apply(tlb.planFill(pcid, leafAt(VirtAddr(page * 0x1000ULL), 1, page, global, kFourLevels)));
        };
        fill(1, Pcid{5}, false);
        fill(2, Pcid{6}, false);
        fill(3, Pcid{6}, true);
        Registers registers;
        registers.cr4 = row.before;
        registers.cr3 = 5;
        tlb.apply(tlb.planMovToCr4(registers, row.after));
        const auto holds = [&](unsigned page, Pcid pcid) {
            return tlb.lookup(VirtAddr(page * 0x1000ULL), pcid) != nullptr;
        };
        EXPECT_EQ(holds(1, Pcid{5}), row.own) << row.before << " to " << row.after;
        EXPECT_EQ(holds(2, Pcid{6}), row.other) << row.before << " to " << row.after;
        EXPECT_EQ(holds(3, Pcid{5}), row.global) << row.before << " to " << row.after;
        EXPECT_EQ(tlb.lookupStructure(VirtAddr(0x9000), Pcid{5}).has_value(), row.own);
        EXPECT_EQ(tlb.lookupStructure(VirtAddr(0x9000), Pcid{6}).has_value(), row.other);
    }
}

TEST(Tlb, ALargePageGivesWayToASmallOneAndComesBack) {
    Tlb tlb;
    const VirtAddr at(0x200000);
    tlb.apply(tlb.planFill(Pcid{}, leafAt(at, 2, 3, false, kFourLevels)));
    ASSERT_NE(tlb.lookup(at, Pcid{}), nullptr);
    EXPECT_EQ(tlb.lookup(at, Pcid{})->depth, 2);
    const TlbChange small = tlb.planFill(Pcid{}, leafAt(at, 1, 3, false, kFourLevels));
    tlb.apply(small);
    EXPECT_EQ(tlb.lookup(at, Pcid{})->depth, 1);
    EXPECT_EQ(tlb.lookup(at + Bytes(0x1000), Pcid{})->depth, 2);
    tlb.revert(small);
    EXPECT_EQ(tlb.lookup(at, Pcid{})->depth, 2);
    EXPECT_EQ(tlb.lookup(at + Bytes(0x200000), Pcid{}), nullptr);
}

TEST(Tlb, SettingsHaveLimits) {
    EXPECT_TRUE(TlbSettings{}.isValid());
    EXPECT_TRUE((TlbSettings{{0, 1}, {32768, 1}, {0, 1}, {0, 1}}.isValid()));
    EXPECT_FALSE((TlbSettings{{32768, 1}, {32768, 1}, {0, 1}, {0, 1}}.isValid()));
    EXPECT_FALSE((TlbSettings{{12, 4}, {0, 1}, {0, 1}, {0, 1}}.isValid())) << "three sets";
}

TEST(Tlb, AWalkThatFaultedFillsNothing) {
    WalkRecord record = leafAt(VirtAddr(0x1000), 1, 1, false, kFourLevels);
    record.reason = Reason::ReadOnly;
    EXPECT_TRUE(Tlb().planFill(Pcid{}, record).empty());
}

} // namespace

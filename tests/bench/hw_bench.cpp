// SPDX-License-Identifier: GPL-3.0-or-later
// The walk and the TLB against loops that do nothing but the work itself, on the same tables in the same run.
#include "hw/tlb.h"
#include "hw/translator.h"
#include "hw/walk.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace pfnscope;
using namespace pfnscope::hw;

namespace {

constexpr std::uint64_t kFirstTable = 0x4000;
constexpr VirtAddr kBase{0x7f0000000000};

Registers processRegisters() {
    Registers registers;
    registers.cr0 = Registers::kCr0Pg | Registers::kCr0Wp | Registers::kCr0Pe;
    registers.cr4 = Registers::kCr4Pae | Registers::kCr4Pge | Registers::kCr4Smep | Registers::kCr4Smap;
    registers.efer = Registers::kEferLme | Registers::kEferLma | Registers::kEferNxe;
    registers.cr3 = kFirstTable << kPageShift;
    return registers;
}

/// `size` bytes from kBase mapped by 4K pages with `leafFlags`, and the addresses to ask for.
struct Tables {
    static constexpr Word kUsed = 0x67; ///< P, R/W, U/S, A, D: no walk has to write
    static constexpr Word kNew = 0x07;

    Tables(std::uint64_t size, std::size_t hot, Word leafFlags = kUsed) {
        const std::uint64_t pages = size >> kPageShift;
        std::uint64_t next = kFirstTable + 1;
        Pfn last;
        for (std::uint64_t page = 0; page < pages; page += kWordsPerFrame) {
            last = Pfn(kFirstTable);
            for (const Level level : {Level::Pgd, Level::Pud, Level::Pmd})
                last = child(last, kFourLevels.index(kBase + Bytes(page << kPageShift), level), next);
            const auto words = memory.writable(last);
            for (unsigned i = 0; i < kWordsPerFrame; ++i)
                words[i] = ((0x10000000 + page + i) << kPageShift) | leafFlags;
        }
        std::mt19937_64 random(1);
        for (std::size_t i = 0; i < kAsked; ++i) {
            const std::uint64_t page = hot != 0 ? random() % hot : random() % pages;
            asked.push_back(kBase + Bytes(page << kPageShift) + Bytes(random() % 4096 & ~7ULL));
            leaves.push_back(leafPlace(asked.back()));
        }
    }
    Pfn child(Pfn table, unsigned index, std::uint64_t& next) {
        const auto words = memory.writable(table);
        if (words[index] == 0)
            words[index] = (next++ << kPageShift) | 0x67;
        return PhysAddr(words[index] & 0xffffffffff000).frame();
    }
    /// Where the leaf's entry lies, in words from physical address 0.
    std::uint64_t leafPlace(VirtAddr at) {
        Pfn table(kFirstTable);
        for (const Level level : {Level::Pgd, Level::Pud, Level::Pmd})
            table = PhysAddr(memory.read(table, kFourLevels.index(at, level)) & 0xffffffffff000).frame();
        return table.raw() * kWordsPerFrame + kFourLevels.index(at, Level::Pte);
    }
    Word* flat() { return memory.writable(Pfn(0)).data(); }

    static constexpr std::size_t kAsked = 1U << 16;
    PhysicalMemory memory;
    std::vector<VirtAddr> asked;
    std::vector<std::uint64_t> leaves; ///< by the index of `asked`
};

template <Word LeafFlags = Tables::kUsed> Tables& tablesFor(const benchmark::State& state) {
    static std::vector<std::unique_ptr<Tables>> made(3);
    const auto which = static_cast<std::size_t>(state.range(0));
    if (!made[which]) {
        constexpr std::uint64_t kSizes[] = {1ULL << 20, 1ULL << 30, 64ULL << 30};
        made[which] = std::make_unique<Tables>(kSizes[which], which == 0 ? 256 : 0, LeafFlags);
    }
    return *made[which];
}

void nameSize(benchmark::State& state) {
    constexpr const char* kNames[] = {"256 hot pages", "1 GiB", "64 GiB"};
    state.SetLabel(kNames[state.range(0)]);
    state.SetItemsProcessed(state.iterations());
}

/// The floor: four loads, presence, A and D, nothing else.
std::uint64_t bareWalk(const Word* memory, std::uint64_t table, std::uint64_t at) {
    for (unsigned shift = 39;; shift -= 9) {
        const Word entry = memory[(table << 9) + (at >> shift & 511)];
        if ((entry & 0x21) != 0x21)
            return 0;
        if (shift == 12)
            return (entry & 0x40) != 0 ? (entry & 0xffffffffff000) + (at & 0xfff) : 0;
        if ((entry & 0x80) != 0)
            return (entry & 0xffffffffff000) + (at & ((1ULL << shift) - 1));
        table = (entry & 0xffffffffff000) >> kPageShift;
    }
}

void BM_WalkReference(benchmark::State& state) {
    Tables& tables = tablesFor(state);
    const Word* const flat = tables.flat();
    std::size_t i = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(bareWalk(flat, kFirstTable, tables.asked[i++ % Tables::kAsked].raw()));
    nameSize(state);
}

template <AccessType Type> void BM_Walk(benchmark::State& state) {
    const Tables& tables = tablesFor(state);
    const Translator translator(tables.memory, processRegisters(), {}, kFourLevels);
    std::size_t i = 0;
    for (auto _ : state) {
        const Access access{tables.asked[i++ % Tables::kAsked], Type, Privilege::User, Bytes(8)};
        const Translated result = translator.translate(access);
        benchmark::DoNotOptimize(result.at);
    }
    nameSize(state);
}

void BM_WalkRecorded(benchmark::State& state) {
    const Tables& tables = tablesFor(state);
    const Registers registers = processRegisters();
    const CpuFeatures features;
    std::size_t i = 0;
    for (auto _ : state) {
        const Access access{tables.asked[i++ % Tables::kAsked], AccessType::Read, Privilege::User, Bytes(8)};
        const WalkRecord record = walk(tables.memory, registers, features, kFourLevels, access);
        benchmark::DoNotOptimize(record.translation.at);
    }
    nameSize(state);
}

/// The floor of a walk that finds A and D clear in the leaf and sets them.
std::uint64_t bareWalkThatSets(Word* memory, std::uint64_t table, std::uint64_t at) {
    for (unsigned shift = 39;; shift -= 9) {
        Word& entry = memory[(table << 9) + (at >> shift & 511)];
        if ((entry & 1) == 0)
            return 0;
        if (shift == 12 || (entry & 0x80) != 0) {
            if ((entry & 0x60) != 0x60)
                entry |= 0x60;
            return (entry & 0xffffffffff000) + (at & ((1ULL << shift) - 1));
        }
        if ((entry & 0x20) == 0)
            entry |= 0x20;
        table = (entry & 0xffffffffff000) >> kPageShift;
    }
}

/// Each walk meets a leaf that nobody has used: its flags are cleared again behind it, on both sides.
void BM_WalkSetsFlagsReference(benchmark::State& state) {
    Tables& tables = tablesFor<Tables::kNew>(state);
    Word* const flat = tables.flat();
    std::size_t i = 0;
    for (auto _ : state) {
        const std::size_t asked = i++ % Tables::kAsked;
        benchmark::DoNotOptimize(bareWalkThatSets(flat, kFirstTable, tables.asked[asked].raw()));
        flat[tables.leaves[asked]] &= ~Word{0x60};
    }
    nameSize(state);
}

void BM_WalkSetsFlags(benchmark::State& state) {
    Tables& tables = tablesFor<Tables::kNew>(state);
    Word* const flat = tables.flat();
    const Translator translator(tables.memory, processRegisters(), {}, kFourLevels);
    std::size_t i = 0;
    for (auto _ : state) {
        const std::size_t asked = i++ % Tables::kAsked;
        const Translated result =
            translator.translate({tables.asked[asked], AccessType::Write, Privilege::User, Bytes(8)});
        for (const EntryUpdate& update : result.updates())
            tables.memory.writable(update.at.frame())[update.at.offsetIn(kPageSize) / Bytes(sizeof(Word))] =
                update.after;
        benchmark::DoNotOptimize(result.at);
        flat[tables.leaves[asked]] &= ~Word{0x60};
    }
    nameSize(state);
}

BENCHMARK(BM_WalkReference)->DenseRange(0, 2);
BENCHMARK(BM_Walk<AccessType::Read>)->DenseRange(0, 2);
BENCHMARK(BM_Walk<AccessType::Write>)->DenseRange(0, 2);
BENCHMARK(BM_WalkSetsFlagsReference)->DenseRange(0, 2);
BENCHMARK(BM_WalkSetsFlags)->DenseRange(0, 2);
BENCHMARK(BM_WalkRecorded)->DenseRange(0, 2);

/// The floor of a TLB: 1536 entries, 12 ways, one compare a way.
class BareTlb {
public:
    std::uint64_t lookup(std::uint64_t at) const {
        const std::uint64_t number = at >> kPageShift;
        const std::uint64_t* const set = &tags_[(number & 127) * 12];
        for (unsigned way = 0; way < 12; ++way) {
            if (set[way] == number)
                return frames_[(number & 127) * 12 + way] | (at & 0xfff);
        }
        return 0;
    }
    void fill(std::uint64_t at, std::uint64_t frame) {
        const std::uint64_t number = at >> kPageShift;
        const std::uint64_t set = number & 127;
        const std::uint64_t slot = set * 12 + next_[set];
        next_[set] = static_cast<std::uint8_t>((next_[set] + 1) % 12);
        tags_[slot] = number;
        frames_[slot] = frame;
    }

private:
    std::vector<std::uint64_t> tags_ = std::vector<std::uint64_t>(1536);
    std::vector<std::uint64_t> frames_ = std::vector<std::uint64_t>(1536);
    std::vector<std::uint8_t> next_ = std::vector<std::uint8_t>(128);
};

/// Addresses in `pages` pages that follow each other, in random order.
std::vector<VirtAddr> addressesIn(std::uint64_t pages) {
    std::mt19937_64 random(2);
    std::vector<VirtAddr> asked;
    for (std::size_t i = 0; i < Tables::kAsked; ++i)
        asked.push_back(kBase + Bytes((random() % pages) << kPageShift) + Bytes(random() % 4096));
    return asked;
}

void BM_TlbHitReference(benchmark::State& state) {
    const auto pages = static_cast<std::uint64_t>(state.range(0));
    const auto asked = addressesIn(pages);
    BareTlb tlb;
    for (std::uint64_t page = 0; page < pages; ++page)
        tlb.fill(kBase.raw() + (page << kPageShift), page << kPageShift);
    std::size_t i = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(tlb.lookup(asked[i++ % Tables::kAsked].raw()));
    state.SetItemsProcessed(state.iterations());
}

Tlb filledTlb(const Tables& tables, std::uint64_t pages) {
    Tlb tlb;
    for (std::uint64_t page = 0; page < pages; ++page) {
        const Access access{kBase + Bytes(page << kPageShift), AccessType::Read, Privilege::User, Bytes(8)};
        tlb.apply(tlb.planFill(Pcid{}, walk(tables.memory, processRegisters(), {}, kFourLevels, access)));
    }
    return tlb;
}

void BM_TlbHit(benchmark::State& state) {
    const auto pages = static_cast<std::uint64_t>(state.range(0));
    const Tables tables(1ULL << 26, 0);
    const auto asked = addressesIn(pages);
    const Tlb tlb = filledTlb(tables, pages);
    std::size_t i = 0;
    for (auto _ : state) {
        const VirtAddr at = asked[i++ % Tables::kAsked];
        const TlbEntry* const entry = tlb.lookup(at, Pcid{});
        benchmark::DoNotOptimize(tlb.translated(*entry, at));
    }
    state.SetItemsProcessed(state.iterations());
}

/// 48 pages of 2M and nothing smaller.
void BM_TlbHitOfLargePages(benchmark::State& state) {
    constexpr std::uint64_t kPages = 48;
    PhysicalMemory memory;
    Pfn table(kFirstTable);
    for (const Level level : {Level::Pgd, Level::Pud}) {
        memory.writable(table)[kFourLevels.index(kBase, level)] = PhysAddr(table + 1).raw() | Tables::kUsed;
        table = table + 1;
    }
    Tlb tlb;
    for (std::uint64_t page = 0; page < kPages; ++page) {
        memory.writable(table)[page] = page << 21 | Tables::kUsed | 0x80;
        const Access access{kBase + Bytes(page << 21), AccessType::Read, Privilege::User, Bytes(8)};
        tlb.apply(tlb.planFill(Pcid{}, walk(memory, processRegisters(), {}, kFourLevels, access)));
    }
    const auto asked = addressesIn(kPages * kWordsPerFrame);
    std::size_t i = 0;
    for (auto _ : state) {
        const VirtAddr at = asked[i++ % Tables::kAsked];
        const TlbEntry* const entry = tlb.lookup(at, Pcid{});
        benchmark::DoNotOptimize(tlb.translated(*entry, at));
    }
    state.SetItemsProcessed(state.iterations());
}

/// Every look-up misses and is filled by a walk.
void BM_TlbMissReference(benchmark::State& state) {
    Tables tables(1ULL << 26, 0);
    const Word* const flat = tables.flat();
    BareTlb tlb;
    std::uint64_t page = 0;
    for (auto _ : state) {
        const std::uint64_t at = kBase.raw() + ((page++ % 16384) << kPageShift);
        if (tlb.lookup(at) == 0)
            tlb.fill(at, bareWalk(flat, kFirstTable, at));
    }
    state.SetItemsProcessed(state.iterations());
}

void BM_TlbMiss(benchmark::State& state) {
    const Tables tables(1ULL << 26, 0);
    const Registers registers = processRegisters();
    Tlb tlb;
    std::uint64_t page = 0;
    for (auto _ : state) {
        const Access access{kBase + Bytes((page++ % 16384) << kPageShift), AccessType::Read, Privilege::User,
                            Bytes(8)};
        if (tlb.lookup(access.at, Pcid{}) == nullptr)
            tlb.apply(tlb.planFill(Pcid{}, walk(tables.memory, registers, {}, kFourLevels, access)));
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(BM_TlbHitReference)->Arg(48)->Arg(1536);
BENCHMARK(BM_TlbHit)->Arg(48)->Arg(1536);
BENCHMARK(BM_TlbHitOfLargePages);
BENCHMARK(BM_TlbMissReference);
BENCHMARK(BM_TlbMiss);

} // namespace

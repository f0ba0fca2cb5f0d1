// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/translator.h"
#include "hw/walk.h"
#include "hw/x86_64.h"
#include "support/property.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace pfnscope;
using namespace pfnscope::hw;

namespace {

constexpr Word kXd = 1ULL << 63;

Registers longMode() {
    Registers registers;
    registers.cr0 = Registers::kCr0Pg | Registers::kCr0Pe | Registers::kCr0Wp;
    registers.cr4 = Registers::kCr4Pae | Registers::kCr4Pge;
    registers.efer = Registers::kEferLme | Registers::kEferLma | Registers::kEferNxe;
    registers.cr3 = 0x100000;
    return registers;
}

/// A row of the truth table of SDM 4.6.1, written down by hand. '-' in a column: it does not matter.
struct Row {
    const char* access; ///< "read", "write", "fetch"; user ("u") or supervisor ("s") in front
    char pageUser, pageWritable, pageXd; ///< '0', '1' or '-'
    char wp, smep, smap, ac, nxe;
    Reason reason;
};

// Read from the top: the first row that fits holds.
const Row kRows[] = {
    // supervisor reads
    {"s read", '0', '-', '-', '-', '-', '-', '-', '-', Reason::Allowed},
    {"s read", '1', '-', '-', '-', '-', '0', '-', '-', Reason::Allowed},
    {"s read", '1', '-', '-', '-', '-', '1', '1', '-', Reason::Allowed},
    {"s read", '1', '-', '-', '-', '-', '1', '0', '-', Reason::Smap},
    // supervisor writes
    {"s write", '0', '1', '-', '-', '-', '-', '-', '-', Reason::Allowed},
    {"s write", '0', '0', '-', '0', '-', '-', '-', '-', Reason::Allowed},
    {"s write", '0', '0', '-', '1', '-', '-', '-', '-', Reason::WriteProtect},
    {"s write", '1', '-', '-', '-', '-', '1', '0', '-', Reason::Smap},
    {"s write", '1', '1', '-', '-', '-', '-', '-', '-', Reason::Allowed},
    {"s write", '1', '0', '-', '0', '-', '-', '-', '-', Reason::Allowed},
    {"s write", '1', '0', '-', '1', '-', '-', '-', '-', Reason::WriteProtect},
    // supervisor fetches
    {"s fetch", '1', '-', '-', '-', '1', '-', '-', '-', Reason::Smep},
    {"s fetch", '-', '-', '0', '-', '-', '-', '-', '-', Reason::Allowed},
    {"s fetch", '-', '-', '1', '-', '-', '-', '-', '0', Reason::ReservedBit},
    {"s fetch", '-', '-', '1', '-', '-', '-', '-', '1', Reason::ExecuteDisable},
    // user reads, writes, fetches
    {"u read", '1', '-', '-', '-', '-', '-', '-', '-', Reason::Allowed},
    {"u read", '0', '-', '-', '-', '-', '-', '-', '-', Reason::SupervisorPage},
    {"u write", '1', '1', '-', '-', '-', '-', '-', '-', Reason::Allowed},
    {"u write", '1', '0', '-', '-', '-', '-', '-', '-', Reason::ReadOnly},
    {"u write", '0', '-', '-', '-', '-', '-', '-', '-', Reason::SupervisorPage},
    {"u fetch", '1', '-', '0', '-', '-', '-', '-', '-', Reason::Allowed},
    {"u fetch", '1', '-', '1', '-', '-', '-', '-', '1', Reason::ExecuteDisable},
    {"u fetch", '0', '-', '-', '-', '-', '-', '-', '-', Reason::SupervisorPage},
};

bool fits(char column, bool value) {
    return column == '-' || (column == '1') == value;
}

struct Situation {
    std::string access;
    bool pageUser, pageWritable, pageXd, wp, smep, smap, ac, nxe;

    explicit Situation(const char* a, unsigned bits)
        : access(a), pageUser(bits & 1), pageWritable(bits & 2), pageXd(bits & 4), wp(bits & 8),
          smep(bits & 16), smap(bits & 32), ac(bits & 64), nxe(bits & 128) {}
    Reason byTable() const {
        if (pageXd && !nxe)
            return Reason::ReservedBit;
        for (const Row& row : kRows) {
            if (access == row.access && fits(row.pageUser, pageUser) &&
                fits(row.pageWritable, pageWritable) && fits(row.pageXd, pageXd) && fits(row.wp, wp) &&
                fits(row.smep, smep) && fits(row.smap, smap) && fits(row.ac, ac) && fits(row.nxe, nxe))
                return row.reason;
        }
        ADD_FAILURE() << "no row for " << access;
        return Reason::Allowed;
    }
    Registers registers() const {
        Registers registers = longMode();
        registers.cr0 = (registers.cr0 & ~Registers::kCr0Wp) | (wp ? Registers::kCr0Wp : 0);
        registers.cr4 |= (smep ? Registers::kCr4Smep : 0) | (smap ? Registers::kCr4Smap : 0);
        registers.efer = (registers.efer & ~Registers::kEferNxe) | (nxe ? Registers::kEferNxe : 0);
        registers.rflags |= ac ? Registers::kRflagsAc : 0;
        return registers;
    }
    Access asked(VirtAddr at) const {
        const AccessType type = access.ends_with("write")   ? AccessType::Write
                                : access.ends_with("fetch") ? AccessType::Fetch
                                                            : AccessType::Read;
        return {at, type, access[0] == 'u' ? Privilege::User : Privilege::Supervisor, Bytes(8)};
    }
    std::uint32_t errorCode(Reason reason) const {
        return 1U | (access.ends_with("write") ? 2U : 0U) | (access[0] == 'u' ? 4U : 0U) |
               (reason == Reason::ReservedBit ? 8U : 0U) |
               (access.ends_with("fetch") && (smep || nxe) ? 16U : 0U);
    }
};

/// Tables for one 4 KiB page, 0x100 (PML4) to 0x103 (PT), where only the entry at `narrowDepth` has fewer
/// rights.
PhysicalMemory tablesWith(Word narrow, unsigned narrowDepth, VirtAddr at) {
    PhysicalMemory memory;
    for (unsigned depth = 4; depth >= 1; --depth) {
        const unsigned index = kFourLevels.index(at, kFourLevels.levelAt(depth));
        const Word rights = depth == narrowDepth ? narrow : Word{6};
        memory.writable(Pfn(0x104 - depth))[index] = ((0x105ULL - depth) << 12) | 1 | rights;
    }
    return memory;
}

TEST(Permission, TruthTableRowByRowAtEveryLevel) {
    constexpr VirtAddr kAt{0x123456789000};
    for (const char* access : {"s read", "s write", "s fetch", "u read", "u write", "u fetch"}) {
        for (unsigned bits = 0; bits < 256; ++bits) {
            const Situation situation(access, bits);
            const Reason expected = situation.byTable();
            for (unsigned depth = 1; depth <= 4; ++depth) {
                const Word narrow = (situation.pageWritable ? 2U : 0U) | (situation.pageUser ? 4U : 0U) |
                                    (situation.pageXd ? kXd : 0);
                const PhysicalMemory memory = tablesWith(narrow, depth, kAt);
                const WalkRecord record =
                    walk(memory, situation.registers(), {}, kFourLevels, situation.asked(kAt));
                ASSERT_EQ(record.reason, expected) << access << " bits " << bits << " depth " << depth;
                if (expected != Reason::Allowed) {
                    ASSERT_EQ(record.fault, (Fault{14, situation.errorCode(expected), kAt}))
                        << access << " bits " << bits;
                }
            }
        }
    }
}

/// SDM 4.6.2 as a list: which writes and reads a key's AD and WD forbid.
TEST(Permission, ProtectionKeys) {
    for (unsigned bits = 0; bits < 512; ++bits) {
        const bool pageUser = bits & 1, user = bits & 2, write = bits & 4, wp = bits & 8;
        const bool pke = bits & 16, pks = bits & 32, ad = bits & 64, wd = bits & 128, fetch = bits & 256;
        Registers registers = longMode();
        registers.cr0 = wp ? Registers::kCr0Wp : 0;
        registers.cr4 |= (pke ? Registers::kCr4Pke : 0) | (pks ? Registers::kCr4Pks : 0);
        const unsigned key = 5;
        const std::uint32_t rights = ((ad ? 1U : 0U) | (wd ? 2U : 0U)) << (2 * key);
        (pageUser ? registers.pkru : registers.pkrs) = rights;
        (pageUser ? registers.pkrs : registers.pkru) = ~0U; // must not be asked
        const Access access{{},
                            fetch   ? AccessType::Fetch
                            : write ? AccessType::Write
                                    : AccessType::Read,
                            user ? Privilege::User : Privilege::Supervisor,
                            Bytes(8)};
        bool denied = false;
        if (!fetch && (pageUser ? pke : pks)) {
            denied |= ad;
            denied |= wd && write && user;
            denied |= wd && write && !user && wp;
        }
        EXPECT_EQ(keyDenies(registers, {true, pageUser, false}, key, access), denied) << bits;
        const Permission permission = judge(registers, {true, pageUser, false}, key, access);
        EXPECT_EQ(permission.keyDenies, denied);
        if (user && !pageUser)
            EXPECT_EQ(permission.reason, Reason::SupervisorPage); // PK is told beside it
        else
            EXPECT_EQ(permission.reason, denied ? Reason::ProtectionKey : Reason::Allowed);
    }
}

TEST(Walk, EachReservedBitFaultsAtItsLevel) {
    constexpr VirtAddr kAt{0x7fffc0201000};
    for (unsigned depth = 1; depth <= 4; ++depth) {
        for (unsigned bit = 1; bit < 64; ++bit) {
            PhysicalMemory memory = tablesWith(6, 0, kAt);
            const unsigned index = kFourLevels.index(kAt, kFourLevels.levelAt(depth));
            Word& entry = memory.writable(Pfn(0x104 - depth))[index];
            entry |= 1ULL << bit;
            CpuFeatures features;
            features.maxphyaddr = 40;
            const WalkRecord record = walk(memory, longMode(), features, kFourLevels,
                                           {kAt, AccessType::Read, Privilege::User, Bytes(8)});
            const bool above = bit >= 40 && bit <= 51;
            const bool ps = bit == 7 && depth == 4;
            // PS of a PDPTE or PDE makes a page of it, whose address has the low bits of the table's: not
            // aligned.
            const bool unaligned = bit == 7 && (depth == 2 || depth == 3);
            EXPECT_EQ(record.reason == Reason::ReservedBit, above || ps || unaligned) << depth << ' ' << bit;
            if (record.reason == Reason::ReservedBit) {
                EXPECT_EQ(kFourLevels.depth(record.stoppedAt), depth);
                EXPECT_EQ(record.fault.errorCode, 0xdU);
                EXPECT_EQ(record.updates().size(), 4 - depth);
            }
        }
    }
}

TEST(Walk, ATableThatMapsItselfSeesItsOwnFlags) {
    PhysicalMemory memory;
    memory.writable(Pfn(0x100))[510] = 0x100007;
    const VirtAddr self(0xffff000000000000 | 510ULL << 39 | 510ULL << 30 | 510ULL << 21 | 510ULL << 12);
    const WalkRecord record =
        walk(memory, longMode(), {}, kFourLevels, {self, AccessType::Write, Privilege::User, Bytes(8)});
    ASSERT_TRUE(record.ok());
    ASSERT_EQ(record.updates().size(), 2U);
    EXPECT_EQ(record.updates()[0], (EntryUpdate{PhysAddr(0x100ff0), 0x100007, 0x100027, Level::Pgd}));
    EXPECT_EQ(record.updates()[1], (EntryUpdate{PhysAddr(0x100ff0), 0x100027, 0x100067, Level::Pte}));
}

TEST(Walk, NonCanonicalAddressesReadNoTable) {
    for (const std::uint64_t at : {0x0000800000000000ULL, 0xffff7fffffffffffULL, 0x8000000000000000ULL}) {
        const WalkRecord record = walk({}, longMode(), {}, kFourLevels, {VirtAddr(at), AccessType::Read});
        EXPECT_EQ(record.reason, Reason::NonCanonical);
        EXPECT_EQ(record.fault.vector, 13U);
        EXPECT_TRUE(record.levels().empty());
    }
    EXPECT_EQ(walk({}, longMode(), {}, kFiveLevels, {VirtAddr(0x0000800000000000), AccessType::Read}).reason,
              Reason::NotPresent);
    EXPECT_TRUE(canonicalFault(kFourLevels, {VirtAddr(0x7ffffffffffc), AccessType::Read}).has_value());
    EXPECT_FALSE(canonicalFault(kFourLevels, {VirtAddr(0x7ffffffffff8), AccessType::Read}).has_value());
    EXPECT_FALSE(canonicalFault(kFourLevels, {VirtAddr(0x7ffffffffffc), AccessType::Fetch}).has_value());
}

TEST(Walk, MemoryTypeComesFromThePatOfTheLeaf) {
    Registers registers = longMode();
    registers.pat = 0x0407050600070106ULL; // Linux's
    constexpr MemoryType kLinux[] = {MemoryType::WB, MemoryType::WC, MemoryType::UCMinus, MemoryType::UC,
                                     MemoryType::WB, MemoryType::WP, MemoryType::UCMinus, MemoryType::WT};
    for (unsigned pat = 0; pat < 8; ++pat) {
        PhysicalMemory memory = tablesWith(6, 0, VirtAddr(0x1000));
        const Word bits = (pat & 3) << 3;
        memory.writable(Pfn(0x103))[1] |= bits | (pat & 4 ? 0x80 : 0);
        memory.writable(Pfn(0x102))[1] = 0x200087 | bits | (pat & 4 ? 0x1000 : 0);
        EXPECT_EQ(walk(memory, registers, {}, kFourLevels, {VirtAddr(0x1000)}).translation.memoryType,
                  kLinux[pat]);
        const WalkRecord huge = walk(memory, registers, {}, kFourLevels, {VirtAddr(0x200000)});
        EXPECT_EQ(huge.translation.memoryType, kLinux[pat]);
        EXPECT_EQ(huge.translation.at, PhysAddr(0x200000));
    }
}

/// Random tables in few frames, so that paths meet; random registers; the two walks have to agree in
/// everything.
class RandomTables {
public:
    explicit RandomTables(std::uint64_t seed) : random_(seed) {
        for (std::uint64_t frame = 0; frame < 12; ++frame)
            for (unsigned index = 0; index < 8; ++index)
                memory.writable(Pfn(0x100 + frame))[index * 64 % 512 + index / 2] = entry();
    }
    Word entry() {
        Word value = (0x100 + random_() % 12) << 12 | 7 | (random_() & 0x1e0);
        if (random_() % 4 == 0)
            value ^= 1ULL << random_() % 8;
        if (random_() % 6 == 0)
            value &= ~0x1ff000ULL;
        if (random_() % 16 == 0)
            value |= 1ULL << random_() % 64;
        return value;
    }
    Registers registers() {
        Registers registers = longMode();
        registers.cr0 ^= random_() & Registers::kCr0Wp;
        registers.cr4 ^= random_() & (Registers::kCr4Pge | Registers::kCr4Smep | Registers::kCr4Smap);
        if (random_() % 4 == 0)
            registers.cr4 |= random_() & (Registers::kCr4Pke | Registers::kCr4Pks);
        registers.efer ^= random_() % 4 == 0 ? Registers::kEferNxe : 0;
        registers.rflags ^= random_() & Registers::kRflagsAc;
        registers.pkru = static_cast<std::uint32_t>(random_());
        registers.pkrs = static_cast<std::uint32_t>(random_());
        return registers;
    }
    Access access(const Geometry& geometry) {
        std::uint64_t at = random_() % 4096;
        for (unsigned depth = 1; depth <= geometry.levels; ++depth) {
            const std::uint64_t index = random_() % 8;
            at |= (index * 64 % 512 + index / 2) << geometry.shift(geometry.levelAt(depth));
        }
        at = static_cast<std::uint64_t>(static_cast<std::int64_t>(at << (64 - geometry.addressBits())) >>
                                        (64 - geometry.addressBits()));
        if (random_() % 32 == 0)
            at ^= 1ULL << 62;
        return {VirtAddr(at), static_cast<AccessType>(random_() % 4), static_cast<Privilege>(random_() % 2),
                Bytes(8)};
    }
    PhysicalMemory memory;

private:
    std::mt19937_64 random_;
};

TEST(Translator, AgreesWithTheRecordedWalk) {
    std::map<Reason, unsigned> seen;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        RandomTables tables(seed);
        CpuFeatures features;
        features.maxphyaddr = static_cast<std::uint8_t>(36 + seed % 17);
        features.page1gb = seed % 3 != 0;
        features.nx = seed % 7 != 0;
        const Geometry geometry = seed % 2 == 0 ? kFourLevels : kFiveLevels;
        const Registers registers = tables.registers();
        const Translator translator(tables.memory, registers, features, geometry);
        for (unsigned i = 0; i < 300; ++i) {
            const Access access = tables.access(geometry);
            const WalkRecord record = walk(tables.memory, registers, features, geometry, access);
            const Translated translated = translator.translate(access);
            ++seen[record.reason];
            ASSERT_EQ(translated.reason, record.reason);
            ASSERT_TRUE(std::ranges::equal(translated.updates(), record.updates()));
            if (!record.ok()) {
                ASSERT_EQ(translated.fault, record.fault);
                continue;
            }
            ASSERT_EQ(translated.at, record.translation.at);
            ASSERT_EQ(geometry.levelAt(translated.depth), record.translation.leaf);
            ASSERT_EQ(translated.leaf & x86_64::kD, record.translation.dirty ? x86_64::kD : 0);
        }
    }
    EXPECT_EQ(seen.size(), 11U) << "every reason has to occur";
}

TEST(Translator, TablesMayLieAnywhere) {
    for (const unsigned high : {4U, 3U, 2U, 1U}) { // the depth whose table lies above 4 GiB
        PhysicalMemory memory;
        const auto table = [&](unsigned depth) { return Pfn((depth == high ? 0x12345000 : 0x100) + depth); };
        for (unsigned depth = 4; depth > 1; --depth)
            memory.writable(table(depth))[0] = PhysAddr(table(depth - 1)).raw() | 7;
        memory.writable(table(1))[0] = 0x7654321007;
        Registers registers = longMode();
        registers.cr3 = PhysAddr(table(4)).raw();
        const Access access{VirtAddr(0x18), AccessType::Write, Privilege::User, Bytes(8)};
        const WalkRecord record = walk(memory, registers, {}, kFourLevels, access);
        const Translated translated = Translator(memory, registers, {}, kFourLevels).translate(access);
        EXPECT_EQ(translated.at, PhysAddr(0x7654321018));
        EXPECT_TRUE(std::ranges::equal(translated.updates(), record.updates())) << high;
        EXPECT_EQ(translated.updates().size(), 4U);
    }
    EXPECT_EQ(Translator(PhysicalMemory(), longMode(), {}, kFourLevels).translate({}).reason,
              Reason::NotPresent);
}

TEST(Walk, SmallGeometriesUseTheSameCode) {
    const Geometry small{3, 2};
    Registers registers = longMode();
    PhysicalMemory memory;
    memory.writable(Pfn(0x100))[3] = 0x101007;
    memory.writable(Pfn(0x101))[2] = 0x0000004000e7; // a leaf of four pages
    memory.writable(Pfn(0x101))[1] = 0x102007;
    memory.writable(Pfn(0x102))[3] = 0x55067;
    const VirtAddr leaf((~0ULL << 18) | 3ULL << 16 | 2ULL << 14 | 1ULL << 12);
    const WalkRecord huge = walk(memory, registers, {}, small, {leaf});
    ASSERT_TRUE(huge.ok());
    EXPECT_EQ(huge.translation.at, PhysAddr(0x401000));
    EXPECT_EQ(huge.translation.pageSize, Bytes(0x4000));
    const VirtAddr page((~0ULL << 18) | 3ULL << 16 | 1ULL << 14 | 3ULL << 12);
    EXPECT_EQ(walk(memory, registers, {}, small, {page}).translation.at, PhysAddr(0x55000));
    EXPECT_EQ(Translator(memory, registers, {}, small).translate({page}).at, PhysAddr(0x55000));
}

} // namespace

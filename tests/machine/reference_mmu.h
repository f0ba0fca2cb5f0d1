// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

/// The MMU once more, read off the manual (volume 3, chapter 4) sentence by sentence: bit by bit and level by
/// level, on a plain map of words, with none of the project's types and none of its tables. It is slow and
/// meant to be compared with.
namespace pfnscope::reference {

using u64 = std::uint64_t;

inline bool bit(u64 value, unsigned number) {
    return (value >> number & 1) != 0;
}

struct Mmu {
    unsigned levels = 4, maxphyaddr = 40;
    bool page1gb = true, nx = true;
    u64 cr0 = 0, cr3 = 0, cr4 = 0, efer = 0, rflags = 0, pat = 0;
    std::uint32_t pkru = 0, pkrs = 0;
    std::map<u64, u64> memory; ///< by the physical address of the word; what is not there is 0

    bool wp() const { return bit(cr0, 16); }
    bool smep() const { return bit(cr4, 20); }
    bool smap() const { return bit(cr4, 21); }
    bool nxe() const { return bit(efer, 11) && nx; }
};

struct Request {
    u64 at = 0, size = 8;
    bool write = false, fetch = false, user = false;
};

struct Page {
    bool ok = false;
    u64 at = 0, size = 0; ///< ok: of the first byte; of the leaf's page
    unsigned vector = 0, error = 0;
    u64 cr2 = 0;
    std::string why; ///< "np3", "rsvd1", "us", "smep", "smap", "rw", "wp", "xd", "pk", "canonical"
    unsigned patIndex = 0, memoryType = 0, key = 0;
    bool global = false, dirty = false;
    std::set<u64> used; ///< addresses of entries whose A flag the walk may set
    std::map<u64, u64> after;
};

/// 4.5.4 and volume 1, 3.3.7.1: bits 63 to 47 (56) are all the same.
inline bool isCanonical(const Mmu& mmu, u64 at) {
    const unsigned top = mmu.levels == 5 ? 56 : 47;
    for (unsigned i = top; i < 64; ++i)
        if (bit(at, i) != bit(at, top))
            return false;
    return true;
}

/// Tables 4-14 to 4-20: is this bit of a present entry at this level (1: PTE) reserved?
inline bool isReserved(const Mmu& mmu, u64 entry, unsigned level, unsigned number) {
    if (number == 63)
        return !mmu.nxe();
    if (number >= 52)
        return false;
    if (number >= mmu.maxphyaddr)
        return true;
    if (number == 7)
        return level >= 4 || (level == 3 && !mmu.page1gb);
    const bool mapsLargePage = bit(entry, 7) && (level == 2 || level == 3);
    const unsigned pageBits = level == 3 ? 30 : 21;
    return mapsLargePage && number >= 13 && number < pageBits;
}

/// 4.6.2. "User-mode address" and "supervisor-mode address" as in 4.6.
inline bool keyForbids(const Mmu& mmu, const Request& request, bool userAddress, unsigned key) {
    if (request.fetch)
        return false;
    if (userAddress && bit(mmu.cr4, 22)) {
        if (bit(mmu.pkru, 2 * key))
            return true;
        if (bit(mmu.pkru, 2 * key + 1) && request.write)
            return request.user || mmu.wp();
    }
    if (!userAddress && bit(mmu.cr4, 24)) {
        if (bit(mmu.pkrs, 2 * key))
            return true;
        if (bit(mmu.pkrs, 2 * key + 1) && request.write)
            return request.user || mmu.wp();
    }
    return false;
}

/// 4.6.1, one bullet after the other; empty: permitted.
inline std::string whyForbidden(const Mmu& mmu, const Request& request, bool userAddress, bool writable,
                                bool executable) {
    const bool smapForbids = mmu.smap() && !bit(mmu.rflags, 18);
    if (!request.user && !request.fetch && !request.write) // data may be read ... supervisor mode
        return userAddress && smapForbids ? "smap" : "";
    if (!request.user && request.write) {
        if (userAddress && smapForbids)
            return "smap";
        return mmu.wp() && !writable ? "wp" : "";
    }
    if (!request.user) {
        if (userAddress && mmu.smep())
            return "smep";
        return mmu.nxe() && !executable ? "xd" : "";
    }
    if (!userAddress)
        return "us";
    if (request.write)
        return writable ? "" : "rw";
    return request.fetch && mmu.nxe() && !executable ? "xd" : "";
}

/// 4.7, without P, RSVD and PK.
inline unsigned errorOf(const Mmu& mmu, const Request& request) {
    unsigned error = 0;
    if (request.write)
        error |= 1U << 1;
    if (request.user)
        error |= 1U << 2;
    if (request.fetch && (mmu.smep() || mmu.nxe()))
        error |= 1U << 4;
    return error;
}

/// One page's part of an access. On success the flags are in `mmu.memory`.
inline Page translate(Mmu& mmu, const Request& request) {
    Page page;
    std::map<u64, u64> memory = mmu.memory;
    u64 table = mmu.cr3 & ((1ULL << mmu.maxphyaddr) - 1) & ~0xfffULL;
    bool userAddress = true, writable = true, executable = true;
    page.vector = 14;
    page.cr2 = request.at;
    for (unsigned level = mmu.levels;; --level) {
        const unsigned shift = 12 + 9 * (level - 1);
        const u64 place = table + 8 * (request.at / (1ULL << shift) % 512);
        const u64 entry = memory.contains(place) ? memory[place] : 0;
        if (!bit(entry, 0)) {
            page.error = errorOf(mmu, request);
            page.why = "np" + std::to_string(level);
            return page;
        }
        for (unsigned i = 0; i < 64; ++i) {
            if (bit(entry, i) && isReserved(mmu, entry, level, i)) {
                page.error = errorOf(mmu, request) | 1 | 8;
                page.why = "rsvd" + std::to_string(level);
                return page;
            }
        }
        writable = writable && bit(entry, 1);
        userAddress = userAddress && bit(entry, 2);
        executable = executable && !bit(entry, 63);
        const bool leaf = level == 1 || (level <= 3 && bit(entry, 7));
        if (!leaf) {
            page.used.insert(place);
            memory[place] = entry | 1ULL << 5;
            table = entry & 0x000ffffffffff000ULL;
            continue;
        }
        page.key = static_cast<unsigned>(entry >> 59 & 15);
        const bool byKey = keyForbids(mmu, request, userAddress, page.key);
        page.why = whyForbidden(mmu, request, userAddress, writable, executable);
        if (page.why.empty() && byKey)
            page.why = "pk";
        if (!page.why.empty()) {
            page.used.insert(place);
            page.error = errorOf(mmu, request) | 1 | (byKey ? 32U : 0U);
            return page;
        }
        page.ok = true;
        page.size = 1ULL << shift;
        const u64 offset = request.at % page.size;
        page.at = (entry & 0x000ffffffffff000ULL) / page.size * page.size + offset;
        page.patIndex = (bit(entry, level == 1 ? 7 : 12) ? 4U : 0U) + (bit(entry, 4) ? 2U : 0U) +
                        (bit(entry, 3) ? 1U : 0U);
        page.memoryType = static_cast<unsigned>(mmu.pat >> (8 * page.patIndex) & 7);
        page.global = bit(entry, 8) && bit(mmu.cr4, 7);
        memory[place] = entry | 1ULL << 5 | (request.write ? 1ULL << 6 : 0);
        page.dirty = bit(memory[place], 6);
        mmu.memory = memory;
        return page;
    }
}

} // namespace pfnscope::reference

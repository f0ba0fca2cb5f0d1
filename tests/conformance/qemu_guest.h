// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/access.h"
#include "hw/registers.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Programs for the bare-metal guest of guest/, and QEMU to run them on.
namespace pfnscope::conformance {

inline constexpr Pfn kFirstTable{0x1000};   ///< 16 MiB: frames for the tables under test
inline constexpr PhysAddr kPool{0x2000000}; ///< 32 MiB: what accesses may reach
inline constexpr Bytes kPoolSize{8ULL << 20};
/// TCG's, whatever the CPU model says.
inline constexpr std::uint8_t kMaxphyaddr = 40;

/// Every 16 bytes of the pool tell where they are, as data and as code ("mov eax, address; ud2").
Word poolWord(PhysAddr at);
/// What a read or a fetch that came back with `word` reached.
PhysAddr poolAddress(Word word);

/// What the guest saw of one access.
struct GuestAccess {
    std::uint32_t vector = 0; ///< 6: it went through
    std::uint32_t errorCode = 0;
    VirtAddr cr2;
    Word rax = 0;
    Word rsi = 0;
    bool ok() const { return vector == 6; }
};

class GuestProgram {
public:
    static constexpr Word kBootTop = 0x205000; ///< for movToCr3(): tables that map nothing but the guest

    void write(PhysAddr at, Word value);
    void setRegisters(const hw::Registers& registers); ///< also drops all that is cached
    void access(const hw::Access& access, const hw::Registers& registers, Word stored);
    void read(PhysAddr at);
    void invlpg(VirtAddr at);
    void movToCr3(Word value);
    /// Reads `count` times one of `pages` pages from `at`, in the order of guest/layout.h.
    void touch(VirtAddr at, std::uint64_t pages, std::uint64_t count);
    const std::vector<Word>& words() const { return words_; }

private:
    std::vector<Word> words_;
};

/// The results in the order of the program.
class GuestResults {
public:
    explicit GuestResults(std::vector<Word> words) : words_(std::move(words)) {}
    GuestAccess nextAccess();
    Word nextWord() { return words_.at(next_++); }

private:
    std::vector<Word> words_;
    std::size_t next_ = 0;
};

/// What slot 0 of every top table has to hold for the guest to go on running.
Word guestEntry(unsigned levels);

bool haveQemu();
/// Empty, with `why` set, if the guest did not come to its end.
std::optional<GuestResults> runGuest(const GuestProgram& program, unsigned levels, std::size_t resultWords,
                                     std::string& why);

} // namespace pfnscope::conformance

// SPDX-License-Identifier: GPL-3.0-or-later
// How many translations a second a guest's loop makes in QEMU's TCG when it misses TCG's TLB, and our walk on
// the same tables in the same order. A measurement, not a test.
#include "conformance/guest/layout.h"
#include "conformance/qemu_guest.h"
#include "hw/translator.h"

#include <fmt/format.h>

#include <sys/resource.h>

using namespace pfnscope;
using namespace pfnscope::conformance;

namespace {

constexpr std::uint64_t kPages = 1U << 18; ///< 1 GiB of 4 KiB pages, all of them somewhere in the pool
constexpr std::uint64_t kCount = 16'000'000;
constexpr VirtAddr kBase{1ULL << 39};

hw::Registers registers() {
    using R = hw::Registers;
    hw::Registers registers;
    registers.cr0 = R::kCr0Pg | R::kCr0Pe | R::kCr0Et | R::kCr0Wp;
    registers.cr3 = PhysAddr(kFirstTable).raw();
    registers.cr4 = R::kCr4Pae;
    registers.efer = R::kEferLme | R::kEferLma | R::kEferNxe;
    return registers;
}

/// Writes the tables: write(physical address, entry).
template <class Write> void layTables(Write write) {
    constexpr Word kUsed = 0x63; // P, R/W, A, D
    const auto table = [](std::uint64_t number) { return PhysAddr(kFirstTable + number); };
    write(table(0), guestEntry(4));
    write(table(0) + Bytes(8), table(1).raw() | kUsed);
    write(table(1), table(2).raw() | kUsed);
    for (std::uint64_t i = 0; i < kPages; ++i) {
        const std::uint64_t leaves = i / kWordsPerFrame;
        if (i % kWordsPerFrame == 0)
            write(table(2) + Bytes(leaves * 8), table(3 + leaves).raw() | kUsed);
        const PhysAddr page = kPool + Bytes(i * kPageSize.raw() % kPoolSize.raw());
        write(table(3 + leaves) + Bytes(i % kWordsPerFrame * 8), page.raw() | kUsed);
    }
}

double cpuSeconds(int who) {
    rusage usage{};
    ::getrusage(who, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// CPU time: of this process, or of the programs it started and waited for. Other work does not count.
template <class Work> double secondsOf(int who, Work work) {
    const double start = cpuSeconds(who);
    work();
    return cpuSeconds(who) - start;
}

/// Of the whole guest, from its start; negative: it failed.
double secondsOfGuest(std::uint64_t count) {
    GuestProgram program;
    program.movToCr3(GuestProgram::kBootTop);
    layTables([&](PhysAddr at, Word value) { program.write(at, value); });
    program.setRegisters(registers());
    program.touch(kBase, kPages, count);
    std::string why;
    bool done = false;
    const double seconds =
        secondsOf(RUSAGE_CHILDREN, [&] { done = runGuest(program, 4, 0, why).has_value(); });
    if (!done)
        fmt::print("{}\n", why);
    return done ? seconds : -1;
}

double secondsOfOurs() {
    hw::PhysicalMemory memory;
    layTables([&](PhysAddr at, Word value) {
        memory.writable(at.frame())[at.offsetIn(kPageSize) / Bytes(sizeof(Word))] = value;
    });
    const hw::Translator translator(memory, registers(), {}, hw::kFourLevels);
    std::uint64_t sum = 0;
    const double seconds = secondsOf(RUSAGE_SELF, [&] {
        std::uint64_t random = GUEST_FIRST_RANDOM;
        for (std::uint64_t i = 0; i < kCount; ++i) {
            random = GUEST_NEXT_RANDOM(random);
            const VirtAddr at = kBase + Bytes(GUEST_RANDOM_PAGE(random, kPages) * kPageSize.raw());
            const hw::Access access{at, hw::AccessType::Read, hw::Privilege::Supervisor, Bytes(8)};
            sum += translator.translate(access).at.raw();
        }
    });
    return sum != 0 ? seconds : -1;
}

} // namespace

int main() {
    if (!haveQemu()) {
        fmt::print("qemu-system-x86_64 is not installed\n");
        return 1;
    }
    const double idle = secondsOfGuest(0);
    const double busy = secondsOfGuest(kCount);
    const double ours = secondsOfOurs();
    if (idle < 0 || busy <= idle)
        return 1;
    const double millions = static_cast<double>(kCount) / 1e6;
    fmt::print("million translations a second over 1 GiB: a loop in TCG {:.1f}, the walk {:.1f}: {:.0f} "
               "times as many\n",
               millions / (busy - idle), millions / ours, (busy - idle) / ours);
    return 0;
}

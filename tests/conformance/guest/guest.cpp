// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the operations of layout.h one after the other on the bare CPU. Freestanding.
#include "layout.h"

using u8 = unsigned char;
using u32 = unsigned int;
using u64 = unsigned long;

extern "C" {
extern volatile u64 seenVector, seenError, seenCr2, seenRax, seenRsi;
void accessMemory(u64 va, u64 stub, u64 cpl, u64 rflags, u64 value);
void exception6();
void exception13();
void exception14();
void guestMain();
}

namespace {

struct Gate {
    u64 low, high;
};
Gate idt[256];

void setGate(unsigned vector, void (*handler)()) {
    const u64 at = reinterpret_cast<u64>(handler);
    idt[vector].low =
        (at & 0xffff) | (0x08UL << 16) | (1UL << 32) | (0x8eUL << 40) | ((at >> 16 & 0xffff) << 48);
    idt[vector].high = at >> 32;
}

void writeMsr(u32 msr, u64 value) {
    asm volatile("wrmsr" ::"c"(msr), "a"(static_cast<u32>(value)), "d"(static_cast<u32>(value >> 32)));
}

void leave(u8 code) {
    asm volatile("outb %0, $0xf4" ::"a"(code));
}

/// PGE is cleared on the way: or else global translations survive the load of CR3.
void loadRegisters(const u64* r) {
    constexpr u64 kPge = 1UL << 7;
    constexpr u64 kPke = 1UL << 22;
    constexpr u64 kPks = 1UL << 24;
    asm volatile("mov %0, %%cr4" ::"r"((r[2] | kPge) & ~(kPke | kPks)) : "memory");
    asm volatile("mov %0, %%cr4" ::"r"(r[2] & ~(kPge | kPke | kPks)) : "memory");
    writeMsr(0xc0000080, r[3]);
    asm volatile("mov %0, %%cr0" ::"r"(r[0]) : "memory");
    asm volatile("mov %0, %%cr3" ::"r"(r[1]) : "memory");
    asm volatile("mov %0, %%cr4" ::"r"(r[2]) : "memory");
    if (r[2] & kPke)
        asm volatile("wrpkru" ::"a"(static_cast<u32>(r[4])), "c"(0), "d"(0));
    if (r[2] & kPks)
        writeMsr(0x6e1, r[5]);
}

void touch(u64 va, u64 pages, u64 count) {
    u64 random = GUEST_FIRST_RANDOM;
    for (u64 i = 0; i < count; ++i) {
        random = GUEST_NEXT_RANDOM(random);
        (void)*reinterpret_cast<volatile u64*>(va + GUEST_RANDOM_PAGE(random, pages) * 4096);
    }
}

} // namespace

void guestMain() {
    struct {
        u8 bytes[10];
    } idtr;
    setGate(6, exception6);
    setGate(13, exception13);
    setGate(14, exception14);
    *reinterpret_cast<unsigned short*>(idtr.bytes) = sizeof idt - 1;
    *reinterpret_cast<u64*>(idtr.bytes + 2) = reinterpret_cast<u64>(idt);
    asm volatile("lidt %0" ::"m"(idtr));

    const u64* op = reinterpret_cast<const u64*>(GUEST_OPS);
    u64* result = reinterpret_cast<u64*>(GUEST_RESULTS);
    for (;;) {
        const u64 kind = *op++;
        switch (kind) {
        case OP_WRITE:
            *reinterpret_cast<volatile u64*>(op[0]) = op[1];
            op += 2;
            break;
        case OP_REGISTERS:
            loadRegisters(op);
            op += 6;
            break;
        case OP_ACCESS:
            accessMemory(op[0], (op[2] ? GUEST_USER_STUBS : GUEST_STUBS) + op[1] * 16, op[2], op[3], op[4]);
            result[0] = seenVector | seenError << 32;
            result[1] = seenCr2;
            result[2] = seenRax;
            result[3] = seenRsi;
            result += 4;
            op += 5;
            break;
        case OP_READ:
            *result++ = *reinterpret_cast<volatile u64*>(op[0]);
            op += 1;
            break;
        case OP_INVLPG:
            asm volatile("invlpg (%0)" ::"r"(op[0]) : "memory");
            op += 1;
            break;
        case OP_CR3:
            asm volatile("mov %0, %%cr3" ::"r"(op[0]) : "memory");
            op += 1;
            break;
        case OP_TOUCH:
            touch(op[0], op[1], op[2]);
            op += 3;
            break;
        default:
            leave(kind == OP_END ? 0x20 : 0x21);
        }
    }
}

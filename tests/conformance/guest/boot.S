/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From multiboot's 32-bit protected mode to 64-bit mode, the exception stubs, and the way into and out of one access. */
#include "layout.h"

.section .multiboot, "a"
.align 4
.long 0x1badb002, 0, -0x1badb002

.text
.code32
.globl _start
_start:
    cli
    mov $0x20, %eax               /* PAE */
    cmpl $5, GUEST_LEVELS
    jne 1f
    or $0x1000, %eax              /* LA57 */
1:  mov %eax, %cr4
    mov $GUEST_BOOT_TOP, %eax
    mov %eax, %cr3
    mov $0xc0000080, %ecx
    mov $0x900, %eax              /* LME, NXE */
    xor %edx, %edx
    wrmsr
    mov $0x80010011, %eax         /* PG, WP, ET, PE */
    mov %eax, %cr0
    lgdt gdt_pointer
    ljmp $0x08, $start64

.code64
start64:
    mov $stack_top, %rsp
    xor %eax, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    lea tss(%rip), %rax           /* the descriptor's base, in its pieces */
    mov %ax, gdt_tss+2
    shr $16, %rax
    mov %al, gdt_tss+4
    mov %ah, gdt_tss+7
    mov $0x28, %ax
    ltr %ax
    call guestMain
2:  hlt
    jmp 2b

/* accessMemory(va, stub, cpl, rflags, value): comes back through an exception, always. */
.globl accessMemory
accessMemory:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, kernel_rsp
    mov %rsi, %r9
    mov %r8, %rsi
    xor %eax, %eax
    test %rdx, %rdx
    jnz 3f
    push %rcx
    popfq
    jmp *%r9
3:  pushq $0x23
    pushq $0
    push %rcx
    pushq $0x1b
    push %r9
    iretq

.macro exception vector, hasError
.globl exception\vector
exception\vector:
    .if \hasError == 0
    pushq $0
    .endif
    movq $\vector, seenVector
    jmp exceptionCommon
.endm
exception 6, 0
exception 13, 1
exception 14, 1

exceptionCommon:
    mov %rax, seenRax
    mov %rsi, seenRsi
    pop %rax
    mov %rax, seenError
    mov (%rsp), %rax              /* RIP: in the guest's own code nothing may fault */
    shr $20, %rax
    cmp $1, %rax
    jne 4f
    mov $0x22, %al
    out %al, $0xf4
4:
    mov %cr2, %rax
    mov %rax, seenCr2
    mov kernel_rsp, %rsp
    pushq $2
    popfq
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

.data
.align 16
gdt:
    .quad 0
    .quad 0x00af9a000000ffff      /* 08: kernel code */
    .quad 0
    .quad 0x00affa000000ffff      /* 18: user code */
    .quad 0x00cff2000000ffff      /* 20: user data */
gdt_tss:
    .quad 0x0000890000000067      /* 28: TSS */
    .quad 0
gdt_pointer:
    .word . - gdt - 1
    .quad gdt
.align 16
tss:
    .long 0
    .quad exception_stack_top     /* RSP0 */
    .fill 24, 1, 0
    .quad exception_stack_top     /* IST1 */
    .fill 60, 1, 0
.globl seenVector, seenError, seenCr2, seenRax, seenRsi
seenVector: .quad 0
seenError: .quad 0
seenCr2: .quad 0
seenRax: .quad 0
seenRsi: .quad 0
kernel_rsp: .quad 0

.bss
.align 16
.fill 16384
stack_top:
.fill 4096
exception_stack_top:

.section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where everything lies in the guest's physical memory, which is a file of the host's: the test writes tables, stubs and the
   program into it before the guest starts and reads the results from it afterwards. */
#pragma once

#define GUEST_PML4 0x200000      /* under a PML5: its slot 0 */
#define GUEST_PDPT 0x201000      /* slot 0: identity map; slot 1: the user stubs */
#define GUEST_IDENTITY_PD 0x202000
#define GUEST_USER_PD 0x203000
#define GUEST_USER_PT 0x204000
#define GUEST_BOOT_TOP 0x205000  /* the table CR3 holds before the first OP_REGISTERS */
#define GUEST_STUBS 0x206000     /* what accesses memory, 16 bytes each: read, write, fetch, rmw; each ends with ud2 */
#define GUEST_USER_STUBS 0x40000000 /* virtual: the same page for CPL 3 */
#define GUEST_LEVELS 0x300000    /* a word: 4 or 5 */
#define GUEST_OPS 0x4000000      /* 64 MiB */
#define GUEST_RESULTS 0x10000000 /* 256 MiB */
#define GUEST_MEMORY 0x20000000  /* 512 MiB */

/* Operations: the word itself, then its arguments. */
#define OP_END 0
#define OP_WRITE 1     /* address, value */
#define OP_REGISTERS 2 /* cr0, cr3, cr4, efer, pkru, pkrs; drops all cached translations */
#define OP_ACCESS 3    /* va, type (0 read, 1 write, 2 fetch, 3 rmw), cpl, rflags, value to store */
#define OP_READ 4      /* address; result: the word there */
#define OP_INVLPG 5    /* va */
#define OP_CR3 6       /* value: MOV to CR3 and nothing else */
#define OP_TOUCH 7     /* va, pages, count: reads `count` pages in the order of GUEST_NEXT_RANDOM */
/* An access leaves four words: vector (6: went through) with the error code in bits 63:32, CR2, RAX, RSI. */

/* The order in which OP_TOUCH reads pages: the next state, and the page it leads to. */
#define GUEST_FIRST_RANDOM 1UL
#define GUEST_NEXT_RANDOM(x) ((x) * 6364136223846793005UL + 1442695040888963407UL)
#define GUEST_RANDOM_PAGE(x, pages) (((x) >> 33) % (pages))

/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * What the module and the test program say to each other through /dev/pfnscope_recorder.
 * Addresses and lengths are in bytes, frames are physical addresses.
 */
#ifndef PFNSCOPE_RECORDER_ABI_H
#define PFNSCOPE_RECORDER_ABI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RECORDER_DEVICE "pfnscope_recorder"

/* What ->mmap does; the order is the order of recorderModeNames in the program. */
enum recorder_mode {
	RECORDER_NONE,
	RECORDER_REMAP,
	RECORDER_REMAP_SIGBUS,
	RECORDER_REMAP_FAULT,
	RECORDER_REMAP_FAULTPTE,
	RECORDER_REMAP_THEN_OPS,
	RECORDER_REMAP_FIRST2M_FAULT,
	RECORDER_REMAP_FIRST2M_SIGBUS,
	RECORDER_KERNFS_SIGBUS,
	RECORDER_KERNFS_FAULTPTE,
	RECORDER_KERNFS_SIGBUS_MKWRITE,
	RECORDER_OPS_THEN_NONE,
	RECORDER_FAULT,
	RECORDER_SIGBUS,
	RECORDER_MODE_COUNT,
};

enum recorder_cache {
	RECORDER_WB,
	RECORDER_WC,
	RECORDER_UC_MINUS,
	RECORDER_WT,
	RECORDER_CACHE_COUNT,
};

/* Orders that the mapping handler offers. */
#define RECORDER_ORDER_PTE 1
#define RECORDER_ORDER_PMD 2
#define RECORDER_ORDER_PUD 4

/* For the next mmap of this open file. */
struct recorder_setup {
	__u64 phys;
	__u32 mode;
	__u32 cache;
	__u32 orders;
	__u32 fail_nth; /* 0: no allocation fails */
};

/* How the last remap_pfn_range of this open file ended. */
struct recorder_remap_result {
	__s32 ret;
	__u32 fail_left; /* allocations that were left to count */
};

struct recorder_range {
	__u64 va; /* or the offset in the file */
	__u64 len;
	__u64 phys;
	__u32 fail_nth;
	__u32 reserved;
};

/* Calls of the handlers since the last question, of all mappings. */
struct recorder_calls {
	__u32 pte;
	__u32 pmd;
	__u32 pud;
	__u32 fallback;
	__u32 sigbus;
};

/*
 * The dump is a run of 64-bit words: a tag and as many words as the tag says.
 * It is taken by RECORDER_IOC_DUMP and then read with read() on the same file.
 */
struct recorder_window {
	__s32 pid;
	__u32 words; /* out */
	__u64 start;
	__u64 end;
};

enum recorder_tag {
	RECORDER_TAG_MM = 1,  /* pgtables_bytes, rss: file, anon, shmem (pages) */
	RECORDER_TAG_VMA,     /* start, end, flags, prot, pgoff */
	RECORDER_TAG_PGD,     /* va, raw entry */
	RECORDER_TAG_PUD,     /* va, raw entry */
	RECORDER_TAG_DEPOSIT, /* physical address of a deposited table, nonzero words in it; after the
			       * PUD entry of its PMD table, next to be withdrawn first */
	RECORDER_TAG_PMD,     /* va, raw entry */
	RECORDER_TAG_PTES,    /* 512 raw entries, after the PMD entry of their table */
};

#define RECORDER_IOC_SETUP _IOW('P', 1, struct recorder_setup)
#define RECORDER_IOC_REMAP_RESULT _IOR('P', 2, struct recorder_remap_result)
#define RECORDER_IOC_UNMAP_MAPPING_RANGE _IOW('P', 3, struct recorder_range)
#define RECORDER_IOC_REMAP_PFN_RANGE _IOW('P', 4, struct recorder_range)
#define RECORDER_IOC_ZAP_VMA_PTES _IOW('P', 5, struct recorder_range)
#define RECORDER_IOC_CALLS _IOR('P', 6, struct recorder_calls)
#define RECORDER_IOC_DUMP _IOWR('P', 7, struct recorder_window)
#define RECORDER_IOC_CAN_FAIL _IO('P', 8) /* 1 when fail_nth can be honoured */

#endif

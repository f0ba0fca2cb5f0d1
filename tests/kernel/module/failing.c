// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lets the nth page table allocation of one task fail, on kernels without FAIL_PAGE_ALLOC too: a probe at the
 * page allocator's entry answers NULL in its place. Only zeroed order-0 pages that are charged to the task count,
 * which is what page tables are, so that the memory type tree's slab pages are left alone.
 */
#include <linux/gfp.h>
#include <linux/kprobes.h>
#include <linux/sched.h>

#include "recorder.h"

static struct task_struct *armed_task;
static u32 allocations_left;
static const char *const allocators[] = { "alloc_pages_noprof", "alloc_pages", "__alloc_pages_noprof",
					  "__alloc_pages" };

/* Stands in for the allocator: it is entered in its place and returns to its caller. */
static notrace noinline struct page *no_page(void)
{
	return NULL;
}

/* x86-64 calling convention: gfp in rdi, order in rsi. */
static int before_allocation(struct kprobe *probe, struct pt_regs *regs)
{
	gfp_t gfp = (gfp_t)regs->di;

	if (READ_ONCE(armed_task) != current || !allocations_left)
		return 0;
	if (regs->si != 0 || !(gfp & __GFP_ZERO) || !(gfp & __GFP_ACCOUNT))
		return 0;
	if (--allocations_left)
		return 0;
	regs->ip = (unsigned long)no_page;
	return 1;
}

/* Its presence keeps the probe from being turned into a jump, which cannot change where execution goes on. */
static void after_allocation(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe = { .pre_handler = before_allocation, .post_handler = after_allocation };
static bool probed;

int recorder_failing_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(allocators) && !probed; i++) {
		probe.symbol_name = allocators[i];
		probe.addr = NULL;
		probe.flags = 0;
		probed = register_kprobe(&probe) == 0;
	}
	return probed ? 0 : -ENOENT;
}

void recorder_failing_exit(void)
{
	if (probed)
		unregister_kprobe(&probe);
}

bool recorder_can_fail(void)
{
	return probed;
}

void recorder_fail_nth(u32 nth)
{
	allocations_left = nth;
	WRITE_ONCE(armed_task, nth ? current : NULL);
}

u32 recorder_fail_left(void)
{
	WRITE_ONCE(armed_task, NULL);
	return allocations_left;
}

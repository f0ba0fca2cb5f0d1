// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes down the vmas, page tables and deposited tables of a window of some process. The entries are read as raw
 * words, so that nothing of the kernel's own reading of them is between the hardware and the record.
 * The process waits for its next order meanwhile; only mmap_lock is taken, for reading.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/percpu_counter.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>

#include "recorder.h"

#define ENTRIES 512
#define FRAME_MASK 0x000ffffffffff000ULL
#define PRESENT 1ULL
#define LARGE 0x80ULL
#define PMD_SPAN (1ULL << 21)
#define PUD_SPAN (1ULL << 30)
#define PGD_SPAN (1ULL << 39)

static void put(struct recorder_dump *dump, u64 word)
{
	if (dump->count < dump->capacity)
		dump->words[dump->count++] = word;
	else
		dump->truncated = true;
}

static void put_entry(struct recorder_dump *dump, enum recorder_tag tag, u64 va, u64 raw)
{
	put(dump, tag);
	put(dump, va);
	put(dump, raw);
}

static bool is_table(u64 raw)
{
	return (raw & PRESENT) && !(raw & LARGE);
}

static const u64 *table_at(u64 raw)
{
	return __va(raw & FRAME_MASK);
}

static u64 nonzero_words(struct page *table)
{
	const u64 *words = page_to_virt(table);
	u64 nonzero = 0;
	int i;

	for (i = 0; i < ENTRIES; i++)
		nonzero += READ_ONCE(words[i]) != 0;
	return nonzero;
}

static void put_deposits(struct recorder_dump *dump, struct mm_struct *mm, const u64 *pmds)
{
	struct page *head = pmd_huge_pte(mm, (pmd_t *)pmds);
	struct page *table = head;

	if (!head)
		return;
	do {
		put(dump, RECORDER_TAG_DEPOSIT);
		put(dump, page_to_phys(table));
		put(dump, nonzero_words(table));
		table = list_next_entry(table, lru);
	} while (table != head && !dump->truncated);
}

static void put_ptes(struct recorder_dump *dump, const u64 *ptes)
{
	int i;

	put(dump, RECORDER_TAG_PTES);
	for (i = 0; i < ENTRIES; i++)
		put(dump, READ_ONCE(ptes[i]));
}

static void put_pmds(struct recorder_dump *dump, struct mm_struct *mm, const u64 *pmds, u64 va)
{
	int i;

	put_deposits(dump, mm, pmds);
	for (i = 0; i < ENTRIES; i++, va += PMD_SPAN) {
		u64 raw = READ_ONCE(pmds[i]);

		if (!raw)
			continue;
		put_entry(dump, RECORDER_TAG_PMD, va, raw);
		if (is_table(raw))
			put_ptes(dump, table_at(raw));
	}
}

static void put_puds(struct recorder_dump *dump, struct mm_struct *mm, const u64 *puds, u64 va)
{
	int i;

	for (i = 0; i < ENTRIES; i++, va += PUD_SPAN) {
		u64 raw = READ_ONCE(puds[i]);

		if (!raw)
			continue;
		put_entry(dump, RECORDER_TAG_PUD, va, raw);
		if (is_table(raw))
			put_pmds(dump, mm, table_at(raw), va);
	}
}

static void put_tables(struct recorder_dump *dump, struct mm_struct *mm, u64 start, u64 end)
{
	const u64 *pgds = (const u64 *)mm->pgd;
	u64 va;

	for (va = ALIGN_DOWN(start, PGD_SPAN); va < end; va += PGD_SPAN) {
		u64 raw = READ_ONCE(pgds[(va / PGD_SPAN) % ENTRIES]);

		if (!raw)
			continue;
		put_entry(dump, RECORDER_TAG_PGD, va, raw);
		if (is_table(raw))
			put_puds(dump, mm, table_at(raw), va);
	}
}

static void put_vmas(struct recorder_dump *dump, struct mm_struct *mm, u64 start, u64 end)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, start);

	for_each_vma_range(vmi, vma, end) {
		put(dump, RECORDER_TAG_VMA);
		put(dump, vma->vm_start);
		put(dump, vma->vm_end);
		put(dump, vma->vm_flags);
		put(dump, pgprot_val(vma->vm_page_prot));
		put(dump, vma->vm_pgoff);
	}
}

static void put_mm(struct recorder_dump *dump, struct mm_struct *mm)
{
	put(dump, RECORDER_TAG_MM);
	put(dump, mm_pgtables_bytes(mm));
	put(dump, percpu_counter_sum(&mm->rss_stat[MM_FILEPAGES]));
	put(dump, percpu_counter_sum(&mm->rss_stat[MM_ANONPAGES]));
	put(dump, percpu_counter_sum(&mm->rss_stat[MM_SHMEMPAGES]));
}

/* A process that died holding its lock never gives it back: do not wait for ever. */
static bool lock_for_reading(struct mm_struct *mm)
{
	int tries;

	for (tries = 0; tries < 50; tries++) {
		if (mmap_read_trylock(mm))
			return true;
		msleep(10);
	}
	return false;
}

int recorder_dump_take(struct recorder_dump *dump, const struct recorder_window *window)
{
	struct pid *pid = find_get_pid(window->pid);
	struct task_struct *task = pid ? get_pid_task(pid, PIDTYPE_PID) : NULL;
	struct mm_struct *mm = task ? get_task_mm(task) : NULL;
	int ret = mm ? 0 : -ESRCH;

	dump->count = 0;
	dump->truncated = false;
	if (mm && !lock_for_reading(mm))
		ret = -EDEADLK;
	if (!ret) {
		put_mm(dump, mm);
		put_vmas(dump, mm, window->start, window->end);
		put_tables(dump, mm, window->start, window->end);
		mmap_read_unlock(mm);
		ret = dump->truncated ? -E2BIG : 0;
	}
	if (mm)
		mmput(mm);
	if (task)
		put_task_struct(task);
	put_pid(pid);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The fault handlers of the test device, and how often they were called. */
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/pfn_t.h>

#include "recorder.h"

static atomic_t calls_pte, calls_pmd, calls_pud, calls_fallback, calls_sigbus;

void recorder_take_calls(struct recorder_calls *calls)
{
	calls->pte = atomic_xchg(&calls_pte, 0);
	calls->pmd = atomic_xchg(&calls_pmd, 0);
	calls->pud = atomic_xchg(&calls_pud, 0);
	calls->fallback = atomic_xchg(&calls_fallback, 0);
	calls->sigbus = atomic_xchg(&calls_sigbus, 0);
}

static vm_fault_t answer_sigbus(struct vm_fault *vmf)
{
	atomic_inc(&calls_sigbus);
	return VM_FAULT_SIGBUS;
}

static vm_fault_t answer_fallback(void)
{
	atomic_inc(&calls_fallback);
	return VM_FAULT_FALLBACK;
}

static unsigned long frame_of(const struct vm_area_struct *vma, unsigned long address)
{
	const struct recorder_mapping *mapping = vma->vm_private_data;

	return PHYS_PFN(mapping->phys) + vma->vm_pgoff + ((address - vma->vm_start) >> PAGE_SHIFT);
}

static vm_fault_t map_huge(struct vm_fault *vmf, unsigned int order)
{
	struct vm_area_struct *vma = vmf->vma;
	const struct recorder_mapping *mapping = vma->vm_private_data;
	unsigned long size = PAGE_SIZE << order;
	unsigned long address = ALIGN_DOWN(vmf->address, size);
	unsigned long pfn;

	if (address < vma->vm_start || address + size > vma->vm_end)
		return answer_fallback();
	pfn = frame_of(vma, address);
	if (!IS_ALIGNED(pfn, 1UL << order))
		return answer_fallback();
	if (order == PMD_ORDER && (mapping->orders & RECORDER_ORDER_PMD)) {
		atomic_inc(&calls_pmd);
		return vmf_insert_pfn_pmd(vmf, __pfn_to_pfn_t(pfn, PFN_DEV), false);
	}
#ifdef CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD
	if (order == PUD_ORDER && (mapping->orders & RECORDER_ORDER_PUD)) {
		atomic_inc(&calls_pud);
		return vmf_insert_pfn_pud(vmf, __pfn_to_pfn_t(pfn, PFN_DEV), false);
	}
#endif
	return answer_fallback();
}

static vm_fault_t map_one(struct vm_fault *vmf)
{
	const struct recorder_mapping *mapping = vmf->vma->vm_private_data;

	if (!(mapping->orders & RECORDER_ORDER_PTE))
		return answer_sigbus(vmf);
	atomic_inc(&calls_pte);
	return vmf_insert_pfn(vmf->vma, vmf->address & PAGE_MASK, frame_of(vmf->vma, vmf->address));
}

/* Only its presence matters: debuggers do not look into these mappings. */
static int access_nothing(struct vm_area_struct *vma, unsigned long address, void *buffer, int length,
			  int write)
{
	return -EIO;
}

/* Frames without a struct page never get here; that it exists makes the vma want write notification. */
static vm_fault_t allow_write(struct vm_fault *vmf)
{
	return 0;
}

const struct vm_operations_struct recorder_ops_map = { .fault = map_one, .huge_fault = map_huge };
const struct vm_operations_struct recorder_ops_map_pte = { .fault = map_one };
const struct vm_operations_struct recorder_ops_sigbus = { .fault = answer_sigbus };
const struct vm_operations_struct recorder_ops_access = { .access = access_nothing };
const struct vm_operations_struct recorder_ops_access_sigbus = { .access = access_nothing,
								 .fault = answer_sigbus };
const struct vm_operations_struct recorder_ops_access_map_pte = { .access = access_nothing,
								  .fault = map_one };
const struct vm_operations_struct recorder_ops_access_sigbus_mkwrite = { .access = access_nothing,
									 .fault = answer_sigbus,
									 .page_mkwrite = allow_write };
const struct vm_operations_struct recorder_ops_empty = {};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The test device of a record: an mmap for every way in which a driver can give a range of frames to a process, and
 * the driver's calls that change such a mapping later.
 *
 * The module is GPL-2.0-or-later, unlike the rest of the program (GPL-3.0-or-later): it is linked into a kernel that is
 * GPL-2.0-only and needs symbols that are exported to GPL modules alone. It shares no code with the program.
 */
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "recorder.h"

#define FIRST_PART (2UL << 20)

static ulong numbered_start = 0x40000000UL;
module_param(numbered_start, ulong, 0444);
MODULE_PARM_DESC(numbered_start, "physical range whose pages get their frame number as first word");
static ulong numbered_len = 64UL << 20;
module_param(numbered_len, ulong, 0444);

struct recorder_file {
	struct list_head mappings;
	struct recorder_setup setup;
	struct recorder_remap_result result;
	struct recorder_dump dump;
};

static int remap(struct recorder_file *file, struct vm_area_struct *vma, unsigned long address,
		 phys_addr_t phys, unsigned long size, u32 fail_nth)
{
	recorder_fail_nth(fail_nth);
	file->result.ret = remap_pfn_range(vma, address, PHYS_PFN(phys), size, vma->vm_page_prot);
	file->result.fail_left = recorder_fail_left();
	return file->result.ret;
}

static int remap_first(struct recorder_file *file, struct vm_area_struct *vma, unsigned long most,
		       const struct vm_operations_struct *ops)
{
	if (ops)
		vma->vm_ops = ops;
	return remap(file, vma, vma->vm_start, file->setup.phys + (vma->vm_pgoff << PAGE_SHIFT),
		     min(most, vma->vm_end - vma->vm_start), file->setup.fail_nth);
}

static int remap_between(struct recorder_file *file, struct vm_area_struct *vma,
			 const struct vm_operations_struct *before,
			 const struct vm_operations_struct *after)
{
	int ret = remap_first(file, vma, ULONG_MAX, before);

	if (!ret)
		vma->vm_ops = after;
	return ret;
}

static int mark_pfnmap(struct vm_area_struct *vma, const struct vm_operations_struct *ops)
{
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	if (ops)
		vma->vm_ops = ops;
	return 0;
}

static int map_as(struct recorder_file *file, struct vm_area_struct *vma)
{
	switch (file->setup.mode) {
	case RECORDER_NONE:
		return mark_pfnmap(vma, NULL);
	case RECORDER_FAULT:
		return mark_pfnmap(vma, &recorder_ops_map);
	case RECORDER_SIGBUS:
		return mark_pfnmap(vma, &recorder_ops_sigbus);
	case RECORDER_REMAP:
		return remap_first(file, vma, ULONG_MAX, NULL);
	case RECORDER_REMAP_SIGBUS:
		return remap_first(file, vma, ULONG_MAX, &recorder_ops_sigbus);
	case RECORDER_REMAP_FAULT:
		return remap_first(file, vma, ULONG_MAX, &recorder_ops_map);
	case RECORDER_REMAP_FAULTPTE:
		return remap_first(file, vma, ULONG_MAX, &recorder_ops_map_pte);
	case RECORDER_REMAP_FIRST2M_FAULT:
		return remap_first(file, vma, FIRST_PART, &recorder_ops_map);
	case RECORDER_REMAP_FIRST2M_SIGBUS:
		return remap_first(file, vma, FIRST_PART, &recorder_ops_sigbus);
	case RECORDER_REMAP_THEN_OPS:
		return remap_between(file, vma, NULL, &recorder_ops_sigbus);
	case RECORDER_KERNFS_SIGBUS:
		return remap_between(file, vma, &recorder_ops_access, &recorder_ops_access_sigbus);
	case RECORDER_KERNFS_FAULTPTE:
		return remap_between(file, vma, &recorder_ops_access, &recorder_ops_access_map_pte);
	case RECORDER_KERNFS_SIGBUS_MKWRITE:
		return remap_between(file, vma, &recorder_ops_access, &recorder_ops_access_sigbus_mkwrite);
	case RECORDER_OPS_THEN_NONE:
		return remap_between(file, vma, &recorder_ops_map, &recorder_ops_empty);
	default:
		return -EINVAL;
	}
}

static pgprot_t with_cache(pgprot_t prot, u32 cache)
{
	switch (cache) {
	case RECORDER_WC:
		return pgprot_writecombine(prot);
	case RECORDER_UC_MINUS:
		return pgprot_noncached(prot);
	case RECORDER_WT:
		return pgprot_writethrough(prot);
	default:
		return prot;
	}
}

static int device_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct recorder_file *file = filp->private_data;
	struct recorder_mapping *mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);

	if (!mapping)
		return -ENOMEM;
	mapping->phys = file->setup.phys;
	mapping->orders = file->setup.orders;
	list_add(&mapping->in_file, &file->mappings);
	vma->vm_private_data = mapping;
	vma->vm_page_prot = with_cache(vma->vm_page_prot, file->setup.cache);
	return map_as(file, vma);
}

static long remap_later(struct recorder_file *file, const struct recorder_range *range)
{
	struct vm_area_struct *vma;
	long ret = -EFAULT;

	if (mmap_write_lock_killable(current->mm))
		return -EINTR;
	vma = find_vma(current->mm, range->va);
	if (vma && vma->vm_start <= range->va && range->va + range->len <= vma->vm_end)
		ret = remap(file, vma, range->va, range->phys, range->len, range->fail_nth);
	mmap_write_unlock(current->mm);
	return ret;
}

static long zap(const struct recorder_range *range)
{
	struct vm_area_struct *vma;
	long ret = -EFAULT;

	if (mmap_read_lock_killable(current->mm))
		return -EINTR;
	vma = find_vma(current->mm, range->va);
	if (vma && vma->vm_start <= range->va) {
		zap_vma_ptes(vma, range->va, range->len);
		ret = 0;
	}
	mmap_read_unlock(current->mm);
	return ret;
}

static long change_range(struct file *filp, unsigned int command, const void __user *argument)
{
	struct recorder_range range;

	if (copy_from_user(&range, argument, sizeof(range)))
		return -EFAULT;
	if (command == RECORDER_IOC_REMAP_PFN_RANGE)
		return remap_later(filp->private_data, &range);
	if (command == RECORDER_IOC_ZAP_VMA_PTES)
		return zap(&range);
	unmap_mapping_range(filp->f_mapping, range.va, range.len, 1);
	return 0;
}

static long set_up(struct recorder_file *file, const void __user *argument)
{
	if (copy_from_user(&file->setup, argument, sizeof(file->setup)))
		return -EFAULT;
	memset(&file->result, 0, sizeof(file->result));
	return file->setup.mode < RECORDER_MODE_COUNT && file->setup.cache < RECORDER_CACHE_COUNT ? 0 : -EINVAL;
}

static long take_dump(struct recorder_file *file, struct recorder_window __user *argument)
{
	struct recorder_window window;
	long ret;

	if (copy_from_user(&window, argument, sizeof(window)))
		return -EFAULT;
	if (!file->dump.words) {
		file->dump.capacity = (16UL << 20) / sizeof(u64);
		file->dump.words = vmalloc(file->dump.capacity * sizeof(u64));
		if (!file->dump.words)
			return -ENOMEM;
	}
	ret = recorder_dump_take(&file->dump, &window);
	window.words = file->dump.count;
	return ret ? ret : (copy_to_user(argument, &window, sizeof(window)) ? -EFAULT : 0);
}

static long device_ioctl(struct file *filp, unsigned int command, unsigned long argument)
{
	struct recorder_file *file = filp->private_data;
	void __user *user = (void __user *)argument;
	struct recorder_calls calls;

	switch (command) {
	case RECORDER_IOC_SETUP:
		return set_up(file, user);
	case RECORDER_IOC_REMAP_RESULT:
		return copy_to_user(user, &file->result, sizeof(file->result)) ? -EFAULT : 0;
	case RECORDER_IOC_UNMAP_MAPPING_RANGE:
	case RECORDER_IOC_REMAP_PFN_RANGE:
	case RECORDER_IOC_ZAP_VMA_PTES:
		return change_range(filp, command, user);
	case RECORDER_IOC_CALLS:
		recorder_take_calls(&calls);
		return copy_to_user(user, &calls, sizeof(calls)) ? -EFAULT : 0;
	case RECORDER_IOC_DUMP:
		return take_dump(file, user);
	case RECORDER_IOC_CAN_FAIL:
		return recorder_can_fail();
	default:
		return -ENOTTY;
	}
}

/* The words of the last dump, by position. */
static ssize_t device_read(struct file *filp, char __user *buffer, size_t size, loff_t *position)
{
	struct recorder_file *file = filp->private_data;

	return simple_read_from_buffer(buffer, size, position, file->dump.words,
				       file->dump.count * sizeof(u64));
}

static int device_open(struct inode *inode, struct file *filp)
{
	struct recorder_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	INIT_LIST_HEAD(&file->mappings);
	filp->private_data = file;
	return 0;
}

static int device_release(struct inode *inode, struct file *filp)
{
	struct recorder_file *file = filp->private_data;
	struct recorder_mapping *mapping, *next;

	list_for_each_entry_safe(mapping, next, &file->mappings, in_file)
		kfree(mapping);
	vfree(file->dump.words);
	kfree(file);
	return 0;
}

static const struct file_operations device_operations = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.read = device_read,
	.llseek = default_llseek,
	.unlocked_ioctl = device_ioctl,
	.mmap = device_mmap,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = RECORDER_DEVICE,
	.fops = &device_operations,
};

/* A read from user space then proves which frame was translated. */
static int number_the_frames(void)
{
	u64 *words = memremap(numbered_start, numbered_len, MEMREMAP_WB);
	ulong offset;

	if (!words)
		return -ENOMEM;
	for (offset = 0; offset < numbered_len; offset += PAGE_SIZE)
		words[offset / sizeof(u64)] = PHYS_PFN(numbered_start + offset);
	memunmap(words);
	return 0;
}

static int __init recorder_init(void)
{
	int ret = number_the_frames();

	if (ret)
		return ret;
	if (recorder_failing_init())
		pr_info("pfnscope_recorder: no probe at the page allocator, allocations cannot be made to fail\n");
	ret = misc_register(&device);
	if (ret)
		recorder_failing_exit();
	return ret;
}

static void __exit recorder_exit(void)
{
	misc_deregister(&device);
	recorder_failing_exit();
}

module_init(recorder_init);
module_exit(recorder_exit);
MODULE_DESCRIPTION("Test device and page table dumper for records of a kernel's behaviour");
MODULE_LICENSE("GPL");

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the module share. */
#ifndef PFNSCOPE_RECORDER_H
#define PFNSCOPE_RECORDER_H

#include <linux/mm.h>
#include <linux/types.h>

#include "recorder_abi.h"

/* dump.c */
struct recorder_dump {
	u64 *words;
	size_t count;
	size_t capacity;
	bool truncated;
};

int recorder_dump_take(struct recorder_dump *dump, const struct recorder_window *window);

/* handlers.c */
struct recorder_mapping {
	struct list_head in_file;
	phys_addr_t phys;
	u32 orders;
};

extern const struct vm_operations_struct recorder_ops_map;
extern const struct vm_operations_struct recorder_ops_map_pte;
extern const struct vm_operations_struct recorder_ops_sigbus;
extern const struct vm_operations_struct recorder_ops_access;
extern const struct vm_operations_struct recorder_ops_access_sigbus;
extern const struct vm_operations_struct recorder_ops_access_map_pte;
extern const struct vm_operations_struct recorder_ops_access_sigbus_mkwrite;
extern const struct vm_operations_struct recorder_ops_empty;

void recorder_take_calls(struct recorder_calls *calls);

/* failing.c */
int recorder_failing_init(void);
void recorder_failing_exit(void);
bool recorder_can_fail(void);
void recorder_fail_nth(u32 nth);	 /* of the page table allocations of the calling task */
u32 recorder_fail_left(void);		 /* and disarm */

#endif

# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder's tools on the host: what is read from a kernel's log, how records are compared, the archive's layout."""

import copy
import json
import pathlib
import unittest

import compare_records
import initramfs
import kernel_log

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "kernel"


class KernelLog(unittest.TestCase):
    def test_an_oops_is_read_from_a_real_log(self):
        lines = (DATA / "pud-munmap-oops.log").read_text(encoding="utf-8").splitlines()
        self.assertEqual(kernel_log.oopses(lines), [{
            "what": "BUG: unable to handle page fault for address: ffffea0001000028",
            "trace": ["__split_huge_pmd", "vma_adjust_trans_huge", "__split_vma", "vms_gather_munmap_vmas",
                      "do_vmi_align_munmap", "do_vmi_munmap", "__vm_munmap", "__x64_sys_munmap"],
            "rip": "_raw_spin_lock+0x17"}])
        self.assertEqual(kernel_log.verdict("hung", lines), "oops")
        self.assertEqual(len(kernel_log.relevant(lines)), 2)

    def test_verdicts(self):
        warning = "WARNING: CPU: 0 PID: 44 at arch/x86/mm/pat/memtype.c:983 get_pat_info+0xcc/0xe0"
        leak = "BUG: non-zero pgtables_bytes on freeing mm: 4096"
        self.assertEqual(kernel_log.verdict("exit 0", []), "clean")
        self.assertEqual(kernel_log.verdict("exit 0", ["x86/PAT: init freeing invalid memtype"]), "clean")
        self.assertEqual(kernel_log.verdict("exit 0", [warning]), "warn")
        self.assertEqual(kernel_log.verdict("exit 0", [leak]), "nonzero_pgtables")
        self.assertEqual(kernel_log.verdict("hung", []), "hung")
        self.assertEqual(kernel_log.oopses([warning])[0]["what"],
                         "WARNING: at arch/x86/mm/pat/memtype.c:983 get_pat_info+0xcc/0xe0")


class Comparison(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.record = compare_records.load(str(DATA / "debian-6.12.jsonl.gz"))

    def changed(self, name, change):
        lines = copy.deepcopy(self.record[name])
        change(lines)
        return [what for what, _, _ in compare_records.differences(self.record[name], lines)]

    def test_a_record_equals_itself(self):
        for name, lines in list(self.record.items())[::10]:
            self.assertEqual(list(compare_records.differences(lines, lines)), [], name)

    def test_two_configurations_of_one_kernel_agree(self):
        other = compare_records.load(str(DATA / "mainline.jsonl.gz"))
        for name, lines in other.items():
            self.assertEqual(list(compare_records.differences(self.record[name], lines)), [], name)

    def test_one_bit_of_a_leaf_is_seen(self):
        def change(lines):
            text = json.dumps(lines[2]).replace("80000000400002f7", "80000000400002b7")
            lines[2] = json.loads(text)
        self.assertEqual(self.changed("F/exit", change), ["step 2 write: mm.tables"])

    def test_another_page_for_the_same_table_is_no_difference(self):
        def change(lines):
            lines[:] = json.loads(json.dumps(lines).replace('"P1"', '"P9"'))
        self.assertEqual(self.changed("R/exit", change), [])

    def test_a_swap_of_deposits_is_seen(self):
        def change(lines):
            entry = lines[3]["mm"]["pgd"][0]["pud"][0]
            entry["deposit"].reverse()
        self.assertIn("step 3 read: mm.tables", self.changed("A/exit", change))

    def test_an_inlined_function_is_no_difference(self):
        def change(lines):
            lines[-1]["oops"][0]["trace"].remove("__split_huge_pmd")
        self.assertEqual(self.changed("X/pud_munmap4k", change), [])

    def test_a_missing_step_is_seen(self):
        self.assertIn("number of lines", self.changed("F/rw", lambda lines: lines.pop()))


class Archive(unittest.TestCase):
    def test_layout(self):
        data = initramfs.archive({"init": (0o755, b"hello")})
        self.assertEqual(data[:6], b"070701")
        self.assertEqual(int(data[14:22], 16), 0o100755)
        self.assertEqual(int(data[54:62], 16), 5)
        self.assertEqual(data[110:115], b"init\0")
        self.assertEqual(data[116:121], b"hello")
        self.assertEqual(len(data) % 4, 0)
        self.assertIn(b"TRAILER!!!\0", data)


if __name__ == "__main__":
    unittest.main()

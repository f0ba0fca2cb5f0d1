#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares two records of kernels, sequence by sequence and step by step, where both have a sequence.

Compared: operations, results, signals, handler calls, counts, vmas, the tables' structure, and every leaf inside the device
range bit by bit. Not compared, because they differ from one boot to the next: numbers of table pages (only which of
them are the same page), frames in RAM, rss, the child's absolute pgtables_bytes, VmPTE's base, messages of the kernel about memory types.
"""

import argparse
import gzip
import json
import sys

DEVICE = range(0x40000000, 0xC0000000)
FRAME = 0x000FFFFFFFFFF000
PROT_NONE, PRESENT = 0x100, 1


def load(path):
    opener = gzip.open if path.endswith(".gz") else open
    sequences = {}
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            sequences.setdefault(item["seq"], []).append(item)
    return sequences


def leaf_text(raw):
    """Inside the device range the word itself; elsewhere its bits without the frame."""
    frame = (raw ^ FRAME if raw & (PRESENT | PROT_NONE) == PROT_NONE else raw) & FRAME
    return f"{raw:x}" if frame in DEVICE else f"ram:{raw & ~FRAME:x}"


class Names:
    """Table pages by identity. A name that no table had in the dump before is a new page, though the allocator may
    have given out the same page again: that differs from one boot to the next."""

    def __init__(self):
        self._numbers, self._alive, self._seen, self._next = {}, set(), set(), 0

    def next_step(self):
        self._alive, self._seen = self._seen, set()

    def __call__(self, name):
        head, mark, rest = name.partition("!")
        if head not in self._alive and head not in self._seen:
            self._numbers[head] = self._next
            self._next += 1
        self._seen.add(head)
        return f"{head[0]}{self._numbers[head]}{mark}{rest}"


def pte_words(runs):
    words = []
    for first, count, start, growth, _ in runs:
        value, by = int(start, 16), int(growth, 16)
        words += [(first + i, leaf_text((value + i * by) % (1 << 64))) for i in range(count)]
    return words


def tables(mm, names):
    found = []

    def visit(entry):
        if "leaf" in entry:
            found.append((entry["va"], leaf_text(int(entry["leaf"], 16))))
        for key in ("pud_table", "pmd_table", "pte_table"):
            if key in entry:
                found.append((entry["va"], key, entry["val_flags"], names(entry[key])))
        found.append([names(name) for name in entry.get("deposit", [])])
        found.extend(pte_words(entry.get("runs", [])))
        for key in ("pud", "pmd"):
            for below in entry.get(key, []):
                visit(below)

    for entry in mm["pgd"]:
        visit(entry)
    return found


class Reader:
    """Makes the steps of one sequence comparable; remembers what `"="` stands for."""

    def __init__(self):
        self._last, self._base, self._names = {}, None, Names()

    def comparable(self, step):
        kept = {key: value for key, value in step.items()
                if key not in ("mm", "child_mm", "VmPTE_kB", "child_VmPTE_kB", "base_pgtables_bytes")}
        if step["op"] == "start":
            kept["args"] = {key: value for key, value in step["args"].items() if key != "debug_vm"}
        if self._base is None:
            self._base = step["VmPTE_kB"]
        kept["VmPTE_kB"] = step["VmPTE_kB"] - self._base
        self._names.next_step()
        for key in ("mm", "child_mm"):
            if key in step:
                mm = step[key] if step[key] != "=" else self._last[key]
                self._last[key] = mm
                kept[key + ".vmas"] = mm["vmas"]
                kept[key + ".tables"] = tables(mm, self._names)
                if key == "mm":
                    kept["pgt"] = mm["pgt"]
        return kept


def within(part, whole):
    """Compilers inline differently: whether `part` is left of `whole` when some functions are taken out."""
    rest = iter(whole)
    return all(function in rest for function in part)


def same_report(left, right):
    ours, theirs = ([item["trace"] + [item.get("rip", "").split("+")[0]] for item in (left, right)])
    same_kind = left["what"].split(":")[0] == right["what"].split(":")[0]
    return same_kind and (within(ours, theirs) or within(theirs, ours))


def end_comparable(end):
    return {"worker": end["worker"], "verdict": end["verdict"], "died_in": end.get("died_in"),
            "child_died_in": end.get("child_died_in")}


def end_differences(left, right):
    ours, theirs = end_comparable(left), end_comparable(right)
    yield from ((f"end: {key}", ours[key], theirs[key]) for key in ours if ours[key] != theirs[key])
    reports = left["oops"], right["oops"]
    if len(reports[0]) != len(reports[1]) or not all(map(same_report, *reports)):
        yield "end: oops", str(reports[0]), str(reports[1])


def differences(ours, theirs):
    readers = Reader(), Reader()
    for left, right in zip(ours, theirs):
        if left.get("end") and right.get("end"):
            yield from end_differences(left, right)
        elif left.get("end") or right.get("end"):
            yield "one record ends here", str(left)[:200], str(right)[:200]
            return
        else:
            pair = readers[0].comparable(left), readers[1].comparable(right)
            for key in sorted(set(pair[0]) | set(pair[1])):
                if pair[0].get(key) != pair[1].get(key):
                    yield f"step {left['step']} {left['op']}: {key}", pair[0].get(key), pair[1].get(key)
    if len(ours) != len(theirs):
        yield "number of lines", len(ours), len(theirs)


def shortened(value, other):
    """Of two lists that differ, the places that do."""
    if isinstance(value, list) and isinstance(other, list):
        value = [item for item in value if item not in other] or f"same items, {len(value)}, in another order"
    text = str(value)
    return text if len(text) < 400 else text[:400] + "..."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("left")
    parser.add_argument("right")
    options = parser.parse_args()
    left, right = load(options.left), load(options.right)
    both = [name for name in left if name in right]
    different = 0
    for name in both:
        found = list(differences(left[name], right[name]))
        different += bool(found)
        for what, ours, theirs in found[:6]:
            print(f"{name}: {what}\n    {options.left}: {shortened(ours, theirs)}\n    {options.right}: {shortened(theirs, ours)}")
    print(f"{len(both)} sequences in both, {different} with differences "
          f"({len(left) - len(both)} only in {options.left}, {len(right) - len(both)} only in {options.right})")
    return 1 if different or not both else 0


if __name__ == "__main__":
    sys.exit(main())

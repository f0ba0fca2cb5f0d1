# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kernel's log says about a sequence: the `oops`, `kmsg` and `verdict` of an end line."""

import re

_RELEVANT = re.compile(r"BUG|WARNING:|Oops|x86/PAT:|mm/pgtable|general protection|Bad (rss|page)|non-zero pgtables")
_OOPS = re.compile(r"BUG: (unable|kernel NULL)|kernel BUG at|general protection|Oops:|BUG: Bad|Bad rss")
_FRAME = re.compile(r"^ ([A-Za-z_][\w.]*)\+0x[0-9a-f]+/0x[0-9a-f]+( \[)?")
_RIP = re.compile(r"^RIP: \w+:(\S+?)/0x[0-9a-f]+")
# The way into the kernel, and the way from the fault to the report of it, are no part of the story.
_ENTRY = ("do_syscall_64", "entry_SYSCALL_64_after_hwframe", "asm_", "exc_", "handle_bug", "__die", "die",
          "page_fault_oops", "search_", "fixup_", "ret_from_fork", "x64_sys_call", "__warn", "report_bug", "do_error_trap",
          "kernelmode_fixup", "do_user_addr_fault", "__do_sys_", "__bad_area", "no_context", "show_")
_DEADLY = re.compile(r"BUG: (unable|kernel NULL)|kernel BUG at|general protection")


def _is_entry(function):
    return function.startswith(_ENTRY)


def is_deadly(line):
    """Whether a report begins here after which the task does not go on."""
    return bool(_DEADLY.match(line))


def from_first_deadly(lines):
    lines = list(lines)
    first = next((at for at, line in enumerate(lines) if is_deadly(line)), len(lines))
    return lines[first:]


def relevant(lines):
    return [line for line in lines if _RELEVANT.search(line)]


def _warning(line):
    place = re.sub(r"WARNING: CPU: \d+ PID: \d+ at ", "WARNING: at ", line)
    return {"what": place, "trace": []}


def _trace_from(lines, start):
    """The functions after `Call Trace:` up to the next report, without the guesses (marked ?) and the test driver."""
    trace, inside = [], False
    for line in lines[start:]:
        if line.startswith("Call Trace:"):
            if trace:
                break
            inside = True
        elif inside and (line.startswith("---[ end") or line.startswith(" </TASK>")):
            break
        elif inside:
            frame = _FRAME.match(line)
            if frame and not frame.group(2) and not _is_entry(frame.group(1)):
                trace.append(frame.group(1))
    return trace


def oopses(lines):
    """One item for every report: what, where (rip), the functions that led there. Warnings after a deadly report are
    left out: they come of its having stopped half way."""
    found, deadly = [], False
    for at, line in enumerate(lines):
        if line.startswith("WARNING:"):
            if not deadly:
                found.append(_warning(line))
        elif is_deadly(line):
            deadly = True
            rip = next((_RIP.match(later).group(1) for later in lines[at:] if _RIP.match(later)), None)
            item = {"what": line, "trace": _trace_from(lines, at)}
            if rip:
                item["rip"] = rip
            found.append(item)
        elif line.startswith("BUG: "):
            item = {"what": line, "trace": []}
            why = next((later for later in lines[at + 1:at + 8] if "because" in later), None)
            if why:
                item["why"] = why
            found.append(item)
    return found


def verdict(worker, lines):
    if any("non-zero pgtables_bytes" in line for line in lines) and not any(map(is_deadly, lines)):
        return "nonzero_pgtables"
    if any(_OOPS.search(line) for line in lines):
        return "oops"
    if worker in ("hung", "machine lost"):
        return "hung"
    if any(line.startswith("WARNING:") for line in lines):
        return "warn"
    return "clean"

# SPDX-License-Identifier: GPL-3.0-or-later
"""A minimal initramfs: a cpio archive in the "newc" layout of the kernel's initramfs buffer format."""


def _entry(number, name, mode, data=b""):
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def archive(files):
    """`files`: name -> (mode, bytes). Returns the bytes of the archive."""
    entries = [_entry(number, name, 0o100000 | mode, data)
               for number, (name, (mode, data)) in enumerate(sorted(files.items()), start=1)]
    return b"".join(entries) + _entry(0, "TRAILER!!!", 0)

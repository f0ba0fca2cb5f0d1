#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Boots a kernel in qemu as often as it takes to record all wanted sequences, and writes the trace.

The machine writes to a virtio port that qemu saves in a file: step lines of the trace as they are, and lines with a
tilde in front for this program (see program/recorder.h). After a sequence in which the kernel complained of itself or
in which a process hung, the machine is started anew with what is left.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import time

import initramfs
import kernel_log

# The physical range without struct pages, and a quiet machine: one processor, fixed addresses, no page table isolation.
# no_timer_check: on a busy host the emulated timer is late, and the kernel would take that for a broken one.
COMMAND_LINE = ("console=ttyS0 quiet memmap=0x80000000$0x40000000 nokaslr nopti mitigations=off nr_cpus=1 numa=off "
                "transparent_hugepage=always preempt=none cgroup_disable=memory nowatchdog panic=1 oops=continue "
                "norandmaps random.trust_cpu=1 no_timer_check rdinit=/init")

SILENCE_AFTER_OOPS = 10  # seconds; the machine itself gives a hung process up sooner


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--init", required=True, help="the static test program")
    parser.add_argument("--module", required=True, help="pfnscope_recorder.ko for this kernel")
    parser.add_argument("--sequences", default=".*", help="regular expression of sequence names (default: all)")
    parser.add_argument("--accel", choices=("tcg", "kvm"), default="tcg", help="tcg (emulation) runs everywhere")
    parser.add_argument("--append", default="", help="more of the kernel's command line")
    parser.add_argument("--without-debug-vm", action="store_true", help="the kernel has no DEBUG_VM: the trace says so")
    parser.add_argument("--raw", action="store_true", help="keep soft-dirty bits")
    parser.add_argument("--silence", type=float, default=120, help="seconds without a word until a machine is lost")
    parser.add_argument("--work", required=True, help="folder for the console and the initramfs")
    parser.add_argument("-o", "--output", required=True)
    return parser.parse_args()


def qemu_command(options, ramdisk, port, console):
    processor = {"tcg": "max,la57=off", "kvm": "host,la57=off,arch-capabilities=off"}[options.accel]
    append = f"{COMMAND_LINE} {options.append}" + (" pfnscope_raw" if options.raw else "")
    return ["qemu-system-x86_64", "-M", "pc,max-ram-below-4g=3G", "-m", "3G", "-smp", "1",
            "-accel", options.accel, "-cpu", processor,
            "-kernel", options.kernel, "-initrd", ramdisk, "-append", append,
            "-display", "none", "-monitor", "none", "-serial", f"file:{console}", "-nic", "none", "-no-reboot",
            "-device", "virtio-serial-pci", "-chardev", f"file,id=trace,path={port}",
            "-device", "virtserialport,chardev=trace,name=pfnscope"]


class Machine:
    """One boot: the lines it sent, as far as they are whole."""

    def __init__(self, options, names):
        work = pathlib.Path(options.work)
        self._port = work / "port"
        self._port.write_bytes(b"")
        ramdisk = work / "initramfs"
        ramdisk.write_bytes(initramfs.archive({
            "init": (0o755, pathlib.Path(options.init).read_bytes()),
            "pfnscope_recorder.ko": (0o644, pathlib.Path(options.module).read_bytes()),
            "sequences": (0o644, "\n".join(names).encode()),
        }))
        self._process = subprocess.Popen(qemu_command(options, str(ramdisk), self._port, work / "console"),
                                         stdin=subprocess.DEVNULL)
        self._silence = options.silence
        self._console = work / "console"

    def _is_lost(self, silent):
        return silent > self._silence or (silent > SILENCE_AFTER_OOPS and self.last_words())

    def last_words(self):
        """What the console shows from the first deadly report on: a machine that spins on a lock sends nothing else."""
        text = self._console.read_text(encoding="utf-8", errors="replace")
        return kernel_log.from_first_deadly(re.sub(r"^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ", "", line)
                                            for line in text.splitlines())

    def lines(self):
        """Yields whole lines until the machine ends or says nothing for too long."""
        last_word, rest = time.monotonic(), b""
        with open(self._port, "rb") as port:
            while True:
                ended = self._process.poll() is not None
                new = port.read()
                if new:
                    last_word = time.monotonic()
                    *whole, rest = (rest + new).split(b"\n")
                    for line in whole:
                        yield line.decode(errors="replace")
                elif ended:
                    return
                elif self._is_lost(time.monotonic() - last_word):
                    self._process.kill()
                    self._process.wait()
                    return
                else:
                    time.sleep(0.05)


class Sequence:
    """The lines of one sequence while it runs."""

    def __init__(self):
        self.steps, self.kernel_lines, self.next = [], [], None

    def end_line(self, name, worker, died):
        lines = self.kernel_lines
        child_died = next((step for step in self.steps if "child_status" in step or "killed_by" in step), None)
        end = {"seq": name, "end": True, "worker": worker}
        if died and self.next:
            end["died_in"] = self.next
        if child_died:
            end["child_died_in"] = {key: child_died[key] for key in ("step", "op", "args")}
        end["oops"] = kernel_log.oopses(lines)
        if kernel_log.relevant(lines):
            end["kmsg"] = kernel_log.relevant(lines)
        end["verdict"] = kernel_log.verdict(worker, lines)
        return end


def compact(value):
    return json.dumps(value, separators=(",", ":"))


class Trace:
    def __init__(self, output, without_debug_vm):
        self._output = output
        self._start_args = {"debug_vm": False} if without_debug_vm else {}
        self._sequence = Sequence()
        self.done, self.left_out, self.verdicts = [], [], {}
        self.machine = {}
        self.finished = False

    def take(self, line):
        if not line.startswith("~"):
            self._take_step(line)
            return
        kind, _, rest = line[1:].partition(" ")
        if kind == "next":
            self._sequence.next = json.loads(rest)
        elif kind == "kmsg":
            self._sequence.kernel_lines.append(rest)
        elif kind == "end":
            end = json.loads(rest)
            self._finish(end["seq"], end["worker"], end["died"])
        elif kind == "left_out":
            self.left_out.append(json.loads(rest)["seq"])
        elif kind == "machine":
            self.machine = json.loads(rest)
        elif kind == "finished":
            self.finished = True

    def _take_step(self, line):
        step = json.loads(line)
        self._sequence.steps.append(step)
        self._sequence.next = None
        if step["op"] == "start" and self._start_args:
            step["args"].update(self._start_args)
            line = compact(step)
        self._output.write(line + "\n")

    def _finish(self, name, worker, died):
        end = self._sequence.end_line(name, worker, died)
        self._output.write(compact(end) + "\n")
        self._output.flush()
        self.done.append(name)
        self.verdicts[end["verdict"]] = self.verdicts.get(end["verdict"], 0) + 1
        self._sequence = Sequence()

    def machine_ended(self, last_words):
        """A sequence that began and never ended took the machine with it."""
        if self._sequence.steps:
            if not any(map(kernel_log.is_deadly, self._sequence.kernel_lines)):
                self._sequence.kernel_lines += last_words
            self._finish(self._sequence.steps[0]["seq"], "machine lost", True)
        self._sequence = Sequence()


def wanted_names(options):
    listed = subprocess.run([options.init, "--list"], check=True, capture_output=True, text=True).stdout.split()
    return [name for name in listed if re.search(options.sequences, name)]


def record(options, output):
    names = wanted_names(options)
    if not names:
        sys.exit(f"record_trace: no sequence is called like {options.sequences!r}")
    trace, boots = Trace(output, options.without_debug_vm), 0
    while not trace.finished:
        remaining = [name for name in names if name not in set(trace.done) | set(trace.left_out)]
        if not remaining:
            break
        boots += 1
        before = len(trace.done)
        machine = Machine(options, remaining)
        for line in machine.lines():
            trace.take(line)
        trace.machine_ended(machine.last_words())
        if not trace.finished and len(trace.done) == before:
            sys.exit(f"record_trace: the machine ended without recording anything; see {options.work}/console")
    return trace, boots


def main():
    options = parse_arguments()
    started = time.monotonic()
    with open(options.output, "w", encoding="utf-8") as output:
        trace, boots = record(options, output)
    seconds = time.monotonic() - started
    print(f"{options.output}: {len(trace.done)} sequences ({', '.join(f'{n} {v}' for v, n in sorted(trace.verdicts.items()))}), "
          f"{boots} boots, {seconds:.0f} s")
    if trace.left_out:
        print("left out, because this kernel cannot be made to fail an allocation: " + ", ".join(trace.left_out))


if __name__ == "__main__":
    main()

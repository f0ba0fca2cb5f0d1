#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Records what a kernel does with huge PFN maps and page table deposits, and holds it against a model. See README.md.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
kernel='' build='' sequences='.*' output=trace.jsonl option='' append='' extra=''

usage() {
    cat <<EOF
usage: record.sh [--kernel bzImage] [--modules-build DIR] [--sequences REGEX] [-o TRACE.jsonl] [--option NAME]
                 [--append WORDS] [--accel tcg|kvm] [--raw]
  --kernel         kernel image (default: the newest packaged 6.12 in /boot)
  --modules-build  its configured and built tree, or its packaged headers (default: the tree that bzImage lies in,
                   or /lib/modules/VERSION/build)
  --sequences      which sequences, by name (default: all of them)
  -o               where the trace goes (default: trace.jsonl); what is special about the kernel's configuration
                   goes to the same name with .config
  --option         compare with this option of pfnscope afterwards (mainline, A, B, C, D, rfc-v2 ...)
  --append         more words for the kernel's command line, for a patch with a switch
  --accel          kvm instead of emulation
  --raw            keep soft-dirty bits
EOF
}

complain() {
    echo "record.sh: $1" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) usage && exit 0 ;;
    --raw) extra="$extra --raw" && shift && continue ;;
    --kernel | --modules-build | --sequences | -o | --option | --append | --accel) ;;
    *) complain "unknown argument $1 (record.sh --help lists them)" ;;
    esac
    [ $# -ge 2 ] || complain "$1 wants a value"
    case $1 in
    --kernel) kernel=$2 ;;
    --modules-build) build=$2 ;;
    --sequences) sequences=$2 ;;
    -o) output=$2 ;;
    --option) option=$2 ;;
    --append) append=$2 ;;
    --accel) extra="$extra --accel $2" ;;
    esac
    shift 2
done

packaged_kernel() {
    for image in /boot/vmlinuz-6.12.*-amd64; do
        [ -d "/lib/modules/${image#/boot/vmlinuz-}/build" ] && echo "$image"
    done | sort -V | tail -n 1
}

if [ -z "$kernel" ]; then
    kernel=$(packaged_kernel)
    [ -n "$kernel" ] || complain "no packaged kernel with headers here. Debian 12 has one:
  apt-get install linux-image-6.12-amd64 linux-headers-6.12-amd64"
fi
[ -r "$kernel" ] || complain "cannot read the kernel image $kernel"
if [ -z "$build" ]; then
    case $kernel in
    */arch/x86*/boot/bzImage) build=${kernel%/arch/x86*/boot/bzImage} ;;
    */vmlinuz-*) build=/lib/modules/${kernel##*/vmlinuz-}/build ;;
    *) complain "which tree was $kernel built in? Say so with --modules-build" ;;
    esac
fi
[ -r "$build/.config" ] || complain "$build is no configured kernel tree (it has no .config)"
for tool in qemu-system-x86_64 g++ make python3; do
    command -v "$tool" >/dev/null || complain "$tool is missing: apt-get install qemu-system-x86 g++ make python3"
done

work=$(mktemp -d "${TMPDIR:-/tmp}/pfnscope-record.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp -r "$here/module" "$work/module"
make -s -C "$build" M="$work/module" modules >"$work/module.log" 2>&1 || {
    cat "$work/module.log" >&2
    complain "the module does not build against $build"
}
g++ -std=c++20 -Os ${PFNSCOPE_CXXFLAGS:-} -static -Wall -Wextra -o "$work/init" "$here"/program/*.cpp
grep -E '^(# )?CONFIG_(DEBUG_VM|NR_CPUS|SPLIT_P.._PTLOCKS|TRANSPARENT_HUGEPAGE|MEM_SOFT_DIRTY|USERFAULTFD|MEMCG|NUMA|X86_PAT|PREEMPT|PREEMPT_NONE|PREEMPT_VOLUNTARY|PREEMPT_DYNAMIC|LRU_GEN|FAIL_PAGE_ALLOC|KPROBES|PER_VMA_LOCK|ARCH_SUPPORTS_HUGE_PFNMAP|ARCH_SUPPORTS_P.D_PFNMAP|X86_5LEVEL)[ =]' \
    "$build/.config" >"${output%.jsonl}.config" || true
grep -q '^CONFIG_DEBUG_VM=y' "$build/.config" || extra="$extra --without-debug-vm"

# shellcheck disable=SC2086
python3 "$here/record_trace.py" --kernel "$kernel" --init "$work/init" --module "$work/module/pfnscope_recorder.ko" \
    --sequences "$sequences" --append "$append" --work "$work" $extra -o "$output" || {
    [ -r "$work/console" ] && tail -n 30 "$work/console" >&2
    exit 1
}

[ -n "$option" ] || exit 0
pfnscope=${PFNSCOPE:-$(command -v pfnscope || find "$root"/build* -name pfnscope -type f -perm -u+x 2>/dev/null | head -n 1)}
[ -n "$pfnscope" ] || complain "the trace is in $output; there is no pfnscope to compare it with $option (set PFNSCOPE)"
exec "$pfnscope" kernel "$output" --option "$option"

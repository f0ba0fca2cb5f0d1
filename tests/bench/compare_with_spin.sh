#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# SPIN's breadth-first search and pfnscope's, one after the other on the same model and machine: states a second, bytes a
# state, and their ratio. usage: compare_with_spin.sh PATH/TO/deposit_search
set -eu

[ $# -eq 1 ] || { echo "usage: $0 PATH/TO/deposit_search" >&2; exit 2; }
search=$(realpath "$1")
model=$(realpath "$(dirname "$0")/../data/deposit/deposit.pml")
for tool in spin gcc; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed: nothing to compare with"; exit 0; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cp "$model" deposit.pml
spin -a deposit.pml >/dev/null
gcc -O2 -DSAFETY -DNOREDUCE -DBFS -o pan pan.c 2>/dev/null
./pan -w24 >spin.txt
"$search" --check >own.txt
"$search" --check --symmetric >symmetric.txt
"$search" --threads 1 >single.txt

value() { awk -v name="$2" '$1 == name { print $2 }' "$1"; }
spin_states=$(awk '/states, stored/ { print $1 }' spin.txt)
spin_seconds=$(awk '/elapsed time/ { print $4 }' spin.txt)
spin_bytes=$(awk -v n="$spin_states" '/total actual memory usage/ { printf "%.0f", $1 * 1048576 / n }' spin.txt)
[ "$spin_states" = "$(value own.txt states)" ] || { echo "SPIN found $spin_states states"; cat own.txt; exit 1; }

row() { printf '%-28s %10s %10s %12s %14s\n' "$@"; }
rate() { awk -v n="$1" -v s="$2" 'BEGIN { printf "%.0f", n / s }'; }
own_row() { row "$1" "$(value "$2" states)" "$(value "$2" seconds)" "$(value "$2" states_per_second)" "$(value "$2" bytes_per_state)"; }
spin_rate=$(rate "$spin_states" "$spin_seconds")
row program states seconds states/s "bytes a state"
row "SPIN, -DBFS -w24" "$spin_states" "$spin_seconds" "$spin_rate" "$spin_bytes"
own_row "pfnscope, all cores" own.txt
own_row "pfnscope, one thread" single.txt
own_row "pfnscope, slots symmetric" symmetric.txt
awk -v spin="$spin_rate" -v own="$(value own.txt states_per_second)" -v one="$(value single.txt states_per_second)" \
    'BEGIN { printf "states a second, against SPIN: %.1f times on all cores, %.1f times on one\n", own / spin, one / spin }'

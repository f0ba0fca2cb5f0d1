# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the scripts beside it: PFNSCOPE, an empty folder of their own, and words for what goes wrong.
set -euo pipefail
# shellcheck disable=SC2034
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) # before any cd
pfnscope=$1
folder=$2
# shellcheck disable=SC2034
source_tree=$3
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
export PFNSCOPE_SCENARIOS="$source_tree/scenarios"

needs() {
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
    done
}
fail() {
    echo "failed: $*"
    exit 1
}

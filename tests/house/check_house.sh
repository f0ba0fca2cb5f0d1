#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The rules of the house that a compiler does not see: includes point one way, the engine is free of Qt, every file says
# its licence, no file outgrows its room.
set -u
cd "${1:-.}" || exit 2
failures=0
complain() {
    [ -n "$2" ] || return 0
    printf '%s:\n%s\n' "$1" "$2"
    failures=$((failures + 1))
}

order=$(sed -n 's/^set(PFNSCOPE_ENGINE_ORDER \(.*\))$/\1/p' engine/cmake/PfnscopeTargets.cmake)
complain "engine folders that are not in PFNSCOPE_ENGINE_ORDER" \
    "$(find engine -mindepth 1 -maxdepth 1 -type d -not -name cmake -printf '%f\n' | grep -vxF "$(printf '%s\n' $order)")"
upward() {
    local above="" module
    for module in $order; do
        above="$above|$module"
        # What a module includes from engine/ must be itself or stand above it.
        grep -rnE "^#include \"(${order// /|})/" "engine/$module" 2>/dev/null |
            grep -vE "#include \"(${above#|})/"
    done
}
complain "includes that point the wrong way" "$(upward)"
complain "the engine sees Qt" "$(grep -rnE '^#include <(Q[A-Za-z]|qcustomplot)' engine)"
complain "the engine sees ui/ or app/" "$(grep -rnE '^#include "(ui|app|canvas|panels|theme)/' engine)"

sources() {
    find app engine ui tests -type f \( -name '*.cpp' -o -name '*.h' -o -name 'CMakeLists.txt' -o -name '*.cmake' -o -name '*.sh' \) \
        -not -path '*/data/*' 2>/dev/null
}
complain "files without a licence line" "$(sources | xargs grep -L 'SPDX-License-Identifier:')"
complain "files over 500 lines" "$(sources | grep -E '\.(cpp|h)$' | xargs wc -l | awk '$1 > 500 && $2 != "total" { print $2, $1 }')"
complain "folders that the layout does not name" \
    "$(find . -mindepth 1 -maxdepth 1 -type d -not -name '.*' -not -name 'build*' -printf '%f\n' | grep -vxE 'app|engine|ui|scenarios|tests|assets')"

[ "$failures" -eq 0 ] && echo "the house is in order"
exit "$failures"

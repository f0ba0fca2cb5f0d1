#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From a fresh Debian 12 to the window on the thread's first scenario. Without a display: the comparison report.
set -euo pipefail
cd "$(dirname "$0")/.."
source app/packages.sh
# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES

cmake --preset release -DPFNSCOPE_WITH_TESTS=OFF
cmake --build --preset release --target pfnscope
pfnscope=build/release/bin/pfnscope

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    first=(scenarios/thread/01-*.yaml)
    exec "$pfnscope" window "${first[0]}" "$@"
fi
report=build/thread-report.html
QT_QPA_PLATFORM=offscreen "$pfnscope" report scenarios/thread/*.yaml -o "$report"
echo "There is no display, so no window. The comparison of all options over scenarios/thread is in $PWD/$report"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From a fresh Debian 12 to all tests: builds with warnings as errors, runs everything, then the engine once more under
# the address and undefined-behaviour sanitizers.
set -euo pipefail
cd "$(dirname "$0")/.."
source app/packages.sh
# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES $TEST_PACKAGES

started=$SECONDS
lap() {
    echo "== $1 (after $((SECONDS - started)) s)"
}
lap "configure"
cmake --preset ci
lap "build"
cmake --build --preset ci
lap "test"
PFNSCOPE_INSTALL_PACKAGE=1 ctest --preset ci -j "$(nproc)"
lap "build with the sanitizers"
cmake --preset asan-ubsan -DPFNSCOPE_WITH_UI=OFF -DPFNSCOPE_WERROR=ON
cmake --build --preset asan-ubsan
lap "test with the sanitizers"
ctest --preset asan-ubsan -j "$(nproc)"
lap "all passed"

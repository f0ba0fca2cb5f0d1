#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The pages and pictures in a headless Chromium: stepped through by keyboard, with no request to any network.
source "$(dirname "$0")/setup.sh"
needs chromium node
"$pfnscope" render thread/02-vfio-unmap-4k --option A --format html -o steps.html
"$pfnscope" render thread/02-vfio-unmap-4k --option A --step 3 --format svg -o picture.svg
"$pfnscope" report thread/02-vfio-unmap-4k --option mainline,naive,A -o report.html
node "$here/browser.mjs" "$(command -v chromium)" "$PWD"

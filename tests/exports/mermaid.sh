#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Flowchart, sequence and packet diagrams, read by Mermaid's own parser. It comes from the npm registry into the build
# folder, once.
source "$(dirname "$0")/setup.sh"
needs node npm
modules=$(dirname "$folder")/npm
if [ ! -d "$modules/node_modules/mermaid" ]; then
    mkdir -p "$modules"
    echo '{"private": true}' >"$modules/package.json"
    npm install --prefix "$modules" --no-save --no-audit --no-fund --ignore-scripts mermaid@11.12.0 jsdom@24.1.3 >npm.log 2>&1 ||
        { tail -3 npm.log; echo "skipped: npm cannot fetch Mermaid"; exit 77; }
fi
for name in thread/02-vfio-unmap-4k thread/06-remap-fork thread/08-remap-half-fault-half lessons/10-split; do
    file=$(echo "$name" | tr / -)
    "$pfnscope" render "$name" --option A --each-step --format mermaid -o "$file"
    "$pfnscope" render "$name" --option A --each-step --format calls -o "$file-calls"
done
"$pfnscope" bits --format mermaid -o bits
node "$here/mermaid.mjs" "$modules" "$PWD"

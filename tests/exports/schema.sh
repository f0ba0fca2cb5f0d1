#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every JSON that the program writes, against the schemas that it ships, by a validator that we did not write.
source "$(dirname "$0")/setup.sh"
needs python3
python3 -c 'import jsonschema' 2>/dev/null || { echo "skipped: python3-jsonschema is not installed"; exit 77; }

for name in thread/02-vfio-unmap-4k thread/06-remap-fork bugs/03-fork-fails-half-way lessons/10-split; do
    for option in mainline naive; do
        file=$(echo "$name-$option" | tr / -)
        "$pfnscope" render "$name" --option "$option" --format json -o "$file.diagram.json"
        "$pfnscope" render "$name" --option "$option" --format jsonl -o "$file.trace.jsonl"
        "$pfnscope" render "$name" --option "$option" --format html -o "$file.html"
        "$pfnscope" render "$name" --option "$option" --format cast -o "$file.cast"
    done
done
python3 "$here/validate.py" "$source_tree/assets/schema" .

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SVG by librsvg, PDF by poppler, DOT by graphviz; and everything twice, to the byte.
source "$(dirname "$0")/setup.sh"
needs rsvg-convert pdftoppm pdfinfo dot

case1=(thread/02-vfio-unmap-4k --option A)
for format in svg pdf dot png text unicode diff mermaid calls html json jsonl csv cast; do
    "$pfnscope" render "${case1[@]}" --format "$format" -o "one.$format"
    "$pfnscope" render "${case1[@]}" --format "$format" -o "two.$format"
    cmp "one.$format" "two.$format" || fail "$format is not the same bytes each time"
done

steps=$("$pfnscope" render "${case1[@]}" --format csv | grep -c '^[0-9]')
pages=$(pdfinfo one.pdf | awk '/^Pages/ { print $2 }')
[ "$pages" -eq "$steps" ] || fail "$pages pages for $steps steps"
pdftoppm -r 40 one.pdf page
[ "$(find . -name 'page-*.ppm' | wc -l)" -eq "$steps" ] || fail "poppler does not draw every page"

"$pfnscope" render "${case1[@]}" --each-step --format svg -o frames
for frame in frames/*.svg; do
    rsvg-convert "$frame" -o "$frame.png" || fail "$frame is not drawn by librsvg"
done
"$pfnscope" bits --format svg -o bits
for picture in bits/*.svg; do
    rsvg-convert "$picture" -o "$picture.png" || fail "$picture is not drawn by librsvg"
done
"$pfnscope" render "${case1[@]}" --step 3 --format dot | dot -Tsvg -o dot.svg
grep -q 'id="pmd&#45;0x' dot.svg || fail "graphviz lost the ids"
echo "$steps steps in every form, each twice the same"

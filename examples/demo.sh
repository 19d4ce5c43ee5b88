#!/bin/bash
# The whole way on the shipped example: a town that does not exist is made,
# ruled on, treated, inspected, released and verified.
set -euo pipefail
cd "$(dirname "$0")/.."
segwan=build/segwan
demo=build/demo
cargo=$demo/cargo
released=$demo/released

bold= plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' plain=$'\033[0m'; fi
step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
run() { printf '$ %s\n\n' "$*"; "$@"; }

rm -rf "$demo"
mkdir -p "$demo"

step "1. A town that does not exist, its restricted sites, and the names that betray them"
run build/examples/make-town -o "$cargo"

step "2. The exporter's key"
run $segwan keygen -o "$demo/exporter.key"

step "3. Cleared for export, by the law in force on 2026-12-03"
run $segwan clear -d examples/declaration.yaml -r rulebooks/kr/map-export.yaml \
    --date 2026-12-03 -z "$cargo/zones.geojson" --strip-names "$cargo/names.txt" \
    -k "$demo/exporter.key" "$cargo/town.osm.pbf" -o "$released/"

step "4. Anyone can check it, with the public key alone"
run $segwan waybill verify "$released/waybill.dsse.json" \
    --pub "$demo/exporter.key.pub" "$released/town.osm.pbf" \
    "$released/ruling.json" "$released/inspection.json"

step "5. Before and after"
run build/examples/draw-map -z "$cargo/zones.geojson" -o "$demo/before-and-after.svg" \
    "$cargo/town.osm.pbf" "$released/town.osm.pbf"
cat <<TXT
cargo     $cargo/town.osm.pbf
release   $released/town.osm.pbf
waybill   $released/waybill.dsse.json   (segwan waybill show ...)
picture   $demo/before-and-after.svg   (open it in a browser)
TXT

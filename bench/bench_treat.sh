#!/bin/bash
# Treatment against osmium: bench_treat.sh BUILD [TOWNS].
#
# Times `segwan treat --remove-zones` and, for reference, treatment with all
# options and inspection, against `osmium cat` re-encoding the same file, each
# the median of three, in turn in one run, with as many threads as there are
# processors. The file is TOWNS generated towns with their zones.
set -eu
build=$1
towns=${2:-100}
command -v osmium >/dev/null || { echo "SKIPPED: no osmium"; exit 0; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$build/examples/make-town" --towns "$towns" -o "$work" >/dev/null
in=$work/town.osm.pbf zones=$work/zones.geojson

# run NAME COMMAND...: adds wall milliseconds and peak KiB to the records.
run() {
    local name=$1
    shift
    /usr/bin/time -f '%e %M' -o "$work/time" "$@" >/dev/null 2>&1
    awk '{ print int($1 * 1000) }' "$work/time" >>"$work/$name.ms"
    awk '{ print $2 }' "$work/time" >>"$work/$name.kib"
}
median() { sort -n "$work/$1" | sed -n 2p; }

export OSMIUM_POOL_THREADS
OSMIUM_POOL_THREADS=$(nproc)
for round in 1 2 3; do
    run osmium osmium cat --no-progress -O -o "$work/cat.osm.pbf" "$in"
    run zones "$build/segwan" treat "$in" --remove-zones -z "$zones" -o "$work/out.osm.pbf"
    run all "$build/segwan" treat "$in" -z "$zones" --strip-tags ele --strip-tags 'name:*' \
        --strip-names "$work/names.txt" --strip-metadata --scope base-and-roads \
        --coarsen 25000 -o "$work/all.osm.pbf"
    run inspect "$build/segwan" inspect "$in" "$work/out.osm.pbf" -z "$zones"
done

echo "machine: $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo |
    head -n 1), load $(cut -d ' ' -f 1 /proc/loadavg)"
echo "input: $(stat -c %s "$in") bytes, $towns towns, $(grep -c '"Feature"' "$zones") zones"
show() {
    awk -v n="$1" -v ms="$(median "$2.ms")" -v peer="$(median osmium.ms)" \
        -v kib="$(median "$2.kib")" -v bytes="$3" 'BEGIN {
        printf "%-34s %7d ms  %5.2f of osmium cat  %5d MiB  %s\n", n, ms, ms / peer,
               kib / 1024, bytes }'
}
show "osmium cat, $(nproc) pool threads" osmium "$(stat -c %s "$work/cat.osm.pbf") bytes"
show "segwan treat --remove-zones" zones "$(stat -c %s "$work/out.osm.pbf") bytes"
show "segwan treat, all treatments" all "$(stat -c %s "$work/all.osm.pbf") bytes"
show "segwan inspect" inspect ""

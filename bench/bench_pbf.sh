#!/bin/bash
# Reading and writing PBF against osmium: bench_pbf.sh BUILD [FILE] [ROUNDS].
#
# Times osm-copy (our reader to our writer, nothing between) and `osmium cat`
# on a file of ROUNDS shifted copies of FILE, each the median of three, in turn,
# and prints the ratio. Without FILE the largest shared extract is taken.
set -eu
build=$1
file=${2:-../shared/data/osm/porto.osm.pbf}
rounds=${3:-20}
[ -r "$file" ] || { echo "SKIPPED: no $file"; exit 0; }
command -v osmium >/dev/null || { echo "SKIPPED: no osmium"; exit 0; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$build/bench/make-large" "$file" "$rounds" "$work/in.osm.pbf"

# Wall seconds of a command.
seconds() {
    local start end
    start=$(date +%s%N)
    "$@"
    end=$(date +%s%N)
    echo "$(((end - start) / 1000000))"
}

median() { sort -n | sed -n 2p; }

threads=$(nproc)
for round in 1 2 3; do
    seconds "$build/tests/osm/osm-copy" "$work/in.osm.pbf" \
        "$work/ours.osm.pbf" >>"$work/ours"
    OSMIUM_POOL_THREADS=$threads seconds osmium cat --no-progress -O \
        -o "$work/theirs.osm.pbf" "$work/in.osm.pbf" >>"$work/threads"
    seconds osmium cat --no-progress -O \
        -o "$work/theirs.osm.pbf" "$work/in.osm.pbf" >>"$work/default"
done
ours=$(median <"$work/ours")
with_threads=$(median <"$work/threads")
default=$(median <"$work/default")

echo "machine: $(nproc) threads, $(sed -n 's/^model name.*: //p' /proc/cpuinfo |
    head -n 1), load $(cut -d ' ' -f 1 /proc/loadavg)"
echo "input: $(stat -c %s "$work/in.osm.pbf") bytes," \
    "$rounds rounds of $(basename "$file")"
echo "osm-copy: $ours ms, $(stat -c %s "$work/ours.osm.pbf") bytes"
echo "osmium cat, $threads pool threads: $with_threads ms," \
    "$(stat -c %s "$work/theirs.osm.pbf") bytes"
echo "osmium cat, default: $default ms"
awk -v a="$ours" -v b="$with_threads" -v c="$default" \
    'BEGIN { printf "ratio: %.2f (%.2f of the default)\n", a / b, a / c }'

#!/bin/bash
# bench.sh BUILD [WORD...]: the benchmarks of these names (treat, pbf, cel, rules), or
# every one, one after the other. docs/benchmarks.md keeps what they said.
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
declare -A titles=(
    [treat]="treatment"
    [pbf]="reading and writing PBF"
    [cel]="evaluating CEL"
    [rules]="rulings"
)
[ $# -gt 0 ] || set -- treat pbf cel rules
for word in "$@"; do
    [ -n "${titles[$word]:-}" ] || {
        echo "no benchmark is called $word; there are: treat pbf cel rules" >&2
        exit 2
    }
done
for word in "$@"; do
    echo "== ${titles[$word]}"
    "bench/bench_$word.sh" "$build"
    echo
done

#!/bin/bash
# fuzz/run.sh BUILD [TARGET [SECONDS]]: fuzzes one target, or each in turn,
# from its seed corpus. What is found stays in BUILD/found. cel-model compares
# src/cel with tests/model instead: on as many cases as said, or for 60s.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1 only=${2:-} seconds=${3:-60}
if [ "$only" = cel-model ]; then
    exec tests/model/run "$build/tests/model/cel-model" "${3:-60s}" 0
fi
mkdir -p "$build/found"
for target in "$build"/fuzz/fuzz-*; do
    [ -f "$target" ] && [ -x "$target" ] || continue
    name=$(basename "$target")
    name=${name#fuzz-}
    [ -z "$only" ] || [ "$only" = "$name" ] || continue
    work="$build/corpus-$name"
    mkdir -p "$work"
    echo "fuzzing $name for $seconds s"
    "$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 \
        -print_final_stats=1 -artifact_prefix="$build/found/$name-" \
        "$work" "fuzz/corpus/$name" 2>&1 | grep -vE '^#[0-9]+.*(REDUCE|NEW|pulse|RELOAD)' | tail -n 12
done
[ -n "$only" ] || tests/model/run "$build/tests/model/cel-model" "${seconds}s" 0

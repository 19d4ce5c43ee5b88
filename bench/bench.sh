#!/bin/bash
# bench.sh BUILD: every benchmark, one after the other. docs/benchmarks.md keeps
# what they said.
set -eu
cd "$(dirname "$0")/.."
build=$1
echo "== treatment"
bench/bench_treat.sh "$build"
echo
echo "== reading and writing PBF"
bench/bench_pbf.sh "$build"

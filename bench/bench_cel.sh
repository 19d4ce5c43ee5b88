#!/bin/bash
# Evaluation of CEL policies against the peers that npm installs: bench_cel.sh
# BUILD [POLICY.json...].
#
# One table a policy: nanoseconds of an evaluation (the median of many short
# batches), how many times ours that is (x ours), and what a peer cannot run. Each figure
# comes from a process of its own, one after the other. The peers are installed
# into BUILD/bench/cel-peers, from wherever npm is set up to take them.
set -euo pipefail
build=$1
shift
[ $# -gt 0 ] || set -- ../shared/cel/bench/p{1,2,3}.json
[ -r "$1" ] || { echo "SKIPPED: no $1"; exit 0; }
peers=$build/bench/cel-peers

# Leaves the peers installed in $peers, or says why not.
install_peers() {
    command -v node >/dev/null && command -v npm >/dev/null || {
        echo "peers SKIPPED: no node, or no npm"
        return 1
    }
    mkdir -p "$peers"
    cp bench/cel-peers/*.mjs bench/cel-peers/package.json "$peers"
    cmp -s "$peers/package.json" "$peers/installed.json" && return
    (cd "$peers" && npm install --no-package-lock --no-audit --no-fund \
        --ignore-scripts --loglevel=error) >"$peers/npm.log" 2>&1 || {
        echo "peers SKIPPED: npm install failed: $(head -n 1 "$peers/npm.log")"
        return 1
    }
    cp "$peers/package.json" "$peers/installed.json"
}

# Rows of name, version, nanoseconds, note; ours first. Behind a peer's row
# stands what ours takes right after it, for the machine's speed drifts.
measure() {
    "$build/bench/bench-cel" "$1"
    [ "$have_peers" = true ] || return 0
    node "$peers/measure.mjs" | while read -r peer; do
        row=$(node "$peers/measure.mjs" "$1" "$peer")
        [ -z "$row" ] || printf '%s\t%s\n' "$row" "$("$build/bench/bench-cel" --alone "$1")"
    done
}

# The rows as a table for docs/benchmarks.md.
show() {
    awk -F '\t' '
        function row(who, version, ns, ratio, note) {
            printf "| %-27s | %-12s | %9s | %8s | %s |\n", who, version, ns, ratio, note
        }
        NR == 1 {
            row("who", "version", "ns", "x ours", "note")
            row("---", "---", "---", "---", "---")
            row($1, $2, $3, "1.00", $4)
            next
        }
        { row($1, $2, $3, $3 == "-" ? "-" : sprintf("%.2f", $3 / $5), $4) }'
}

have_peers=false
install_peers && have_peers=true
cat <<TXT
machine: $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo |
    head -n 1), load $(cut -d ' ' -f 1 /proc/loadavg);
with: $(cc --version | head -n 1), buildtype=release;
date: $(date -u +%Y-%m-%d); command: ./dev bench cel
TXT
for policy in "$@"; do
    echo
    jq -r '"\(.name): \(.title)\n"' "$policy"
    measure "$policy" | show
done

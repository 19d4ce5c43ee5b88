#!/bin/bash
# Rulings: bench_rules.sh BUILD [LINES].
#
# One declaration against the largest shipped rulebook; the same against a book
# of thirty simple rules, and against thirty policies of Cedar that say the
# same; then LINES declarations (a million) through `segwan batch`.
set -euo pipefail
build=$1 lines=${2:-1000000}
book=rulebooks/kr/map-export.yaml
peers=$build/bench/cel-peers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Thirty rules on the same dozen facts, and as many policies: a rule fails where
# its policy forbids.
make_thirty() {
    cat <<'YAML'
rulebook: xx/thirty
jurisdiction: XX
title: Thirty rules
as_of: 2026-11-01
sources:
  act: {title: An act, provision: Art. 1, url: "https://law.example", read: 2026-11-01, evidence: law}
facts:
  kind: {type: string, ask: Which kind?}
  dest: {type: string, ask: Where to?}
  owner: {type: string, ask: Whose?}
  scale: {type: int, ask: Which scale?}
  area: {type: int, ask: How large?}
  year: {type: int, ask: Of which year?}
  users: {type: int, ask: How many users?}
  reviewed: {type: bool, ask: Was it reviewed?}
  contours: {type: bool, ask: Has it contours?}
rules:
YAML
    for i in $(seq 30); do
        cat <<YAML
  - {id: r$i, title: Rule $i, source: act, status: law, otherwise: permit, remedy: R,
     when: 'kind == "map" && dest != "KR" && (area > $((i * 10)) || contours)',
     require: 'scale >= $((i * 100)) && (reviewed || year < $((2000 + i))) && owner != "o$i" && users < $((i * 100000))'}
YAML
    done
}
make_thirty_policies() {
    echo 'permit(principal, action, resource);'
    for i in $(seq 30); do
        cat <<CEDAR
forbid(principal, action, resource) when {
    context.kind == "map" && context.dest != "KR" && (context.area > $((i * 10)) || context.contours)
} unless {
    context.scale >= $((i * 100)) && (context.reviewed || context.year < $((2000 + i))) &&
    context.owner != "o$i" && context.users < $((i * 100000))
};
CEDAR
    done
}
facts='{"kind": "map", "dest": "US", "owner": "LX", "scale": 5000, "area": 700, "year": 2024, "users": 1000, "reviewed": true, "contours": false}'

table() {
    printf '| %s | microseconds |\n| --- | ---: |\n' "$1"
    awk -F '\t' '{ printf "| %s | %s |\n", $1, $2 }'
    echo
}

"$build/bench/bench-rules" "$book" examples/declaration.yaml 2026-11-24 |
    table "$(grep -c '^  - id:' "$book") rules of $book"

make_thirty >"$work/thirty.yaml"
echo "$facts" >"$work/facts.json"
make_thirty_policies >"$work/thirty.cedar"
{
    "$build/bench/bench-rules" "$work/thirty.yaml" "$work/facts.json" 2026-11-24
    if [ -d "$peers/node_modules/@cedar-policy/cedar-wasm" ]; then
        cp bench/cel-peers/cedar-rules.mjs "$peers"
        node "$peers/cedar-rules.mjs" "$work/thirty.cedar" "$work/facts.json"
    else
        printf 'cedar-wasm SKIPPED: not installed (./dev bench cel does)\t-\n'
    fi
} | table "thirty simple rules"

# A thousand declarations, again and again.
for i in $(seq 1000); do
    printf '{"destination": {"country": "%s"}, "cargo": {"kind": "map", "scale": %d}, "export": {"exemption": "none"}}\n' \
        "$([ $((i % 7)) = 0 ] && echo KR || echo US)" $((i * 50))
done >"$work/thousand"
for ((i = 0; i < lines; i += 1000)); do cat "$work/thousand"; done >"$work/lines"
for threads in 1 2; do
    for explain in "" --explain; do
        /usr/bin/time -f "%e %M" -o "$work/time" "$build/segwan" batch -q $explain -j $threads \
            --date 2026-11-24 -r "$book" "$work/lines" >"$work/out" || [ $? = 1 ]
        read -r seconds kib < <(tail -n 1 "$work/time")
        printf 'batch of %s lines, %s threads%s\t%s s\t%s MB\n' "$(wc -l <"$work/out")" $threads \
            "${explain:+, explained}" "$seconds" $((kib / 1024))
    done
done | awk -F '\t' 'BEGIN { print "| batch | wall | memory |\n| --- | ---: | ---: |" } { printf "| %s | %s | %s |\n", $1, $2, $3 }'

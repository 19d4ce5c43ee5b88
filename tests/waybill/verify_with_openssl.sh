#!/bin/bash
# Runs the commands that docs/waybill.md gives to a stranger, as they stand
# there, on a waybill fresh from the library; then changes one thing after
# another and sees the same commands fail.
set -euo pipefail
make_waybill=$1 doc=$2 schema=$3

for tool in jq openssl base64 sha256sum; do
    command -v "$tool" > /dev/null || { echo "skipped: no $tool"; exit 77; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$make_waybill" "$dir"
cd "$dir"
printf 'the zones\n' > zones.canonical

# The fenced blocks of the document, one script.
awk '/^```sh$/ {on = 1; next} /^```$/ {on = 0} on' "$doc" > commands
test "$(grep -c openssl commands)" -ge 4

run_commands() { bash -euo pipefail commands > log 2>&1; }

run_commands || { cat log; echo "FAIL: the document's commands"; exit 1; }
grep -q 'Signature Verified Successfully' log

# What it says of the predicate is true as well.
if /usr/bin/python3 -c 'import jsonschema' 2> /dev/null; then
    /usr/bin/python3 - "$schema" <<'PY'
import json, jsonschema, sys
schema = json.load(open(sys.argv[1]))
predicate = json.load(open("statement.json"))["predicate"]
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(predicate)
assert set(predicate) == set(schema["properties"]), "undocumented member"
PY
else
    echo "schema not checked: no jsonschema"
fi

must_fail() {
    if run_commands; then echo "FAIL: $1 was not noticed"; exit 1; fi
    echo "noticed: $1"
}

changed() { # FILE SED-SCRIPT WHAT
    cp "$1" kept
    sed -i "$2" "$1"
    cmp -s "$1" kept && { echo "FAIL: $1 did not change"; exit 1; }
    must_fail "$3"
    mv kept "$1"
}

changed korea.osm.pbf 's/map/mop/' 'a changed map'
changed ruling.json 's/1/2/' 'a changed ruling'
changed waybill.dsse.json 's/"payload":"eyJfd/"payload":"eyJfe/' 'a changed payload'
changed waybill.dsse.json 's/in-toto+json/in-toto+jso/' 'a changed payload type'
changed waybill.dsse.json 's/"keyid":"./"keyid":"x/' 'a changed key id'
changed waybill.dsse.json 's/"sig":".../"sig":"AAA/' 'a changed signature'
changed zones.canonical 's/zones/zonez/' 'another zone list'
run_commands

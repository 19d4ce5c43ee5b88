"""Holds rulings against docs/ruling.schema.json.

Usage: check_schema.py SCHEMA TEST MANUAL, where TEST MANUAL FILE writes a JSON
list of rulings to FILE.

The schema itself must be one, admit them, and refuse each after a small
change; else a schema that admits everything would pass.
"""
import copy
import json
import os
import subprocess
import sys
import tempfile

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("skipped: no jsonschema")
    sys.exit(77)

schema = json.load(open(sys.argv[1], encoding="utf-8"))
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "rulings.json")
    subprocess.run([*sys.argv[2:], path], check=True, capture_output=True)
    rulings = json.load(open(path, encoding="utf-8"))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)

changes = [
    lambda r: r.update(verdict="maybe"),
    lambda r: r.update(extra=1),
    lambda r: r.pop("questions"),
    lambda r: r.update(date="tomorrow"),
    lambda r: r["rules"][0].update(state="lost"),
    lambda r: r["rules"][0].pop("sources"),
    lambda r: r["rules"][0]["require"].update(value=7),
    lambda r: r["treatments"].append({"name": "blur", "arguments": None}),
    lambda r: r["rulebooks"][0].update(variant="bill-9"),
    lambda r: r["readings"][0].pop("changes"),
    lambda r: r["readings"][0]["changes"].append({"rule": "scale", "from": "held", "to": "lost"}),
    lambda r: r["readings"][0]["changes"].append({"from": "held", "to": "failed"}),
    lambda r: r["terms"][0].update(value="yes"),
    lambda r: r["terms"][0].update(state="met"),
    lambda r: r["terms"][1].pop("is"),
    lambda r: r["terms"][1]["missing"].append("systems[].country"),
]
for ruling in rulings:
    validator.validate(ruling)
    for number, change in enumerate(changes):
        changed = copy.deepcopy(ruling)
        change(changed)
        if validator.is_valid(changed):
            sys.exit(f"change {number} is admitted")
print(f"{len(rulings)} rulings fit, {len(changes)} changes to each do not")

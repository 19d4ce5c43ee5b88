"""Holds rulebooks against docs/rulebook.schema.json.

Every shipped book must fit it, and a book that uses every key. Then that book is
spoilt in one place at a time: neither the schema nor segwan may take it, so that an
editor never marks what segwan takes, and marks what it can see.

check_rulebook_schema.py SCHEMA SEGWAN RULEBOOKS
"""
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml


class Yaml12(yaml.SafeLoader):
    """YAML 1.2's core schema: days are text, `NO` is a word."""


Yaml12.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null", "~n"),
):
    Yaml12.add_implicit_resolver(
        "tag:yaml.org,2002:" + tag, re.compile("^(?:%s)$" % pattern), list(first))

WHOLE = """
rulebook: xx/whole
jurisdiction: XX
title: Every key of the format
as_of: 2026-11-01
origin: firm.origin
home: XX
notes: A book for a test.
sources:
  act: {title: The Act, provision: Art. 1, url: "https://law.example/1", read: 2026-11-01, review: 2027-11-01,
        evidence: law, notes: Read whole.}
  news: {title: The News, provision: Page 1, url: "https://news.example/1", read: 2026-11-01, evidence: press}
facts:
  firm.origin: {type: string, ask: "Where from?"}
  firm.turnover: {type: list(double), unit: EUR, count: 3, min: 0, ask: "What turnover?"}
  firm.users: {type: int, min: 0, max: 9000000000, ask: "How many users?"}
  firm.named: {type: bool, ask: "Named?", notes: In the list.}
  firm.kind: {type: string, values: [shop, search], ask: "Which kind?"}
  asked: {type: date, ask: "When?"}
  machines:
    type: list(record)
    ask: "Which machines?"
    fields:
      country: {type: string, ask: "Where?"}
      holds: {type: list(string), values: [data, keys], ask: "What?"}
      cores: {type: int, unit: core, min: 1, max: 4096}
calendars:
  xx: {title: Working days, source: act, weekend: [saturday, sunday], from: 2026-01-01, to: 2026-12-31,
       holidays: [2026-01-01], notes: One year.}
terms:
  large:
    title: Turnover of 75 in each of three years
    source: act
    of: firm.turnover
    at_least: 75
    quantifier: each
    over: 3
    window: financial year
    unit: EUR
    level: group
    state: meets
    readings:
      once: {title: In one year, source: news, quantifier: any}
  presumed:
    - {title: Presumed once, source: act, status: law, in_force: {to: 2025-12-31}, is: large}
    - title: Presumed
      source: [act, news]
      in_force: {from: 2026-01-01}
      known: {from: 2025-06-01}
      is: large && firm.users > 5
      state: presumed
      subject: platform
      notes: Since this year.
rules:
  - id: move
    title: The machines stand here
    source: act
    status: law
    in_force: {from: 2026-01-01, to: 2026-12-31}
    known: {from: 2025-06-01, to: 2027-01-01}
    when: presumed && firm.kind == "shop"
    require: machines.all(m, m.country == "XX")
    otherwise: treat
    treatment: {remove-zones: true, strip-tags: [a], strip-names: true, strip-metadata: true, scope: base-and-roads,
                coarsen: {scale: 25000}}
    remedy: Move them.
    takes: A week.
    penalty: A fine.
    notes: Unsure.
    readings:
      later: {title: Later, source: news, in_force: {from: 2026-07-01}}
  - id: wait
    title: Nine working days pass
    source: act
    status: bill
    require: workdays.between(asked, ruling.date, "xx") >= 9
    otherwise: barred
    remedy: Wait.
variants:
  draft:
    title: A draft
    status: bill
    source: news
    notes: Not law.
    terms: {large: {at_least: 50, source: news}}
    rules:
      - {id: move, otherwise: barred}
      - {id: new, title: Named firms only, source: news, status: bill, require: firm.named, otherwise: permit,
         remedy: Get named.}
    without: [wait]
"""


def put(path, value):
    """A change of the book: `value` at a place of it."""
    def change(book):
        for key in path[:-1]:
            book = book[key]
        book[path[-1]] = value
    return change


def drop(*path):
    def change(book):
        for key in path[:-1]:
            book = book[key]
        del book[path[-1]]
    return change


SPOILT = {
    "no title": drop("title"),
    "no sources": drop("sources"),
    "no source": put(["sources"], {}),
    "no rule": put(["rules"], []),
    "unknown key": put(["titel"], "x"),
    "id with a blank": put(["rulebook"], "xx whole"),
    "day with one digit": put(["as_of"], "2026-1-1"),
    "source without day": drop("sources", "act", "read"),
    "source of unknown evidence": put(["sources", "act", "evidence"], "hearsay"),
    "fact without question": drop("facts", "firm.named", "ask"),
    "fact of unknown type": put(["facts", "firm.named", "type"], "boolean"),
    "path that begins with a digit": put(["facts", "1st.fact"], {"type": "bool", "ask": "x?"}),
    "values of a number": put(["facts", "firm.users", "values"], ["1"]),
    "bound of a string": put(["facts", "firm.origin", "min"], 1),
    "count of no list": put(["facts", "firm.users", "count"], 3),
    "fields of no record": put(["facts", "firm.users", "fields"], {"a": {"type": "int"}}),
    "record without fields": drop("facts", "machines", "fields"),
    "record within a record": put(["facts", "machines", "fields", "country", "type"], "list(record)"),
    "weekend of no day": put(["calendars", "xx", "weekend"], ["sonntag"]),
    "calendar without end": drop("calendars", "xx", "to"),
    "holiday of no day": put(["calendars", "xx", "holidays"], ["new year"]),
    "holiday twice": put(["calendars", "xx", "holidays"], ["2026-01-01", "2026-01-01"]),
    "term without title": drop("terms", "large", "title"),
    "term with two operators": put(["terms", "large", "more_than"], 1),
    "term without operator": drop("terms", "large", "at_least"),
    "term of both forms": put(["terms", "large", "is"], "firm.named"),
    "term of no form": put(["terms", "large"], {"title": "x", "source": "act"}),
    "unknown quantifier": put(["terms", "large", "quantifier"], "most"),
    "unknown level": put(["terms", "large", "level"], "planet"),
    "unknown state": put(["terms", "large", "state"], "guilty"),
    "over of an expression": put(["terms", "presumed", 1, "over"], 2),
    "threshold in words": put(["terms", "large", "at_least"], "many"),
    "reading without source": drop("terms", "large", "readings", "once", "source"),
    "reading that changes nothing": put(["rules", 0, "readings", "later"], {"source": "news"}),
    "reading of a remedy": put(["rules", 0, "readings", "later", "remedy"], "x"),
    "rule without requirement": drop("rules", 0, "require"),
    "rule without remedy": drop("rules", 0, "remedy"),
    "rule of unknown status": put(["rules", 0, "status"], "custom"),
    "rule with an unknown outcome": put(["rules", 0, "otherwise"], "fine"),
    "treatment missing": drop("rules", 0, "treatment"),
    "unknown treatment": put(["rules", 0, "treatment"], {"blur": True}),
    "treatment that is not": put(["rules", 0, "treatment", "remove-zones"], False),
    "scale that is no number": put(["rules", 0, "treatment", "coarsen"], {"scale": "fine"}),
    "period of an unknown key": put(["rules", 0, "in_force"], {"since": "2026-01-01"}),
    "variant without source": drop("variants", "draft", "source"),
    "variant's rule without id": drop("variants", "draft", "rules", 1, "id"),
    "variant that takes away a map": put(["variants", "draft", "without"], {"wait": True}),
}


def taken(segwan, book, folder):
    path = folder / "book.yaml"
    path.write_text(json.dumps(book))
    done = subprocess.run([segwan, "rule", "-r", path, "-d", "-"], input="{}", text=True, capture_output=True)
    if done.returncode not in (0, 1, 3):
        sys.exit("segwan ended with %d: %s" % (done.returncode, done.stderr))
    return done.returncode != 3, done.stderr


def main():
    schema, segwan, books = sys.argv[1:]
    validator = jsonschema.Draft7Validator(json.loads(pathlib.Path(schema).read_text()))
    validator.check_schema(validator.schema)
    count = 0
    for path in sorted(pathlib.Path(books).rglob("*.yaml")):
        if path.name.endswith(".cases.yaml"):
            continue
        for error in validator.iter_errors(yaml.load(path.read_text(), Yaml12)):
            sys.exit("%s: %s: %s" % (path, "/".join(map(str, error.absolute_path)), error.message))
        count += 1
    whole = yaml.load(WHOLE, Yaml12)
    validator.validate(whole)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        fits, why = taken(segwan, whole, folder)
        assert fits, why
        for what, change in SPOILT.items():
            book = copy.deepcopy(whole)
            change(book)
            assert not validator.is_valid(book), "the schema takes: " + what
            assert not taken(segwan, book, folder)[0], "segwan takes: " + what
    assert count > 0
    print("%d books fit, %d spoilt ones do not" % (count, len(SPOILT)))


main()

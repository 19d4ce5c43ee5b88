"""segwan what-if on shipped rulebooks: each way that it finds, and each cause that it
names, is tried with segwan rule."""
import json
import pathlib
import tempfile
import unittest

import yaml

from common import BOOK, DECLARATION, SOURCE, assert_schema, segwan

BOOKS = ["kr/map-export", "us/bulk-data", "us/imagery-israel", "cn/data-export", "ru/242-fz"]
PLATFORM = SOURCE / "examples/what-if/platform.yaml"
NEXT_YEAR = SOURCE / "examples/what-if/platform-next-year.yaml"
BOOKING = SOURCE / "examples/parity/booking.yaml"


def flat(said, prefix=""):
    """Facts by their dotted paths; of declarations, free text left out."""
    facts = {}
    for key, value in said.items():
        if prefix == "" and key in ("declaration", "notes"):
            continue
        if isinstance(value, dict):
            facts |= flat(value, f"{prefix}{key}.")
        else:
            facts[prefix + key] = value
    return facts


class WhatIf(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def written(self, facts):
        path = pathlib.Path(self.dir.name) / "said.json"
        path.write_text(json.dumps(facts, default=str))
        return path

    def rule(self, facts, book, *more):
        told = segwan("rule", "-d", self.written(facts), "-r", book, "--json", *more)
        self.assertLess(told.returncode, 2, told.stderr)
        return json.loads(told.stdout)

    def test_every_way_gives_the_verdict_that_is_wanted(self):
        ways = 0
        for name in BOOKS:
            book = SOURCE / f"rulebooks/{name}.yaml"
            cases = yaml.safe_load(book.with_suffix(".cases.yaml").read_text())["cases"]
            for case in [c for c in cases if "variant" not in c and "known_on" not in c][:6]:
                said, day = flat(case["declaration"]), ("--date", str(case["date"]))
                told = segwan("what-if", "-d", self.written(said), "-r", book, *day,
                              "--nearest", "--json")
                self.assertLess(told.returncode, 2, told.stderr)
                found = json.loads(told.stdout)
                assert_schema(self, found, "what-if")
                self.assertEqual(found["now"]["verdict"], self.rule(said, book, *day)["verdict"])
                for way in found["ways"]:
                    changed = {c["fact"]: yaml.safe_load(c["to"]) for c in way["changes"]}
                    self.assertEqual(len(changed), found["ruled_out"] + 1)
                    ruling = self.rule(said | changed, book, *day)
                    self.assertEqual(ruling["verdict"], way["verdict"])
                    if found["wanted"] == "other":
                        self.assertIn("failed", {r["state"] for r in ruling["rules"]
                                                 if r["status"] not in ("bill", "reported")})
                    else:
                        self.assertEqual(ruling["verdict"], found["wanted"])
                    ways += 1
        self.assertGreater(ways, 50)

    def test_what_is_held_does_not_change(self):
        told = segwan("what-if", "-d", DECLARATION, "-r", BOOK, "--date", "2026-12-03",
                      "--nearest", "--json", "--hold", "cargo.area", "--hold", "cargo.lineage")
        found = json.loads(told.stdout)
        self.assertEqual(told.returncode, 0)
        self.assertTrue(found["ways"])
        for way in found["ways"]:
            facts = {c["fact"] for c in way["changes"]}
            self.assertFalse(facts & {"cargo.area", "cargo.lineage"})

    def test_causes_undone_turn_the_verdict_back(self):
        told = segwan("what-if", "-d", PLATFORM, "--against", NEXT_YEAR, "-r", BOOKING,
                      "--date", "2026-11-20", "--json")
        self.assertEqual(told.returncode, 1)
        found = json.loads(told.stdout)
        assert_schema(self, found, "what-if")
        was, is_now = (flat(yaml.safe_load(p.read_text())) for p in (PLATFORM, NEXT_YEAR))
        self.assertEqual({d["name"] for d in found["differences"]},
                         {path for path in was if was[path] != is_now[path]})
        verdict = found["flips"][0]
        self.assertEqual(verdict["what"], "verdict")
        self.assertFalse(verdict["alone"])
        names = [found["differences"][i]["name"] for i in verdict["causes"]]
        for undone, expected in [(names, "clear")] + [([n], "barred") for n in was]:
            said = is_now | {n: was[n] for n in undone}
            ruling = self.rule(said, BOOKING, "--date", "2026-11-20")
            self.assertEqual(ruling["verdict"], expected, undone)

    def test_a_day_turns_what_comes_into_force_on_it(self):
        days = ("2026-12-02", "2026-12-03")
        told = segwan("what-if", "-d", DECLARATION, "-r", BOOK, "--date", days[0], "--to-date",
                      days[1], "--json")
        found = json.loads(told.stdout)
        said = flat(yaml.safe_load(DECLARATION.read_text()))
        states = [{r["id"]: r["state"] for r in self.rule(said, BOOK, "--date", day)["rules"]}
                  for day in days]
        turned = {i for i in states[0] if states[0][i] != states[1][i]}
        self.assertTrue(turned)
        self.assertEqual({f["id"] for f in found["flips"] if f["what"] == "rule"}, turned)
        for flip in found["flips"]:
            self.assertEqual([found["differences"][i]["what"] for i in flip["causes"]], ["date"])

    def test_the_same_situation_changes_nothing(self):
        told = segwan("what-if", "-d", PLATFORM, "--against", PLATFORM, "-r", BOOKING)
        self.assertEqual(told.returncode, 0)
        self.assertIn("Nothing differs.", told.stdout)

    def test_wrong_usage_is_told(self):
        for more, reason in [((), "say what to compare with"),
                             (("--nearest", "--to-date", "2026-01-01"), "--nearest compares"),
                             (("--to", "clear", "--against", PLATFORM), "need --nearest"),
                             (("--nearest", "--to", "undetermined"), "expected clear"),
                             (("--nearest", "--hold", "platform.orign"), "platform.orign"),
                             (("--to-variant", "bil"), "no variant")]:
            told = segwan("what-if", "-d", PLATFORM, "-r", BOOKING, *more)
            self.assertEqual(told.returncode, 2, more)
            self.assertIn(reason, told.stderr)


if __name__ == "__main__":
    unittest.main()

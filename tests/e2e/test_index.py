"""segwan index, on the invented harbours and, where the machine has it, on the OECD's
table: every score is put together again here, in Python, by another way."""
import csv
import json
import pathlib
import shutil
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from collections import defaultdict

from common import SOURCE, assert_schema, segwan

EXAMPLE = SOURCE / "examples/index"
DSTRI = SOURCE / "indexes/oecd-dstri.yaml"
TABLE = SOURCE.parent / "shared/data/dstri/oecd-dstri-2026-05-04.csv"
AREAS = {"CLAS1_6": "infrastructure", "CLAS1_7": "transactions", "CLAS1_8": "payment",
         "CLAS1_9": "property", "CLAS1_10": "other"}


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.dir)

    def ok(self, *args, status=0):
        done = segwan("index", *args)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def refused(self, status, *args):
        done = segwan("index", *args)
        self.assertEqual(done.returncode, status, done.stdout)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def picture(self, *args):
        path = self.dir / "picture.svg"
        self.ok(*args, "--svg", path)
        root = ElementTree.parse(path).getroot()
        self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
        for part in ("title", "desc"):
            self.assertTrue(root.find("{http://www.w3.org/2000/svg}" + part).text)
        return path.read_text()


class Example(Case):
    def test_a_table_is_shown_with_what_moved(self):
        text = self.ok(EXAMPLE / "index.yaml", "-s", EXAMPLE / "scores.csv", "-e", "XX",
                       "-e", "BAY")
        self.assertIn("12 of 12\ntotals", text)
        self.assertIn("2021 +0.250000 charts +1 (+0.250000)", text)
        self.assertIn("The bay (2)", text)
        self.assertIn("2020 to 2022: charts +1", text)

    def test_rules_answer_for_two_economies_and_two_days(self):
        args = [EXAMPLE / "index.yaml", "-a", EXAMPLE / "xx.yaml", "-a", EXAMPLE / "yy.yaml",
                "-r", EXAMPLE / "harbour.yaml", "--since", "2021-01-01", "--date",
                "2026-11-24"]
        told = json.loads(self.ok(*args, "--json"))
        xx, yy = told["economies"]
        self.assertEqual([s["index"] for s in xx["scores"]],
                         [{"low": 0.0, "high": 0.5}, {"low": 0.25, "high": 0.75}])
        self.assertEqual(yy["scores"][1]["index"], {"low": 0.25, "high": 0.5})
        permit = xx["scores"][1]["measures"][0]
        self.assertEqual(permit["because"], "xx/harbour#scale stands in the way")
        self.assertIn("xx/harbour#scale not in force", self.ok(*args))

    def test_json_is_as_its_schema_says(self):
        for args in (("-s", EXAMPLE / "scores.csv"),
                     ("-s", EXAMPLE / "scores.csv", "-e", "XX", "-e", "BAY"),
                     ("-a", EXAMPLE / "xx.yaml", "-a", EXAMPLE / "yy.yaml", "-r",
                      EXAMPLE / "harbour.yaml")):
            assert_schema(self, json.loads(self.ok(EXAMPLE / "index.yaml", *args, "--json")),
                          "index")

    def test_pictures_are_svg(self):
        table = [EXAMPLE / "index.yaml", "-s", EXAMPLE / "scores.csv", "-e", "XX", "-e", "BAY"]
        for kind in ("path", "areas", "moves"):
            self.assertIn("Exmouth", self.picture(*table, "--chart", kind))
        days = ["--since", "2021-01-01", "--date", "2026-11-24"]
        for kind in ("areas", "moves"):
            self.picture(EXAMPLE / "index.yaml", "-a", EXAMPLE / "yy.yaml", *days, "--chart", kind)
        self.assertIn("a path leads through", self.refused(
            2, EXAMPLE / "index.yaml", "-a", EXAMPLE / "yy.yaml", "--svg", self.dir / "x", "--chart",
            "path"))

    def test_what_does_not_go_together_is_refused(self):
        index, table = EXAMPLE / "index.yaml", EXAMPLE / "scores.csv"
        for args, reason in (
                ((index, "-e", "XX"), "--economy goes with --scores"),
                ((index, "--date", "2020-01-01"), "--date goes with --answers"),
                ((index, "-s", table, "-a", EXAMPLE / "xx.yaml"), "--scores or computed"),
                ((index, "-s", table, "--svg", "x.svg"), "needs an economy"),
                ((index, "-s", table, "-e", "Q"), '"Q" is neither'),
                ((index, "-s", table, "-e", "XX", "--from", "1999"), "the table has 2020"),
                ((index, "-s", table, "-e", "XX", "--svg", self.dir / "x", "--chart", "pie"),
                 "expected path, areas or moves")):
            self.assertIn(reason, self.refused(2, *args))
        self.assertIn("rulebook xx/harbour is needed",
                      self.refused(3, index, "-a", EXAMPLE / "xx.yaml"))
        self.assertEqual(list(self.dir.iterdir()), [])

    def test_a_table_of_another_edition_is_refused(self):
        other = self.dir / "other.csv"
        other.write_text((EXAMPLE / "scores.csv").read_text().replace("XX,Exmouth,C,2021,0.25",
                                                                      "XX,Exmouth,C,2021,0.24"))
        told = self.refused(3, EXAMPLE / "index.yaml", "-s", other)
        self.assertIn("line 5, column 1", told)
        self.assertIn("another edition?", told)

    def test_the_shipped_indexes_describe_themselves(self):
        for path in sorted((SOURCE / "indexes").glob("*.yaml")):
            if "answers_to" in path.read_text():
                continue
            told = json.loads(self.ok(path, "--json"))
            self.assertIn(told["title"].split()[0], self.ok(path))
            weight = sum(a["measure_weight"] * a["measures"] if "measure_weight" in a
                         else a["weight"] for a in told["areas"])
            self.assertAlmostEqual(weight, 1, delta=1e-6)


class Crossing(Case):
    """The index computed from the rulebooks that are shipped, against the days on which
    the laws changed."""
    INDEX = SOURCE / "indexes/crossing.yaml"

    def answers(self, economy, *days):
        """measure: its answer on each of two days, (low, high) where it is open."""
        told = json.loads(self.ok(self.INDEX, "-a", self.INDEX.with_suffix("") / f"{economy}.yaml",
                                  "-r", SOURCE / "rulebooks", "--since", days[0], "--date",
                                  days[1], "--json"))
        scores = told["economies"][0]["scores"]
        return {m["measure"]: [s["measures"][i]["answer"] for s in scores]
                for i, m in enumerate(scores[0]["measures"])}

    OPEN = {"low": 0.0, "high": 1.0}

    def test_chinas_exports_are_eased_from_one_day_to_the_next(self):
        answers = self.answers("cn", "2024-03-21", "2024-03-22")
        for measure in ("customers", "million", "sensitive"):
            self.assertEqual(answers[measure], [1.0, 0.0], measure)
        self.assertEqual(answers["state-map"], [1.0, 1.0])
        self.assertEqual(answers["home"], [self.OPEN, self.OPEN])

    def test_koreas_masking_duty_begins_and_earlier_privacy_law_was_not_read(self):
        answers = self.answers("kr", "2026-12-02", "2026-12-03")
        self.assertEqual(answers["military-map"], [0.0, 1.0])
        self.assertEqual(answers["analytics"], [1.0, 1.0])
        self.assertEqual(answers["customers"], [0.0, 0.0])
        answers = self.answers("kr", "2023-09-14", "2023-09-15")
        self.assertEqual(answers["analytics"], [self.OPEN, 1.0])

    def test_russias_rule_is_one_through_its_two_wordings(self):
        self.assertEqual(self.answers("ru", "2015-08-31", "2015-09-01")["home"],
                         [self.OPEN, 1.0])
        self.assertEqual(self.answers("ru", "2025-06-30", "2025-07-01")["home"], [1.0, 1.0])

    def test_viet_nam_and_india_answer_what_their_rulebooks_cover(self):
        self.assertEqual(self.answers("vn", "2022-09-30", "2022-10-01")["home"],
                         [self.OPEN, 1.0])
        answers = self.answers("in", "2022-09-26", "2022-09-27")
        self.assertEqual(answers["own-map"], [self.OPEN, 1.0])
        self.assertEqual(answers["customers"], [self.OPEN, self.OPEN])


@unittest.skipUnless(TABLE.exists(), f"needs the OECD's table at {TABLE}")
class Oecd(Case):
    @classmethod
    def setUpClass(cls):
        cls.cells = defaultdict(dict)
        with open(TABLE, encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                cls.cells[row["REF_AREA"], int(row["TIME_PERIOD"])][row["MEASURE"]] = \
                    row["OBS_VALUE"]

    def test_the_table_is_the_one_that_the_index_is_of(self):
        self.assertEqual(len(self.cells), 129 * 12)
        self.assertEqual({len(c) for c in self.cells.values()}, {6})

    def test_every_score_is_rebuilt_to_the_published_digits(self):
        codes = sorted({economy for economy, _ in self.cells})
        told = json.loads(self.ok(DSTRI, "-s", TABLE, "--json",
                                  *[a for c in codes for a in ("-e", c)]))
        self.assertEqual(told["rebuilt"], {"economies": 129, "totals": 1548,
                                           "area_scores": 7740, "part_scores": 12})
        totals = parts = 0
        for line in told["economies"]:
            for score in line["scores"]:
                cell = self.cells[line["economy"], int(score["at"])]
                self.check(score["index"], cell["STRI"])
                totals += 1
                for code, name in AREAS.items():
                    area = next(a for a in score["areas"] if a["area"] == name)
                    self.check(area["score"], cell[code])
                    parts += area["scored"] != int(area["scored"])
        self.assertEqual(totals, 1548)
        self.assertEqual(parts, 12)

    def check(self, made, published):
        """Equal once rounded to what is published: nine decimals, trailing zeros left
        out, or more."""
        digits = max(9, len(published.partition(".")[2]))
        self.assertLessEqual(abs(made - float(published)), 0.5001 * 10 ** -digits + 2e-16,
                             published)

    def test_koreas_path_is_whole_measures(self):
        """Which whole numbers they are, from the scores alone: the units are the smallest
        scores of each area, and no other."""
        unit = {code: min(float(c[code]) for c in self.cells.values() if float(c[code]) > 0)
                for code in AREAS}
        told = json.loads(self.ok(DSTRI, "-s", TABLE, "--json", "-e", "KOR", "-e", "EU"))
        assert_schema(self, told, "index")
        korea, union = told["economies"]
        for score in korea["scores"]:
            cell = self.cells["KOR", int(score["at"])]
            for code, name in AREAS.items():
                area = next(a for a in score["areas"] if a["area"] == name)
                self.assertAlmostEqual(area["scored"], float(cell[code]) / unit[code], places=5)
        members = ["AUT", "BEL", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HUN",
                   "IRL", "ITA", "LTU", "LUX", "LVA", "NLD", "POL", "PRT", "SVK", "SVN", "SWE"]
        self.assertEqual(union["members"], 22)
        for score in union["scores"]:
            mean = sum(float(self.cells[m, int(score["at"])]["STRI"]) for m in members) / 22
            self.assertAlmostEqual(score["index"], mean, places=8)

    def test_what_the_published_texts_say(self):
        told = json.loads(self.ok(DSTRI, "-s", TABLE, "--json", "-e", "KOR", "-e", "USA", "-e",
                                  "JPN"))
        last = [line["scores"][-1]["index"] for line in told["economies"]]
        self.assertEqual([round(last[0] - x, 2) for x in last[1:]], [0.02, 0.04])
        rank = told["rank"]
        self.assertEqual((rank["lower"], rank["same"] - 1), (24, 4))

    def test_the_picture_in_the_docs_is_this_one(self):
        drawn = self.picture(DSTRI, "-s", TABLE, *[a for c in ("KOR", "USA", "JPN", "CHN", "EU")
                                                   for a in ("-e", c)])
        self.assertEqual(drawn, (SOURCE / "docs/pictures/dstri-korea.svg").read_text())

    def test_one_digit_changed_is_found(self):
        text = TABLE.read_text(encoding="utf-8-sig")
        lines = text.splitlines(keepends=True)
        at = next(i for i, line in enumerate(lines) if ",KOR," in line and ",0.039674953," in line)
        lines[at] = lines[at].replace("0.039674953", "0.039674963")
        other = self.dir / "other.csv"
        other.write_text("".join(lines))
        self.assertIn(f"line {at + 1}, column 1", self.refused(3, DSTRI, "-s", other))


if __name__ == "__main__":
    unittest.main()

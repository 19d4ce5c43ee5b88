"""segwan parity on the invented booking platforms: who is covered is worked out again
here from the table, and the statistics are SciPy's."""
import csv
import html.parser
import json
import pathlib
import shutil
import tempfile
import unittest

from common import SOURCE, segwan

try:
    from jsonschema import Draft202012Validator
    from scipy import stats
    from scipy.stats.contingency import odds_ratio
except ImportError:
    stats = None

EXAMPLE = SOURCE / "examples/parity"
BOOK = EXAMPLE / "booking.yaml"
TABLE = EXAMPLE / "operators.csv"
DATE = "2026-11-20"


def numbers(cell):
    return [int(n) if n else None for n in cell.split(";")] if cell else []


def firms():
    """(name, origin, smaller of the last two turnovers, bookings), None: missing."""
    lines = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    for row in csv.DictReader(lines):
        sales = numbers(row["platform.turnover"])
        yield (row["name"], row["origin"], min(sales[:2]) if sales else None,
               int(row["platform.bookings"]) if row["platform.bookings"] else None)


def holds(number, test):
    return None if number is None else test(number)


def both(a, b):
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def tables(sales_limit, bookings_limit):
    """[(foreign covered, spared, domestic covered, spared)] that the table allows."""
    found = {(0, 0, 0, 0)}
    for _, origin, sales, bookings in firms():
        covered = both(holds(sales, lambda n: n >= sales_limit),
                       holds(bookings, lambda n: n > bookings_limit))
        at = 0 if origin != "XX" else 2
        ways = [at, at + 1] if covered is None else [at if covered else at + 1]
        found = {tuple(n + (i == way) for i, n in enumerate(t)) for t in found for way in ways}
    return sorted(found)


def ends(values):
    return {"low": min(values), "high": max(values)}


class Page(html.parser.HTMLParser):
    """Whether every element is closed in its turn, and what fetches something."""
    EMPTY = {"meta", "link", "img", "br", "hr", "input"}

    def __init__(self, text):
        super().__init__()
        self.open, self.fetches, self.ids, self.seen = [], [], [], set()
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "srcset", "action"):
                self.fetches.append((tag, value))
            if name == "id":
                self.ids.append(value)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.dir)

    def ok(self, *args, table=TABLE, book=BOOK):
        done = segwan("parity", table, "-r", book, "--date", DATE, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def told(self, *args, **files):
        return json.loads(self.ok("--json", *args, **files))

    def refused(self, status, *args, table=TABLE, book=BOOK):
        done = segwan("parity", table, "-r", book, "--date", DATE, *args)
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        return done.stderr


class Numbers(Case):
    def assert_near(self, a, b, relative=1e-4):
        for end in ("low", "high"):
            self.assertLessEqual(abs(a[end] - b[end]), relative * abs(b[end]), (a, b))

    def test_coverage_is_what_the_table_says(self):
        told = self.told()
        expected = tables(40_000_000, 900_000)
        groups = told["effect"]["groups"]
        for name, at in (("foreign", 0), ("domestic", 2)):
            self.assertEqual(groups[name]["covered"], ends([t[at] for t in expected]))
            self.assertEqual(groups[name]["spared"], ends([t[at + 1] for t in expected]))
        self.assertEqual(told["effect"]["tables"], len(expected))
        self.assertEqual([f["name"] for f in told["firms"] if f["missing"]], ["Nacre"])

    def test_steps_are_what_the_table_says(self):
        told = self.told()
        for threshold in told["thresholds"]:
            large = threshold["term"] == "large"
            for step in threshold["steps"]:
                # At its end, or just before it where the end is the next step's.
                value = step["to"] if step["to"] != "infinite" else 10**12
                value = value if step["to_included"] else value - 1
                found = tables(value if large else 40_000_000, 900_000 if large else value)
                self.assertEqual(step["covered"]["foreign"], ends([t[0] for t in found]))
                self.assertEqual(step["covered"]["domestic"], ends([t[2] for t in found]))

    @unittest.skipIf(stats is None, "no SciPy")
    def test_statistics_are_scipys(self):
        effect = self.told()["effect"]
        found = [[[a, b], [c, d]] for a, b, c, d in tables(40_000_000, 900_000)]
        self.assert_near(effect["fisher_p"], ends([stats.fisher_exact(t)[1] for t in found]))
        odds = [odds_ratio(t, kind="conditional") for t in found]
        self.assert_near(effect["odds_ratio"], ends([o.statistic for o in odds]))
        intervals = [o.confidence_interval(0.95) for o in odds]
        self.assert_near(effect["odds_interval"],
                         {"low": min(i.low for i in intervals),
                          "high": max(i.high for i in intervals)})
        self.assert_near(effect["ratio"], ends([a * (c + d) / (c * (a + b))
                                                for ((a, b), (c, d)) in found]))
        self.assertLess(effect["ratio_interval"]["low"], effect["ratio"]["low"])
        self.assertGreater(effect["ratio_interval"]["high"], effect["ratio"]["high"])

    def test_a_bill_is_measured_as_if_it_were_law(self):
        told = self.told("--variant", "lower-bar")
        expected = tables(25_000_000, 900_000)
        self.assertEqual(told["effect"]["groups"]["domestic"]["covered"],
                         ends([t[2] for t in expected]))
        self.assertEqual(told["variant"], "lower-bar")

    def test_only_rows_that_count_are_compared(self):
        told = self.told("--eligible", 'platform.kind == "rooms"', "--covered", "agent")
        rooms = [f for f in told["firms"] if f["eligible"] == "true"]
        self.assertEqual(len(rooms), 7)
        self.assertEqual(told["effect"]["groups"]["foreign"]["covered"], {"low": 4, "high": 4})
        self.assertEqual(told["effect"]["ratio"], {"low": "infinite", "high": "infinite"})

    def test_near_misses_are_as_near_as_asked(self):
        near = self.told("--near", "3")["near_misses"]
        firms_ = self.told()["firms"]
        self.assertEqual([firms_[n["firm"]]["name"] for n in near], ["Marlo", "Costa Ferry"])


class Forms(Case):
    @unittest.skipIf(stats is None, "no jsonschema")
    def test_json_is_as_its_schema_says(self):
        schema = json.loads((SOURCE / "docs/parity.schema.json").read_text())
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for args in ((), ("--variant", "lower-bar", "--eligible", "platform.bookings > 0"),
                     ("--covered", "agent")):
            told = self.told(*args)
            self.assertEqual([e.message for e in validator.iter_errors(told)], [])
            for key in schema["required"]:
                self.assertFalse(validator.is_valid({k: v for k, v in told.items()
                                                     if k != key}), key)

    def test_the_page_is_whole_and_fetches_nothing(self):
        path = self.dir / "parity.html"
        self.ok("--html", path)
        text = path.read_text()
        page = Page(text)
        self.assertEqual(page.fetches, [])
        self.assertEqual(len(page.ids), len(set(page.ids)))
        self.assertNotIn("script", page.seen)
        self.assertIn("svg", page.seen)
        for word in ("every booking platform that carries", "Costa Ferry", "no finding"):
            self.assertIn(word, text)

    def test_the_same_is_said_every_time(self):
        first, second = self.dir / "1.html", self.dir / "2.html"
        self.assertEqual(self.ok("--html", first), self.ok("--html", second))
        self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_a_group_without_firms_is_said(self):
        table = self.dir / "abroad.csv"
        table.write_text("name,origin,platform.bookings\nA,US,5\nB,NL,6\n")
        text = self.ok(table=table)
        self.assertIn("No domestic firm is among those compared", text)
        self.assertIn("comparison set  not stated", text)


class Refusals(Case):
    def test_wrong_questions(self):
        self.assertIn("no term and no rule", self.refused(2, "--covered", "nobody"))
        self.assertIn("nobody", self.refused(2, "--variant", "nobody"))
        self.assertIn("--eligible: line 1, column 1",
                      self.refused(2, "--eligible", "platform.bookins > 1"))
        self.assertIn("--near", self.refused(2, "--near", "x"))

    def test_wrong_tables(self):
        table = self.dir / "bad.csv"
        table.write_text("name,origin,platform.bookings\nA,US,many\n")
        self.assertIn("line 2, column 6", self.refused(3, table=table))
        self.assertIn("origin: FACT", self.refused(
            3, book=SOURCE / "rulebooks/kr/map-export.yaml"))

    def test_an_input_is_not_replaced(self):
        before = TABLE.read_bytes()
        self.assertIn("would replace", self.refused(2, "--html", TABLE))
        self.assertEqual(TABLE.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()

"""The shipped populations: each is read by its rulebook, every row has a source, and
where it is public how many firms a rule reaches, that many are reached."""
import csv
import json
import re
import unittest

from common import SOURCE, segwan

FOLDER = SOURCE / "rulebooks/populations"
RESERVED = ["name", "origin", "source", "notes"]
# The tables without ranges, which parity reads whole.
PLAIN = ["eu-dma", "jp-msca", "uk-dmcc"]


def read(table):
    """(the comments by key, the rows)"""
    lines = table.read_text().splitlines()
    said = dict(line[2:].split(": ", 1) for line in lines if line.startswith("#"))
    return said, list(csv.DictReader(line for line in lines if not line.startswith("#")))


def parity(name, *args):
    table = FOLDER / f"{name}.csv"
    said, _ = read(table)
    book = re.match(r"[a-z0-9/-]+", said["rulebook"])[0]
    done = segwan("parity", table, "-r", SOURCE / f"rulebooks/{book}.yaml", "--date",
                  said["as of"], "--json", *args)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def reached(told):
    """{side: (eligible, covered at least, at most)}"""
    return {side: (group["eligible"]["high"], group["covered"]["low"],
                   group["covered"]["high"])
            for side, group in told["effect"]["groups"].items()}


class Populations(unittest.TestCase):
    def test_every_table_says_what_it_holds(self):
        tables = sorted(FOLDER.glob("*.csv"))
        self.assertGreater(len(tables), 7)
        for table in tables:
            with self.subTest(table=table.name):
                said, rows = read(table)
                self.assertLessEqual({"source", "as of", "rulebook", "comparison set"},
                                     set(said))
                self.assertEqual(list(rows[0])[:2], RESERVED[:2])
                self.assertEqual(list(rows[0])[-2:], RESERVED[2:])
                self.assertEqual(len({row["name"] for row in rows}), len(rows))
                for row in rows:
                    self.assertRegex(row["origin"], "^[A-Z]{2}$")
                    self.assertRegex(row["source"], "^https?://")

    def test_each_is_read_whole(self):
        for name in PLAIN:
            told = parity(name)
            self.assertEqual(told["population"]["rows"],
                             len(read(FOLDER / f"{name}.csv")[1]), name)
            self.assertEqual(told["face"]["readers"], [], name)

    def test_the_readme_names_every_table(self):
        text = (FOLDER / "README.md").read_text()
        for table in FOLDER.glob("*.csv"):
            self.assertIn(f"({table.name})", text)

    def test_gatekeepers_listed_presumed_and_left_out(self):
        self.assertEqual(reached(parity("eu-dma"))["foreign"], (38, 23, 23))
        # 22 listed and 12 refused; iPadOS was listed below the thresholds.
        self.assertEqual(reached(parity("eu-dma", "--covered", "presumed"))["foreign"],
                         (38, 34, 34))

    def test_japan_designated_eight_kinds_of_software(self):
        self.assertEqual(reached(parity("jp-msca")),
                         {"foreign": (9, 8, 8), "domestic": (0, 0, 0)})

    def test_three_activities_have_strategic_market_status(self):
        self.assertEqual(reached(parity("uk-dmcc", "--covered", "designated")),
                         {"foreign": (6, 3, 3), "domestic": (0, 0, 0)})


if __name__ == "__main__":
    unittest.main()

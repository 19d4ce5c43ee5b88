"""The shipped populations: each is read by its rulebook, every row has a source, and
where it is public how many firms a rule reaches, that many are reached."""
import csv
import json
import re
import unittest

from common import SOURCE, segwan

FOLDER = SOURCE / "rulebooks/populations"
RESERVED = ["name", "origin", "source", "notes"]


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
    def test_every_table_says_what_it_holds_and_is_read(self):
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
                self.assertEqual(parity(table.stem)["population"]["rows"], len(rows))

    def test_the_readme_names_every_table(self):
        text = (FOLDER / "README.md").read_text()
        for table in FOLDER.glob("*.csv"):
            self.assertIn(f"({table.name})", text)

    def test_no_rulebook_on_platforms_reads_the_origin(self):
        for table in FOLDER.glob("*.csv"):
            self.assertEqual(parity(table.stem)["face"]["readers"], [], table.name)

    def test_six_and_five_large_services_in_korea(self):
        self.assertEqual(reached(parity("kr-telecom-2021")),
                         {"foreign": (3, 3, 3), "domestic": (3, 3, 3)})
        self.assertEqual(reached(parity("kr-telecom-2022")),
                         {"foreign": (3, 3, 3), "domestic": (3, 2, 2)})

    def test_two_agents_were_asked_for(self):
        for year in ("2021", "2022"):
            self.assertEqual(reached(parity(f"kr-telecom-{year}", "--covered", "needs_agent")),
                             {"foreign": (3, 2, 2), "domestic": (3, 0, 0)})

    def test_all_three_app_markets_are_within_the_marker(self):
        self.assertEqual(reached(parity("kr-app-markets-2022", "--covered", "position")),
                         {"foreign": (2, 2, 2), "domestic": (1, 1, 1)})

    def test_the_plan_of_2024_reaches_whom_the_press_named(self):
        told = parity("kr-presumption-2024", "--variant", "kftc-2024-09", "--covered",
                      "platform_meets")
        # Google thrice and Apple; Meta and Microsoft are open. Naver, but not Kakao:
        # a messenger is none of the six services.
        self.assertEqual(reached(told), {"foreign": (10, 4, 6), "domestic": (2, 1, 1)})

    def test_a_lower_floor_opens_the_question_of_one_firm_more(self):
        told = parity("kr-presumption-2024", "--variant", "kang-min-guk", "--covered",
                      "platform_meets")
        self.assertEqual(reached(told), {"foreign": (10, 4, 7), "domestic": (2, 1, 1)})

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

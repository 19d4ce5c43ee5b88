"""segwan commitments on the instruments and rulebooks that are shipped."""
import json
import unittest

from common import SOURCE, assert_schema, segwan

COMMITMENTS = SOURCE / "commitments"
BOOKS = SOURCE / "rulebooks"


class Commitments(unittest.TestCase):
    def told(self, *args):
        done = segwan("commitments", *args, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_all_that_is_shipped_fits_together(self):
        """Each rule that an instrument refers to is in its rulebook, if that is shipped."""
        told = self.told(COMMITMENTS, "-r", BOOKS, "--date", "2026-11-24")
        assert_schema(self, told, "commitments")
        self.assertEqual(told["instruments"], len(list(COMMITMENTS.glob("*.yaml"))))
        for rule in told["rules"]:
            shipped = (BOOKS / (rule["rulebook"] + ".yaml")).exists()
            self.assertEqual("title" in rule, shipped, rule["rulebook"])
            for link in rule["promises"]:
                self.assertTrue(link["sources"])
                if link["reach"] == "outside":
                    self.assertTrue(link["exceptions"])

    def test_the_map_rules_are_named_by_a_text_without_force(self):
        told = self.told(COMMITMENTS, "-r", BOOKS, "--rule", "kr/map-export",
                         "--date", "2026-11-24")
        [line] = told["rules"]
        self.assertGreater(line["in_force"], 0)
        by = {link["promise"]: link for link in line["promises"]}
        self.assertEqual((by["data-transfer"]["reach"], by["data-transfer"]["force"]),
                         ("names", "political"))
        self.assertIn("self-judging",
                      [e["kind"] for e in by["information-flows"]["exceptions"]])
        self.assertEqual(by["information-flows"]["strength"], "unread")
        before = self.told(COMMITMENTS, "--rule", "kr/map-export", "--date", "2025-11-13")
        self.assertEqual([link["in_force"] for link in before["rules"][0]["promises"]
                          if link["promise"] == "data-transfer"], [False])

    def test_cloud_in_the_public_sector_is_outside_national_treatment_of_the_gats(self):
        told = self.told(COMMITMENTS / "wto.yaml", "--rule", "kr/public-cloud")
        link = next(l for l in told["rules"][0]["promises"]
                    if l["promise"] == "gats-national-treatment")
        self.assertEqual(link["reach"], "outside")
        self.assertEqual([e["id"] for e in link["exceptions"]], ["procurement"])

    def test_text_gives_no_verdict(self):
        done = segwan("commitments", COMMITMENTS, "-r", BOOKS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("No verdict", done.stdout)
        for word in ("breach", "violates", "infringes"):
            self.assertNotIn(word, done.stdout)

    def test_what_cannot_be_is_refused(self):
        self.assertEqual(segwan("commitments").returncode, 2)
        done = segwan("commitments", SOURCE / "docs")
        self.assertEqual(done.returncode, 3)
        self.assertIn("no commitments", done.stderr)


if __name__ == "__main__":
    unittest.main()

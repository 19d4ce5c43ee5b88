"""An interview through a pipe: questions on standard error, answers line by line, the
declaration and the ruling where they belong. PyYAML reads what was written."""
import pathlib
import subprocess
import tempfile
import unittest

import yaml

from common import SEGWAN, SOURCE, segwan

BOOK = """\
rulebook: xx/harbour
jurisdiction: XX
title: Taking harbour charts abroad
as_of: 2026-11-01
sources:
  act: {title: Harbour Charts Act, provision: Art. 4, url: "https://law.example/4",
        read: 2026-11-01, evidence: law}
facts:
  country: {type: string, ask: To which country?}
  chart.scale: {type: int, ask: "What scale is the chart?", min: 1}
  chart.shows: {type: list(string), values: [depths, berths, cranes], ask: What does it show?}
  ships: {type: list(record), ask: Which ships?, fields: {flag: {type: string, ask: Which flag?}}}
rules:
  - {id: scale, title: Coarse charts only, source: act, status: law,
     when: country != "XX", require: chart.scale >= 25000, otherwise: permit, remedy: Ask.}
  - {id: berths, title: No berths abroad, source: act, status: law, when: country != "XX",
     require: '!("berths" in chart.shows)', otherwise: barred, remedy: Take them out.}
  - {id: flags, title: No ships of ZZ, source: act, status: law, when: country != "XX",
     require: 'ships.all(s, s.flag != "ZZ")', otherwise: barred, remedy: Take another ship.}
variants:
  open: {title: A bill, source: act, status: bill, without: [scale]}
"""


class Ask(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = pathlib.Path(tempfile.mkdtemp())
        cls.book = cls.dir / "harbour.yaml"
        cls.book.write_text(BOOK)

    def ask(self, lines, *more, book=None):
        return subprocess.run([SEGWAN, "ask", "-r", book or self.book, "--date", "2026-11-24",
                               *more], input=lines, capture_output=True, text=True)

    def test_only_what_matters_is_asked(self):
        got = self.ask("XX\n")
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertEqual(yaml.safe_load(got.stdout), {"country": "XX"})
        self.assertIn("1. To which country?", got.stderr)
        self.assertNotIn("2. ", got.stderr)
        self.assertIn("clear: may leave as it is", got.stderr)

    def test_answers_become_the_declaration(self):
        out = self.dir / "whole.yaml"
        got = self.ask("NL\n25,000\nd, 3\n2\nNL\nSG\n", "-o", out)
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertEqual(yaml.safe_load(out.read_text()), {
            "country": "NL", "chart.scale": 25000, "chart.shows": ["depths", "cranes"],
            "ships": [{"flag": "NL"}, {"flag": "SG"}]})
        self.assertTrue(got.stdout.startswith("clear: "))
        again = segwan("rule", "-d", out, "-r", self.book, "--date", "2026-11-24")
        self.assertEqual(again.stdout, got.stdout)

    def test_bad_answers_are_asked_again(self):
        got = self.ask("NL\nlarge\n0\n30000\nx\n1\nnone\n")
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertIn('"large" is not a whole number', got.stderr)
        self.assertIn("0 is below 1", got.stderr)
        self.assertIn('"x" is not one of the answers allowed', got.stderr)
        self.assertEqual(yaml.safe_load(got.stdout)["chart.scale"], 30000)

    def test_back_and_why(self):
        got = self.ask("XY\nback\nwhy\nXX\n")
        self.assertEqual(yaml.safe_load(got.stdout), {"country": "XX"})
        self.assertIn('applies   country != "XX"', got.stderr)
        self.assertIn("Harbour Charts Act, Art. 4", got.stderr)

    def test_the_end_of_input_is_not_known(self):
        got = self.ask("NL\n?\n")
        self.assertEqual(got.returncode, 1, got.stderr)
        self.assertEqual(yaml.safe_load(got.stdout), {"country": "NL"})
        self.assertIn("undetermined: ", got.stderr)
        nothing = self.ask("")
        self.assertEqual(nothing.returncode, 1)
        self.assertEqual(yaml.safe_load(nothing.stdout), {})

    def test_a_declaration_is_gone_on_with(self):
        begun = self.dir / "begun.yaml"
        begun.write_text("declaration: 'Charts: \"for\" NL'\ncountry: NL\nchart: {scale: 30000}\n")
        got = self.ask("none\n0\n", "-d", begun)
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertEqual(yaml.safe_load(got.stdout), {
            "declaration": 'Charts: "for" NL', "country": "NL", "chart.scale": 30000,
            "chart.shows": [], "ships": []})

    def test_faults_of_a_declaration_are_told_by_place(self):
        bad = self.dir / "bad.yaml"
        bad.write_text("country: NL\nchart: {scale: many}\n")
        out = self.dir / "never.yaml"
        got = self.ask("1\n", "-d", bad, "-o", out)
        self.assertEqual(got.returncode, 3)
        self.assertIn("bad.yaml: line 2, column 16", got.stderr)
        self.assertFalse(out.exists())

    def test_under_a_variant(self):
        got = self.ask("NL\n1\n0\n", "--variant", "open")
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertNotIn("What scale", got.stderr)

    def test_shipped_books_are_asked_to_the_end(self):
        for book in sorted((SOURCE / "rulebooks").rglob("*.yaml")):
            if book.name.endswith(".cases.yaml"):
                continue
            got = self.ask("1\n" * 40, book=book)
            self.assertIn(got.returncode, (0, 1), f"{book}: {got.stderr[-300:]}")
            self.assertIsInstance(yaml.safe_load(got.stdout), dict, book)


if __name__ == "__main__":
    unittest.main()

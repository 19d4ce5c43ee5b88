"""The command's own face: help, manual pages, completion, JSON, errors."""
import json
import re
import shutil
import subprocess
import unittest

from common import BOOK, BUILD, DATE, DECLARATION, SEGWAN, SOURCE, TownCase, segwan

COMMANDS = ["clear", "rule", "treat", "inspect", "waybill show", "waybill verify",
            "keygen", "test", "batch", "show", "index", "commitments", "parity",
            "what-if", "ask", "cel"]


class Command(TownCase):
    def test_help_is_complete(self):
        for ask in (["--help"], ["help"], ["-h"]):
            told = segwan(*ask)
            self.assertEqual(told.returncode, 0)
            for name in COMMANDS:
                self.assertIn(f"  {name} ", told.stdout)
        for name in COMMANDS:
            told = segwan(*name.split(), "--help")
            self.assertEqual(told.returncode, 0, name)
            self.assertEqual(told.stdout, segwan("help", *name.split()).stdout)
            for part in ("Usage: segwan " + name, "Options:", "Exit status:", "Examples:",
                         "--json", "--help"):
                self.assertIn(part, told.stdout, name)
            self.assertLessEqual(max(map(len, re.sub(r"  segwan .*", "", told.stdout)
                                         .splitlines())), 80)

    def test_every_option_has_a_man_page_entry_and_a_completion(self):
        bash = segwan("--completion", "bash").stdout
        for name in COMMANDS:
            page = "segwan-" + name.replace(" ", "-")
            man = segwan("--man", page)
            self.assertEqual(man.returncode, 0)
            options = re.findall(r"^  (?:-\w, |    )--([\w-]+)", segwan(
                *name.split(), "--help").stdout, re.M)
            self.assertIn("help", options)
            for option in options:
                self.assertIn(option.replace("-", "\\-"), man.stdout, page)
                self.assertIn(f"--{option} ", bash)

    @unittest.skipUnless(shutil.which("man"), "needs man")
    def test_man_pages_are_well_formed(self):
        for page in ["segwan"] + ["segwan-" + n.replace(" ", "-") for n in COMMANDS]:
            source = self.dir / f"{page}.1"
            source.write_text(segwan("--man", page).stdout)
            shown = subprocess.run(["man", "--warnings", "-l", "-E", "UTF-8", source],
                                   capture_output=True, text=True,
                                   env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertEqual(shown.stderr, "", page)

    def test_completion_scripts_parse(self):
        for shell in ("bash", "zsh", "fish"):
            script = segwan("--completion", shell)
            self.assertEqual(script.returncode, 0)
            if shutil.which(shell):
                subprocess.run([shell, "-n"], input=script.stdout, text=True, check=True)
        done = subprocess.run(
            ["bash", "-c", segwan("--completion", "bash").stdout +
             "\nCOMP_WORDS=(segwan treat --str); COMP_CWORD=2; _segwan; echo ${COMPREPLY[@]}"],
            capture_output=True, text=True)
        self.assertIn("--strip-tags", done.stdout)
        self.assertEqual(segwan("--completion", "csh").returncode, 2)

    def test_mistakes_are_named(self):
        cases = [
            (["treat", self.town], "missing option --output"),
            (["treat", "-o", "x"], "missing argument: expected CARGO"),
            (["treat", self.town, "-o", "x", "extra"], "one argument too many: extra"),
            (["treat", self.town, "-o", "x", "--frob"], "unknown option --frob"),
            (["treat", self.town, "-o"], "no value after -o"),
            (["treat", self.town, "-o", "a", "-o", "b"], "given twice: --output"),
            (["treat", self.town, "-o", "x", "--remove-zones"], "-z"),
            (["treat", self.town, "-o", "x", "--coarsen", "-3"], "--coarsen"),
            (["treat", self.town, "-o", "x", "--date", "2026-02-30"], "not a date"),
            (["treat", self.town, "-o", "x", "--buffer", "much"], "--buffer much"),
            (["rule", "-d", DECLARATION], "missing option --rulebook"),
            (["rule", "-d", DECLARATION, "-r", BOOK, "--as-known-on", "today"],
             "--as-known-on today: not a date"),
            (["waybill"], "'show' or 'verify'"),
            (["waybill", "burn"], "'show' or 'verify'"),
            (["frob"], "no such command: frob"),
        ]
        for args, words in cases:
            said = segwan(*args)
            self.assertEqual(said.returncode, 2, args)
            self.assertIn(words, said.stderr)
            self.assertEqual(said.stdout, "")

    def test_files_that_are_not_there(self):
        for args in (["treat", "nowhere.osm.pbf", "-o", self.dir / "x"],
                     ["treat", self.town, "-z", "nowhere.geojson", "-o", self.dir / "x"],
                     ["rule", "-d", "nowhere.yaml", "-r", BOOK],
                     ["rule", "-d", DECLARATION, "-r", "nowhere.yaml"],
                     ["waybill", "show", "nowhere.json"]):
            said = segwan(*args)
            self.assertIn(said.returncode, (3, 4), said.stderr)
            self.assertIn("nowhere", said.stderr)
        self.assertFalse((self.dir / "x").exists())

    def test_json_is_json(self):
        out = self.dir / "t.osm.pbf"
        count = json.loads(segwan("treat", self.town, "-z", self.zones, "-o", out,
                                  "--json").stdout)
        info = json.loads(subprocess.run(["osmium", "fileinfo", "-e", "-j", out],
                                         capture_output=True, text=True).stdout)
        self.assertEqual([count["nodes"], count["ways"], count["relations"]],
                         [info["data"]["count"][k] for k in ("nodes", "ways", "relations")])
        self.assertEqual(count["bytes"], out.stat().st_size)
        seen = json.loads(segwan("inspect", self.town, out, "-z", self.zones, "--json").stdout)
        self.assertTrue(seen["passed"])
        self.assertEqual([c for c in seen["checks"] if c["found"] > 0], [])
        cleared = self.clear(self.dir / "json", "--json")
        told = json.loads(cleared.stdout)
        self.assertTrue(told["released"])
        self.assertEqual(told["ruling"], json.loads(
            (self.dir / "json/ruling.json").read_text()))

    def test_rulebooks_pass_their_cases(self):
        ran = segwan("test", SOURCE / "rulebooks")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertRegex(ran.stdout.splitlines()[-1],
                         r"^[1-9]\d* passed, 0 failed; states reached [1-9]\d* of \d+, "
                         r"sides taken [1-9]\d* of \d+$")

    def test_a_bill_is_ruled_under_and_the_clock_of_the_book_set(self):
        book = self.dir / "bill.yaml"
        said = self.dir / "bill.json"
        said.write_text('{"users": 7}')
        book.write_text("""
rulebook: xx/bill
jurisdiction: XX
title: T
as_of: 2026-11-01
sources: {s: {title: S, provision: P, url: U, read: 2026-11-01, evidence: law}}
facts: {users: {type: int, ask: How many?}}
rules:
  - {id: r, title: T, source: s, status: law, require: users < 9, otherwise: barred, remedy: R,
     known: {from: 2026-06-01}}
  - {id: r, title: T, source: s, status: law, require: users < 5, otherwise: permit, remedy: R,
     known: {to: 2026-05-31}}
variants:
  low: {title: Lower, status: bill, source: s, without: [r], rules: [
    {id: new, title: N, source: s, require: users < 3, otherwise: barred, remedy: R}]}
""")
        def verdict(*args):
            ran = segwan("rule", "-d", said, "-r", book, "--date", "2026-11-24", *args)
            return ran.stdout.split(":")[0], ran.stdout + ran.stderr, ran.returncode
        self.assertEqual(verdict()[0], "clear")
        self.assertEqual(verdict("--as-known-on", "2026-05-31")[0], "permit")
        self.assertIn("as known on 2026-05-31", verdict("--as-known-on", "2026-05-31")[1])
        self.assertEqual(verdict("--variant", "low")[0], "barred")
        self.assertIn("variant low: Lower (bill), ruled as if it were law",
                      verdict("--variant", "low")[1])
        told = verdict("--variant", "high")
        self.assertEqual(told[2], 2)
        self.assertIn('has no variant "high"; it has low', told[1])

    def test_it_installs_and_another_program_links(self):
        root = self.dir / "root"
        subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet"],
                       env={"PATH": "/usr/bin:/bin", "DESTDIR": str(root)}, check=True,
                       capture_output=True)
        prefix = root / "usr/local"
        self.assertEqual(subprocess.run([prefix / "bin/segwan", "--version"],
                                        capture_output=True).returncode, 0)
        self.assertTrue(list(prefix.rglob("segwan-clear.1")))
        pc = next(prefix.rglob("segwan.pc"))
        source = self.dir / "user.c"
        source.write_text("#include <segwan/geo.h>\n#include <segwan/cel.h>\n"
                          "int main(void) { sw_date d; return !sw_date_parse("
                          "SW_STR(\"2026-12-03\"), &d); }\n")
        flags = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "segwan"], capture_output=True, text=True,
            check=True, env={"PATH": "/usr/bin:/bin", "PKG_CONFIG_PATH": str(pc.parent),
                             "PKG_CONFIG_SYSROOT_DIR": str(root)}).stdout.split()
        subprocess.run(["gcc", source, "-o", self.dir / "user", *flags], check=True)
        ran = subprocess.run([self.dir / "user"],
                             env={"LD_LIBRARY_PATH": str(pc.parent.parent)})
        self.assertEqual(ran.returncode, 0)


if __name__ == "__main__":
    unittest.main()

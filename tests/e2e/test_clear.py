"""The whole way: clear, what it writes, what stops it, what it never shows."""
import json
import os
import pathlib
import random
import signal
import subprocess
import time
import unittest

from common import BOOK, DATE, DECLARATION, SEGWAN, TownCase, segwan


class Clear(TownCase):
    def test_released_verified_and_without_a_secret(self):
        out = self.dir / "released"
        done = self.clear(out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(p.name for p in out.iterdir()),
                         ["inspection.json", "ruling.json", "town.osm.pbf",
                          "waybill.dsse.json"])
        self.assertIn("treat", done.stdout.lower())
        self.assert_no_secret(done.stdout + done.stderr, "the output of clear")
        for name in ("inspection.json", "ruling.json", "waybill.dsse.json"):
            self.assert_no_secret((out / name).read_text(), name)
        shown = segwan("waybill", "show", out / "waybill.dsse.json")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assert_no_secret(shown.stdout, "waybill show")
        held = segwan("waybill", "verify", out / "waybill.dsse.json", "--pub",
                      f"{self.key}.pub", *[out / n for n in
                                           ("town.osm.pbf", "ruling.json", "inspection.json")])
        self.assertEqual(held.returncode, 0, held.stderr)

    def test_same_cargo_same_bytes(self):
        a, b = self.dir / "a", self.dir / "b"
        self.assertEqual(self.clear(a, "-j", "1").returncode, 0)
        self.assertEqual(self.clear(b, "-j", "4").returncode, 0)
        for name in ("town.osm.pbf", "ruling.json", "inspection.json"):
            self.assertEqual((a / name).read_bytes(), (b / name).read_bytes(), name)

    def test_a_changed_byte_is_noticed(self):
        out = self.dir / "changed"
        self.assertEqual(self.clear(out).returncode, 0)
        rng = random.Random(1)
        for name in ("town.osm.pbf", "ruling.json", "inspection.json"):
            whole = (out / name).read_bytes()
            at = rng.randrange(len(whole))
            (out / name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            seen = segwan("waybill", "verify", out / "waybill.dsse.json", "--pub",
                          f"{self.key}.pub", out / name)
            self.assertEqual(seen.returncode, 1, name)
            self.assertIn(name, seen.stderr)
            (out / name).write_bytes(whole)

    def test_a_strangers_key_does_not_verify(self):
        out = self.dir / "stranger"
        self.assertEqual(self.clear(out).returncode, 0)
        segwan("keygen", "-o", self.dir / "other.key")
        seen = segwan("waybill", "verify", out / "waybill.dsse.json", "--pub",
                      self.dir / "other.key.pub", out / "town.osm.pbf")
        self.assertEqual(seen.returncode, 1)
        self.assertIn("signature", seen.stderr)

    def test_a_file_that_is_not_there_is_no_forgery(self):
        out = self.dir / "absent"
        self.assertEqual(self.clear(out).returncode, 0)
        seen = segwan("waybill", "verify", out / "waybill.dsse.json", "--pub",
                      f"{self.key}.pub", out / "nowhere.osm.pbf")
        self.assertEqual(seen.returncode, 3)
        self.assertIn("nowhere.osm.pbf", seen.stderr)

    def test_the_duty_begins_on_2026_12_03(self):
        said = self.dir / "osm.yaml"
        text = DECLARATION.read_text()
        said.write_text(text)
        before = json.loads(segwan("rule", "-d", said, "-r", BOOK, "--date", "2026-12-02",
                                   "--json").stdout)
        after = json.loads(segwan("rule", "-d", said, "-r", BOOK, "--date", "2026-12-03",
                                  "--json").stdout)
        states = [{r["id"]: r["state"] for r in x["rules"]} for x in (before, after)]
        switched = [i for i in states[0] if states[0][i] == "not-in-force"
                    and states[1][i] == "failed"]
        self.assertTrue(switched, "no rule switches on at 2026-12-03")

    def test_an_undetermined_ruling_stops_and_asks(self):
        said = self.dir / "empty.yaml"
        said.write_text("cargo: {kind: map}\n")
        out = self.dir / "undetermined"
        done = self.clear(out, declaration=said)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("?", done.stdout)
        self.assertFalse((out / "town.osm.pbf").exists())

    def test_usage_and_bad_input(self):
        broken = self.dir / "broken.geojson"
        broken.write_text(self.zones.read_text()[:-40])
        out = self.dir / "bad"
        done = self.clear(out, zones=broken)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("broken.geojson", done.stderr)
        self.assertFalse((out / "town.osm.pbf").exists())
        self.assert_no_secret(done.stderr, "the error")

        cut = self.dir / "cut.osm.pbf"
        cut.write_bytes(self.town.read_bytes()[:-1000])
        done = self.clear(out, cargo=cut)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("blob", done.stderr)
        self.assertFalse((out / "cut.osm.pbf").exists())

        none = segwan("clear", "-d", DECLARATION, "-r", BOOK, "--date", DATE, "-k", self.key,
                      self.town, "-o", out)
        self.assertEqual(none.returncode, 2, none.stderr)
        self.assertEqual(segwan("treat", self.town, "-z", self.zones, "-o",
                                self.town).returncode, 2)
        self.assertEqual(segwan("treat").returncode, 2)
        self.assertEqual(segwan("nonsense").returncode, 2)

    def test_no_file_is_named_before_it_is_whole(self):
        """Killed at random moments, treat and clear leave nothing or all."""
        whole = self.dir / "whole.osm.pbf"
        args = ["treat", self.town, "-z", self.zones, "--strip-metadata"]
        started = time.monotonic()
        self.assertEqual(segwan(*args, "-o", whole).returncode, 0)
        long = time.monotonic() - started
        rng = random.Random(7)
        folder = self.dir / "kill"
        folder.mkdir()
        for k in range(30):
            target = folder / f"{k}.osm.pbf"
            child = subprocess.Popen([str(SEGWAN), *map(str, args), "-o", str(target)],
                                     stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0, long * 1.1))
            child.send_signal(signal.SIGKILL)
            child.wait()
            if target.exists():
                self.assertEqual(target.read_bytes(), whole.read_bytes())
        left = [p for p in folder.iterdir() if not p.name.endswith(".osm.pbf")]
        self.assertLessEqual(len(left), 30)
        for k in range(15):
            out = self.dir / f"killed-{k}"
            child = subprocess.Popen(
                [str(SEGWAN), "clear", "-d", str(DECLARATION), "-r", str(BOOK), "--date", DATE,
                 "-z", str(self.zones), "--strip-names", str(self.names), "-k", str(self.key),
                 str(self.town), "-o", str(out)],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0, long * 3))
            child.send_signal(signal.SIGKILL)
            child.wait()
            if (out / "town.osm.pbf").exists():
                held = segwan("waybill", "verify", out / "waybill.dsse.json", "--pub",
                              f"{self.key}.pub", out / "town.osm.pbf")
                self.assertEqual(held.returncode, 0, held.stderr)

    def test_a_full_disk_leaves_nothing(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to mount a small file system")
        small = self.dir / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", small],
                          capture_output=True).returncode != 0:
            self.skipTest("cannot mount here")
        try:
            done = segwan("treat", self.town, "-z", self.zones, "-o", small / "x.osm.pbf")
            self.assertEqual(done.returncode, 4, done.stderr)
            self.assertEqual(list(pathlib.Path(small).iterdir()), [])
        finally:
            subprocess.run(["umount", small], check=True)


if __name__ == "__main__":
    unittest.main()

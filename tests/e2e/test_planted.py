"""One violation of each kind is planted in a release; inspection must find it,
say which it is, and stop. And hostile files: an error, no crash, no output."""
import json
import random
import unittest

import osmium
from common import TownCase, segwan


class Planter(osmium.SimpleHandler):
    """Copies a file and lets `change` alter or add to what is written."""

    def __init__(self, source, target, change):
        super().__init__()
        self.writer = osmium.SimpleWriter(str(target))
        self.change = change
        self.apply_file(str(source))
        self.writer.close()

    def node(self, n):
        self.writer.add_node(self.change("n", n) or n)

    def way(self, w):
        self.writer.add_way(self.change("w", w) or w)

    def relation(self, r):
        self.writer.add_relation(self.change("r", r) or r)


class Planted(TownCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.options = ["-z", cls.zones, "--strip-tags", "ele", "--strip-tags", "contour",
                       "--strip-names", cls.names, "--strip-metadata", "--coarsen", "2000",
                       "--scope", "highway", "--scope", "building", "--scope", "natural",
                       "--scope", "type", "--scope", "power"]
        cls.released = cls.dir / "released.osm.pbf"
        done = segwan("treat", cls.town, *cls.options, "-o", cls.released)
        assert done.returncode == 0, done.stderr
        zone = json.loads(cls.zones.read_text())["features"][0]["geometry"]["coordinates"][0]
        cls.inside = (sum(p[0] for p in zone[:-1]) / (len(zone) - 1),
                      sum(p[1] for p in zone[:-1]) / (len(zone) - 1))

    def findings(self, change, options=None):
        path = self.dir / "planted.osm.pbf"
        path.unlink(missing_ok=True)
        Planter(self.released, path, change)
        seen = segwan("inspect", self.town, path, *(options or self.options), "--json")
        self.assertEqual(seen.returncode, 1, seen.stderr)
        self.assert_no_secret(seen.stdout + seen.stderr, "inspection")
        text = segwan("inspect", self.town, path, *(options or self.options))
        self.assertEqual(text.returncode, 1)
        found = {c["check"] for c in json.loads(seen.stdout)["checks"] if c["found"] > 0}
        for check in found:
            self.assertIn(check, text.stdout)
        return found

    def test_a_clean_release_passes(self):
        seen = segwan("inspect", self.town, self.released, *self.options)
        self.assertEqual(seen.returncode, 0, seen.stdout + seen.stderr)

    def once(self, kind, make):
        """A change that happens to the first object of a kind."""
        done = []

        def change(k, o):
            if k == kind and not done:
                made = make(o)
                if made is not None:
                    done.append(o.id)
                return made
            return None
        return change

    def test_a_node_in_a_zone(self):
        self.assertIn("node-in-zone", self.findings(self.once(
            "n", lambda n: n.replace(location=self.inside))))

    def test_a_segment_across_a_zone(self):
        zone = json.loads(self.zones.read_text())["features"][0]["geometry"]["coordinates"][0]
        west = min(p[0] for p in zone) - 0.004
        east = max(p[0] for p in zone) + 0.004
        ids = []

        def change(k, o):
            if k == "n" and len(ids) < 2:
                ids.append(o.id)
                return o.replace(location=(west if len(ids) == 1 else east, self.inside[1]))
            if k == "w" and len(ids) == 2:
                way = o.replace(nodes=list(ids))
                ids.append(0)
                return way
            return None
        self.assertIn("segment-meets-zone", self.findings(change))

    def test_a_forbidden_tag(self):
        self.assertIn("forbidden-tag", self.findings(self.once(
            "w", lambda w: w.replace(tags=[*((t.k, t.v) for t in w.tags), ("ele", "12")]))))

    def test_a_forbidden_name(self):
        name = self.names.read_text().splitlines()[0]
        self.assertIn("forbidden-name", self.findings(self.once(
            "w", lambda w: w.replace(tags=[("highway", "residential"),
                                           ("description", f"near {name} gate")]))))

    def test_metadata(self):
        self.assertIn("metadata", self.findings(self.once(
            "w", lambda w: w.replace(version=3, user="someone", uid=7))))

    def test_an_object_out_of_scope(self):
        self.assertIn("scope", self.findings(self.once(
            "w", lambda w: w.replace(tags=[("amenity", "cafe")]))))

    def test_too_much_precision(self):
        self.assertIn("precision", self.findings(self.once(
            "n", lambda n: n.replace(location=(n.location.lon + 1e-7, n.location.lat)))))

    def test_a_reference_to_nothing(self):
        self.assertIn("missing-reference", self.findings(self.once(
            "w", lambda w: w.replace(nodes=[*(n.ref for n in w.nodes), 999999999]))))

    def test_the_cargo_itself_is_no_release(self):
        seen = segwan("inspect", self.town, self.town, *self.options, "--json")
        self.assertEqual(seen.returncode, 1)
        found = {c["check"] for c in json.loads(seen.stdout)["checks"] if c["found"] > 0}
        self.assertLessEqual({"node-in-zone", "segment-meets-zone", "forbidden-tag",
                              "forbidden-name", "metadata", "scope", "precision"}, found)


class Hostile(TownCase):
    def refused(self, what, *args):
        out = self.dir / "out.osm.pbf"
        done = segwan(*args, "-o", out)
        self.assertEqual(done.returncode, 3, f"{what}: {done.returncode} {done.stderr}")
        self.assertTrue(done.stderr.startswith("segwan: "), done.stderr)
        self.assertFalse(out.exists(), what)
        self.assertFalse([p for p in self.dir.iterdir() if ".part" in p.name], what)
        self.assert_no_secret(done.stderr, what)

    def test_truncated_cargo(self):
        whole = self.town.read_bytes()
        rng = random.Random(3)
        path = self.dir / "cut.osm.pbf"
        for _ in range(40):
            path.write_bytes(whole[:rng.randrange(len(whole))])
            self.refused("cut", "treat", path, "-z", self.zones)

    def test_damaged_cargo_never_crashes(self):
        whole = bytearray(self.town.read_bytes())
        rng = random.Random(4)
        path, out = self.dir / "damaged.osm.pbf", self.dir / "out.osm.pbf"
        for _ in range(60):
            data = bytearray(whole)
            for _ in range(rng.choice([1, 1, 3, 20])):
                data[rng.randrange(len(data))] = rng.randrange(256)
            path.write_bytes(data)
            done = segwan("treat", path, "-z", self.zones, "-o", out)
            self.assertIn(done.returncode, (0, 3), done.stderr)
            if done.returncode == 3:
                self.assertIn("damaged.osm.pbf: ", done.stderr)
                self.assertFalse(out.exists())
            out.unlink(missing_ok=True)

    def test_damaged_zones(self):
        text = self.zones.read_text()
        rng = random.Random(5)
        path = self.dir / "damaged.geojson"
        for k in range(40):
            path.write_text(text[:rng.randrange(len(text) - 10)])
            self.refused("zones cut", "treat", self.town, "-z", path)
        ring = json.loads(text)["features"][0]["geometry"]["coordinates"][0]
        feature = {"type": "Feature", "properties": {"id": "x9y9", "class": "q"},
                   "geometry": {"type": "Polygon", "coordinates": [
                       [ring[0], ring[2], ring[1], ring[3], ring[0]]]}}
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
        self.refused("self-crossing", "treat", self.town, "-z", path)


if __name__ == "__main__":
    unittest.main()

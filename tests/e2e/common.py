"""What the end-to-end tests of the command share: the example town, made once a
test, and a way to run segwan and look at all that it said."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
SOURCE = pathlib.Path(__file__).resolve().parents[2]
SEGWAN = BUILD / "segwan"
BOOK = SOURCE / "rulebooks/kr/map-export.yaml"
DECLARATION = SOURCE / "examples/declaration.yaml"
DATE = "2026-12-03"


def segwan(*args, cwd=None, env=None):
    return subprocess.run([str(SEGWAN), *map(str, args)], capture_output=True, text=True,
                          cwd=cwd, env=env)


def assert_schema(case, told, name):
    """That what was told is as docs/NAME.schema.json says."""
    try:
        import jsonschema
    except ImportError:
        case.skipTest("needs python3-jsonschema")
    schema = json.loads((SOURCE / f"docs/{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    errors = jsonschema.Draft202012Validator(schema).iter_errors(told)
    case.assertEqual([f"{e.json_path}: {e.message}" for e in errors], [])


class TownCase(unittest.TestCase):
    """A folder with the example town, its lists and a key."""

    @classmethod
    def setUpClass(cls):
        cls.dir = pathlib.Path(tempfile.mkdtemp())
        subprocess.run([BUILD / "examples/make-town", "--size", "2600", "-o", cls.dir],
                       check=True, capture_output=True)
        cls.town = cls.dir / "town.osm.pbf"
        cls.zones = cls.dir / "zones.geojson"
        cls.names = cls.dir / "names.txt"
        cls.key = cls.dir / "exporter.key"
        made = segwan("keygen", "-o", cls.key)
        assert made.returncode == 0, made.stderr

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.dir)

    def clear(self, out, *more, declaration=DECLARATION, date=DATE, zones=None, cargo=None):
        return segwan("clear", "-d", declaration, "-r", BOOK, "--date", date, "-z",
                      zones or self.zones, "--strip-names", self.names, "-k", self.key,
                      cargo or self.town, "-o", out, *more)

    def secrets(self):
        """Everything of the zone list and the names that must never show."""
        words = set(self.names.read_text().split("\n")) - {""}
        for f in json.loads(self.zones.read_text())["features"]:
            words.add(f["properties"]["id"])
            for lon, lat in f["geometry"]["coordinates"][0]:
                words |= {f"{lon:.5f}", f"{lat:.5f}",
                          str(round(lon * 1e7)), str(round(lat * 1e7))}
        return words

    def assert_no_secret(self, text, where):
        for word in self.secrets():
            self.assertNotIn(word, text, f"{where} shows a secret")

"""Treats real extracts and compares with the slow oracle, entity for entity.

    compare.py SEGWAN DATA [NAME...]

Zones are laid over dense places of each extract: polygons with and without
holes and buffers, slivers between two nodes of a road, one that follows the
coordinates of nodes so that the boundary is met exactly. Options are varied.
osmium must read every release without complaint. The seed is the file's name,
so a failure can be repeated.
"""
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")  # shapely tells of its own next version

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import oracle  # noqa: E402

EDGE = 1_799_000_000  # zones stay this side of the antimeridian
SKIP = 77  # meson's exit status for a test that could not run


def zone(points, buffer=None, holes=()):
    ring = [[x / oracle.SCALE, y / oracle.SCALE] for x, y in points]
    feature = {"type": "Feature",
               "properties": {"id": None, "class": "test"},
               "geometry": {"type": "Polygon", "coordinates": [ring + ring[:1]] + [
                   [[x / oracle.SCALE, y / oracle.SCALE] for x, y in hole + hole[:1]]
                   for hole in holes]}}
    if buffer is not None:
        feature["properties"]["buffer"] = buffer
    return feature


def around(rng, at, radius_m, corners):
    lat = math.radians(at[1] / oracle.SCALE)
    start = rng.random()
    out = []
    for k in range(corners):
        a = 2 * math.pi * (k + start) / corners
        r = radius_m * rng.uniform(0.7, 1.2)
        x = round(at[0] + r * math.cos(a) / 111320 / math.cos(lat) * oracle.SCALE)
        y = round(at[1] + r * math.sin(a) / 111320 * oracle.SCALE)
        out.append((x, y))
    return out


def make_zones(rng, world, path, buffers):
    nodes = [n["at"] for n in world.nodes.values() if abs(n["at"][0]) < EDGE]
    ways = [w for w in world.ways.values() if len(w["refs"]) > 1]
    features = []
    for k in range(8):
        at = rng.choice(nodes)
        features.append(zone(around(rng, at, rng.choice([15, 60, 150, 400]),
                                    rng.choice([3, 4, 7, 12])),
                             rng.choice([None, None, 0, 5, 40]) if buffers else None))
    at = rng.choice(nodes)
    features.append(zone(around(rng, at, 300, 9), None,
                         [around(rng, at, 90, 5)]))
    for k in range(6):  # slivers across the middle of a segment
        w = rng.choice(ways)
        i = rng.randrange(len(w["refs"]) - 1)
        ends = [world.nodes.get(r) for r in w["refs"][i:i + 2]]
        if None in ends:
            continue
        (ax, ay), (bx, by) = ends[0]["at"], ends[1]["at"]
        if max(abs(ax - bx), abs(ay - by)) < 200:
            continue
        mx, my = (ax + bx) // 2, (ay + by) // 2
        features.append(zone([(mx - 20, my - 20), (mx + 20, my - 15), (mx + 5, my + 20)]))
    for k in range(2):  # corners on nodes: the boundary is met exactly
        a, b = rng.choice(nodes), None
        near = sorted(nodes, key=lambda n: (n[0] - a[0]) ** 2 + (n[1] - a[1]) ** 2)
        for b in near[1:40]:
            if abs(a[0] - b[0]) > 50 and abs(a[1] - b[1]) > 50:
                break
        features.append(zone([a, (b[0], a[1]), b, (a[0], b[1])]))
    for k, f in enumerate(features):
        f["properties"]["id"] = k
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def choose(rng, world):
    """Options: as arguments, and for the oracle."""
    args, how = [], {}
    if rng.random() < 0.5:
        keys = ["name:*", "addr:housenumber", "building=yes", "ele", "source*"]
        picked = rng.sample(keys, 2)
        values = [v for o in rng.sample(list(world.ways.values()), min(200, len(world.ways)))
                  for k, v in o["tags"] if k == "name" and len(v) > 2]
        how["names"] = rng.sample(values, min(3, len(values)))
        args += [x for k in picked for x in ("--strip-tags", k)]
        how["strip"] = picked
    if rng.random() < 0.4:
        args.append("--strip-metadata")
        how["strip_metadata"] = True
    if rng.random() < 0.4:
        scope = rng.choice([["w/highway", "r/type=route,restriction", "natural"],
                            ["highway", "a/building", "place", "type=multipolygon"],
                            ["nw/highway!=service,footway", "r/type", "landuse=*"]])
        args += [x for e in scope for x in ("--scope", e)]
        how["scope"] = scope
    if rng.random() < 0.5:
        how["coarsen"] = rng.choice([5000, 25000, 100000])
        args += ["--coarsen", str(how["coarsen"])]
    if rng.random() < 0.2:
        args.append("--keep-missing")
        how["keep_missing"] = True
    return args, how


def run(world, zones_path, how, extra):
    zones = oracle.Zones(oracle.read_zones(zones_path, extra_m=extra))
    strip = None
    if how.get("strip") or how.get("names"):
        strip = oracle.Strip(how.get("strip", []), how.get("names", []))
    scope = oracle.Scope(how["scope"]) if how.get("scope") else None
    return oracle.project(world, zones, strip, scope,
                          **{k: how[k] for k in ("strip_metadata", "keep_missing", "coarsen")
                             if k in how})


def differences(want, got):
    out = []
    for kind in ("nodes", "ways", "relations"):
        a, b = getattr(want, kind), getattr(got, kind)
        for i in sorted(a.keys() - b.keys())[:3]:
            out.append(f"{kind[:-1]} {i} is missing from the release")
        for i in sorted(b.keys() - a.keys())[:3]:
            out.append(f"{kind[:-1]} {i} should not be released")
        for i in a.keys() & b.keys():
            for field in ("tags", "at", "refs", "members", "info"):
                if a[i].get(field) != b[i].get(field):
                    out.append(f"{kind[:-1]} {i}: {field} differs")
    return out


def osmium_reads(path, keep_missing):
    info = subprocess.run(["osmium", "fileinfo", "-e", "-j", "--no-progress", path],
                          capture_output=True, text=True)
    if info.returncode != 0:
        return [f"osmium fileinfo: {info.stderr.strip()}"]
    if not json.loads(info.stdout)["data"]["objects_ordered"]:
        return ["osmium says that the objects are not ordered"]
    if keep_missing:
        return []
    refs = subprocess.run(["osmium", "check-refs", "-r", "--no-progress", path],
                          capture_output=True, text=True)
    return [] if refs.returncode == 0 else [f"osmium check-refs: {refs.stderr.strip()}"]


def check(segwan, source, tmp, rounds):
    rng = random.Random(source.name)
    compared = lost = 0
    cargo = tmp / "sorted.osm.pbf"
    subprocess.run(["osmium", "sort", "--no-progress", "-O", source, "-o", cargo], check=True)
    problems = []
    for k in range(6 * rounds):
        if compared == rounds:
            break
        world = oracle.World(str(cargo))
        zones_path, released = tmp / "zones.geojson", tmp / "released.osm.pbf"
        buffers = rounds > 1  # a large file would need the oracle twice
        make_zones(rng, world, zones_path, buffers)
        args, how = choose(rng, world)
        if how.get("names"):
            (tmp / "names.txt").write_text("\n".join(how["names"]) + "\n")
            args += ["--strip-names", tmp / "names.txt"]
        want = run(world, zones_path, how, 0)
        if buffers and differences(want, run(oracle.World(str(cargo)), zones_path, how, 0.05)):
            continue  # something lies within the 5 cm that a buffer may exceed
        compared += 1
        lost += len(world.nodes) - len(want.nodes)
        done = subprocess.run([segwan, "treat", cargo, "-z", zones_path, *args,
                               "-o", released], capture_output=True, text=True)
        if done.returncode != 0:
            return problems + [f"round {k}: {done.stderr.strip()}"], compared, lost
        found = differences(want, oracle.World(str(released)))
        found += osmium_reads(released, how.get("keep_missing"))
        problems += [f"round {k} ({' '.join(map(str, args))}): {p}" for p in found[:8]]
    return problems, compared, lost


def main():
    segwan, data = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    names = sys.argv[3:]
    if not data.is_dir():
        print(f"SKIP: no {data}: real extracts are not part of this repository")
        sys.exit(SKIP)
    sources = sorted(p for p in data.glob("*.osm.pbf") if not names or p.name in names)
    failed = 0
    for source in sources:
        with tempfile.TemporaryDirectory() as tmp:
            rounds = 1 if source.stat().st_size > 1_000_000 else 3
            problems, compared, lost = check(segwan, source, pathlib.Path(tmp), rounds)
        print(f"{source.name}: {compared} treatments compared, {lost} nodes taken out, "
              f"{len(problems)} differences", flush=True)
        for p in problems[:12]:
            print("   ", p)
        failed += bool(problems) or compared == 0
    sys.exit(failed != 0 or not sources)


main()

"""The projection of map cargo, slowly.

Written from docs/projection.md alone, with pyosmium and shapely, sharing no
code and no data structure with src/. Every section of the page is a function
here, in the page's order. It is meant to be read beside the page.
"""
import fnmatch
import json
import math
import re
import unicodedata

import osmium
from pyproj import Geod, CRS, Transformer
from shapely.geometry import LineString, Point, Polygon, shape
from shapely.ops import transform, unary_union
from shapely.prepared import prep
from shapely.strtree import STRtree

SCALE = 10_000_000  # OSM's integer coordinates: 1e-7 degree


# ---- reading -----------------------------------------------------------------

class World(osmium.SimpleHandler):
    """Everything of a file, as plain dictionaries by id."""

    def __init__(self, path=None):
        super().__init__()
        self.nodes, self.ways, self.relations = {}, {}, {}
        self.out_of_scope = set()  # ids of relations
        if path is not None:
            self.apply_file(path)

    @staticmethod
    def info(o):
        seconds = int(o.timestamp.timestamp())
        return dict(version=o.version, timestamp=seconds, changeset=o.changeset,
                    uid=o.uid, user=o.user)

    @staticmethod
    def tags(o):
        return [(t.k, t.v) for t in o.tags]

    def node(self, n):
        self.nodes[n.id] = dict(tags=self.tags(n), at=(n.location.x, n.location.y),
                                info=self.info(n))

    def way(self, w):
        self.ways[w.id] = dict(tags=self.tags(w), refs=[r.ref for r in w.nodes],
                               info=self.info(w))

    def relation(self, r):
        self.relations[r.id] = dict(
            tags=self.tags(r), info=self.info(r),
            members=[(m.type, m.ref, m.role) for m in r.members])


# ---- zones -------------------------------------------------------------------

def read_zones(path, date=None, buffer_m=0.0, extra_m=0.0):
    """Zones as shapely polygons over integer coordinates.

    A buffer is drawn in an azimuthal equidistant projection about the zone,
    from its outline made dense first, because the outline is straight in
    longitude and latitude. `extra_m` is added to it: the treatment may exceed
    the true distance by up to 5 cm, so tests compare with 0 and with 0.05.
    """
    zones = []
    data = json.load(open(path))
    features = data["features"] if data["type"] == "FeatureCollection" else [data]
    for feature in features:
        p = feature.get("properties") or {}
        if date is not None:
            if p.get("valid_from") and date < p["valid_from"]:
                continue
            if p.get("valid_to") and date > p["valid_to"]:
                continue
        polygon = shape(feature["geometry"])
        metres = p.get("buffer", buffer_m)
        if metres > 0 or extra_m > 0 and not exact(polygon):
            polygon = buffered(polygon, metres + extra_m)
        whole = exact(polygon)
        zones.append(transform(
            lambda xs, ys: ([e7(x, whole) for x in xs], [e7(y, whole) for y in ys]),
            polygon))
    return zones


def e7(v, whole):
    return float(round(v * SCALE)) if whole else v * SCALE


def exact(polygon):
    parts = polygon.geoms if polygon.geom_type == "MultiPolygon" else [polygon]
    for part in parts:
        for ring in [part.exterior, *part.interiors]:
            for x, y in ((c[0], c[1]) for c in ring.coords):
                if abs(x * SCALE - round(x * SCALE)) > 1e-4:
                    return False
                if abs(y * SCALE - round(y * SCALE)) > 1e-4:
                    return False
    return True


def buffered(polygon, metres):
    lon, lat = polygon.centroid.x, polygon.centroid.y
    local = CRS.from_proj4(f"+proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84")
    there = Transformer.from_crs("EPSG:4326", local, always_xy=True).transform
    back = Transformer.from_crs(local, "EPSG:4326", always_xy=True).transform

    def dense(ring):
        out = []
        coords = [(c[0], c[1]) for c in ring.coords]
        for (x1, y1), (x2, y2) in zip(coords, coords[1:]):
            steps = max(1, math.ceil(math.hypot(x2 - x1, y2 - y1) / 0.0001))
            out += [(x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps)
                    for i in range(steps)]
        return out + [coords[-1]]

    parts = polygon.geoms if polygon.geom_type == "MultiPolygon" else [polygon]
    drawn = [Polygon(dense(p.exterior), [dense(h) for h in p.interiors]) for p in parts]
    flat = unary_union([transform(there, p) for p in drawn])
    return transform(back, flat.buffer(metres, 1024))


class Zones:
    def __init__(self, polygons):
        self.polygons = [prep(p) for p in polygons]
        self.by_id = {id(p): i for i, p in enumerate(polygons)}
        self.tree = STRtree(polygons) if polygons else None

    def meets(self, geometry):
        if self.tree is None:
            return False
        return any(self.polygons[self.by_id[id(p)]].intersects(geometry)
                   for p in self.tree.query(geometry))

    def contain(self, at):
        return self.meets(Point(at))

    def meet(self, a, b):
        if a == b:
            return self.contain(a)
        if abs(a[0] - b[0]) <= 180 * SCALE:
            return self.meets(LineString([a, b]))
        east, west = (a, b) if a[0] > b[0] else (b, a)
        return (self.meets(LineString([east, (west[0] + 360 * SCALE, west[1])])) or
                self.meets(LineString([(east[0] - 360 * SCALE, east[1]), west])))


# ---- 1. tags, names, metadata, scope -----------------------------------------

def pattern(text):
    return re.compile("".join(".*" if c == "*" else re.escape(c) for c in text),
                      re.DOTALL)


class Strip:
    def __init__(self, expressions, names=()):
        self.rules = []
        for e in expressions:
            key, _, values = e.partition("=")
            self.rules.append((pattern(key),
                               [pattern(v) for v in values.split(",")] if values else None))
        self.names = [fold(n) for n in names]

    def forbids(self, key, value):
        for k, values in self.rules:
            if k.fullmatch(key) and (values is None or
                                     any(v.fullmatch(value) for v in values)):
                return True
        return self.betrays(key) or self.betrays(value)

    def betrays(self, text):
        text = fold(text)
        return any(n in text for n in self.names)


def fold(text):
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"\s+", " ", text)


class Scope:
    def __init__(self, expressions):
        self.rules = []
        for e in expressions:
            types, slash, rest = e.partition("/")
            if not slash or not re.fullmatch("[nwra]+", types):
                types, rest = "nwra", e
            key, op, values = re.fullmatch(r"([^!=]+)(!=|=)?(.*)", rest, re.DOTALL).groups()
            self.rules.append((types, pattern(key), op,
                               [pattern(v) for v in values.split(",")]))

    def admits(self, kind, o, areas=True):
        for types, key, op, values in self.rules:
            if kind in types or areas and "a" in types and is_scope_area(kind, o):
                for k, v in o["tags"]:
                    if not key.fullmatch(k):
                        continue
                    match = any(p.fullmatch(v) for p in values)
                    if op is None or op == "=" and match or op == "!=" and not match:
                        return True
        return False


def is_scope_area(kind, o):
    if kind == "w":
        return len(o["refs"]) >= 4 and o["refs"][0] == o["refs"][-1]
    return kind == "r" and dict(o["tags"]).get("type") in ("multipolygon", "boundary")


def options_first(world, strip, scope, strip_metadata):
    for kind, objects in (("n", world.nodes), ("w", world.ways), ("r", world.relations)):
        for i, o in list(objects.items()):
            if strip:
                o["tags"] = [(k, v) for k, v in o["tags"] if not strip.forbids(k, v)]
                if strip.betrays(o["info"]["user"]):
                    o["info"]["user"] = ""
                if kind == "r":
                    o["members"] = [(t, r, "" if strip.betrays(role) else role)
                                    for t, r, role in o["members"]]
            if strip_metadata:
                o["info"] = dict(version=0, timestamp=0, changeset=0, uid=0, user="")
            if scope and not scope.admits(kind, o):
                o["tags"] = []
                if kind == "r":
                    del objects[i]
                    world.out_of_scope.add(i)
            elif scope and kind == "w":
                o["only_a"] = not scope.admits(kind, o, areas=False)


# ---- 2. places ---------------------------------------------------------------

def grid_e7(scale):
    return max(1, round(0.0002 * scale / 111320 * SCALE))


def snap(v, grid, limit):
    """The nearest multiple, halves away from zero."""
    n = (abs(v) * 2 + grid) // (2 * grid) * grid
    if n > limit:  # the last one inside the world
        n -= grid
    return n if v >= 0 else -n


# ---- 8. areas ----------------------------------------------------------------

ANY = ("building building:part landuse amenity leisure place boundary shop tourism "
       "historic public_transport office military ruins craft golf indoor "
       "area:highway").split()
EXCEPT = dict(natural="coastline cliff ridge arete tree_row", aeroway="taxiway",
              man_made="cutline embankment pipeline")
ONLY = dict(highway="services rest_area escape elevator",
            waterway="riverbank dock boatyard dam",
            barrier="city_wall ditch hedge retaining_wall wall spikes",
            railway="station turntable roundhouse platform",
            power="plant substation generator transformer")


def is_area(way):
    refs = way["refs"]
    if len(refs) < 4 or refs[0] != refs[-1]:
        return False
    if way.get("only_a"):
        return True
    tags = dict(way["tags"])
    if "area" in tags:
        return tags["area"] != "no"
    for k, v in tags.items():
        if v == "no":
            continue
        if k in ANY or k in EXCEPT and v not in EXCEPT[k].split() or \
           k in ONLY and v in ONLY[k].split():
            return True
    return False


# ---- the projection ----------------------------------------------------------

def id_key(i):
    return (i > 0, abs(i))


def project(world, zones, strip=None, scope=None, strip_metadata=False,
            keep_missing=False, coarsen=0):
    options_first(world, strip, scope, strip_metadata)
    grid = grid_e7(coarsen) if coarsen else 0

    # 2, 3
    for n in world.nodes.values():
        n["out"] = tuple(snap(v, grid, limit * SCALE) for v, limit in
                         zip(n["at"], (180, 90))) if grid else n["at"]
        n["restricted"] = zones.contain(n["at"]) or zones.contain(n["out"])

    def restricted(a, b):
        present = [world.nodes[i] for i in (a, b) if i in world.nodes]
        if len(present) < 2:
            return not keep_missing or any(n["restricted"] for n in present)
        return (zones.meet(present[0]["at"], present[1]["at"]) or
                zones.meet(present[0]["out"], present[1]["out"]))

    # 4: runs of kept segments
    for way in world.ways.values():
        refs = way["refs"]
        bad = [restricted(a, b) for a, b in zip(refs, refs[1:])]
        way["cut"] = any(bad)
        way["area"] = is_area(way)
        way["runs"] = runs_of(way, refs, bad)

    # 5, 6
    settle(world, keep_missing, collapsed=())
    spare(world)

    # 7
    if grid:
        collapsed = collapse(world)
        settle(world, keep_missing, collapsed)
        spare(world)
    return written(world)


def spare(world):
    """6: leftovers."""
    used_ways, used_nodes = set(), set()
    for r in world.relations.values():
        for t, ref, _ in r["kept"]:
            (used_ways if t == "w" else used_nodes if t == "n" else set()).add(ref)
    for i, way in list(world.ways.items()):
        if not way["runs"] or not way["tags"] and i not in used_ways:
            way["runs"] = []
        for run in way["runs"]:
            used_nodes.update(run)
    for i, n in list(world.nodes.items()):
        n["spared"] = n["restricted"] or not n["tags"] and i not in used_nodes


def written(world):
    """9, and the numbering of section 4."""
    out = World()
    for i, n in world.nodes.items():
        if not n["spared"]:
            out.nodes[i] = dict(tags=n["tags"], at=n["out"], info=n["info"])
    ways = {i: w for i, w in world.ways.items() if w["runs"]}
    lacking = [ref for r in world.relations.values() for t, ref, _ in r["kept"]
               if t == "w" and ref not in world.ways]
    next_id = max([0, *ways, *lacking]) + 1
    ids = {}
    for i in sorted(ways, key=id_key):
        ids[i] = []
        for k, run in enumerate(ways[i]["runs"]):
            new = i if k == 0 else next_id
            next_id += k > 0
            ids[i].append(new)
            out.ways[new] = dict(tags=ways[i]["tags"], refs=run, info=ways[i]["info"])
    for i, r in world.relations.items():
        members = []
        for t, ref, role in r["kept"]:
            if t != "w" or ref not in ids:
                members.append((t, ref, role))
                continue
            keep = r["only"].get((ref, role))
            members += [("w", new, role) for k, new in enumerate(ids[ref])
                        if keep is None or k in keep]
        out.relations[i] = dict(tags=r["tags"], members=members, info=r["info"])
    return out


def runs_of(way, refs, bad):
    if not bad:
        return []
    if not any(bad):
        return [list(refs)]
    if way["area"]:
        return []
    runs, current = [], None
    for k, b in enumerate(bad):
        if b:
            current = None
        elif current is None:
            current = [refs[k], refs[k + 1]]
            runs.append((k, current))
        else:
            current.append(refs[k + 1])
    if refs[0] != refs[-1] or not runs:
        return [run for _, run in runs]

    # A closed line: the last segment is followed by the first.
    first, last = not bad[0], not bad[-1]
    if first and last:
        joined = runs[-1][1] + runs[0][1][1:]
        return [joined] + [run for _, run in runs[1:-1]]
    if first:
        return [run for _, run in runs]
    if last:
        return [runs[-1][1]] + [run for _, run in runs[:-1]]
    lead = min(range(len(runs)), key=lambda k: [id_key(i) for i in runs[k][1]])
    runs = runs[lead:] + runs[:lead]
    return [run for _, run in runs]


def collapse(world):
    """7. Returns the ids of the ways that vanished."""
    parent = {}

    def find(i):
        while parent.setdefault(i, i) != i:
            i = parent[i]
        return i

    for way in world.ways.values():
        for run in way["runs"]:
            for a, b in zip(run, run[1:]):
                if a in world.nodes and b in world.nodes and \
                   world.nodes[a]["out"] == world.nodes[b]["out"]:
                    parent[find(a)] = find(b)
    groups = {}
    for i in list(parent):
        groups.setdefault(find(i), []).append(i)
    stand_in = {}
    for group in groups.values():
        best = min(group, key=lambda i: (not world.nodes[i]["tags"], id_key(i)))
        for i in group:
            stand_in[i] = best

    vanished = set()
    for i, way in world.ways.items():
        runs, picked = [], {}
        for k, run in enumerate(way["runs"]):
            refs = [stand_in.get(n, n) for n in run]
            refs = [n for j, n in enumerate(refs) if j == 0 or n != refs[j - 1]]
            if len(refs) >= (4 if way["area"] else 2):
                picked[k] = len(runs)
                runs.append(refs)
        if way["runs"] and not runs:
            vanished.add(i)
        way["runs"], way["picked"] = runs, picked
    for r in world.relations.values():
        r["only"] = {(ref, role): [world.ways[ref]["picked"][k] for k in only
                                   if k in world.ways[ref]["picked"]]
                     for (ref, role), only in r["only"].items()}
        r["members"] = [(t, stand_in.get(ref, ref) if t == "n" else ref, role)
                        for t, ref, role in r["kept"]]
    return vanished


def settle(world, keep_missing, collapsed):
    """5: until nothing changes."""
    for r in world.relations.values():
        r.setdefault("only", {})
        r["gone"] = False
    changed = True
    while changed:
        changed = False
        for r in world.relations.values():
            if not r["gone"] and not examine(world, r, keep_missing, collapsed):
                r["gone"] = changed = True
    for i in [i for i, r in world.relations.items() if r["gone"]]:
        del world.relations[i]


def stays(world, t, ref, keep_missing):
    objects = {"n": world.nodes, "w": world.ways, "r": world.relations}[t]
    if ref not in objects:
        return keep_missing and not (t == "r" and ref in world.out_of_scope)
    o = objects[ref]
    return {"n": lambda: not o["restricted"], "w": lambda: bool(o["runs"]),
            "r": lambda: not o["gone"]}[t]()


def examine(world, r, keep_missing, collapsed):
    """Works out the members that stay; False if the relation goes."""
    r["kept"] = [m for m in r["members"] if stays(world, m[0], m[1], keep_missing)]
    if not r["kept"]:
        return False
    kind = dict(r["tags"]).get("type", "")
    if kind == "multipolygon":
        return closes(world, r, collapsed)
    if kind in ("restriction", "connectivity") or kind.startswith("restriction:"):
        return turns(world, r)
    return True


def closes(world, r, collapsed):
    lost = [m for m in r["members"]
            if m[0] == "w" and m not in r["kept"] and m[1] not in collapsed]
    kept = [m for m in r["kept"] if m[0] == "w"]
    if lost or not kept:
        return False
    ends, lacking = {}, False
    for _, ref, _ in kept:
        if ref not in world.ways:
            lacking = True
            continue
        if world.ways[ref]["cut"]:
            return False
        refs = world.ways[ref]["runs"][0]
        lacking |= not {refs[0], refs[-1]} <= world.nodes.keys()
        if refs[0] != refs[-1]:
            for end in (refs[0], refs[-1]):
                ends[end] = ends.get(end, 0) + 1
    return lacking or all(n % 2 == 0 for n in ends.values())


def turns(world, r):
    via_nodes = set()
    for t, ref, role in r["members"]:
        if role != "via":
            continue
        if (t, ref, role) not in r["kept"]:
            return False
        if t == "n":
            via_nodes.add(ref)
        elif t == "w" and ref in world.ways:
            if world.ways[ref]["cut"]:
                return False
            via_nodes.update(world.ways[ref]["runs"][0])
    via_nodes &= world.nodes.keys()
    kept = []
    for t, ref, role in r["kept"]:
        if t == "w" and role in ("from", "to") and ref in world.ways and \
           world.ways[ref]["cut"]:
            touching = [k for k, run in enumerate(world.ways[ref]["runs"])
                        if via_nodes & set(run)]
            if not touching or not world.ways[ref]["tags"]:
                continue
            if (ref, role) not in r["only"]:
                r["only"][ref, role] = touching
            elif not r["only"][ref, role]:
                continue  # the run that touched has collapsed
        kept.append((t, ref, role))
    r["kept"] = kept
    roles = {role for _, _, role in kept}
    return {"from", "to", "via"} <= roles

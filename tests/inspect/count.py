#!/usr/bin/python3
"""Counts what the inspection must count, in another way: pyosmium reads,
shapely judges.

    count.py CARGO ZONES

places six zones over the densest spots of CARGO (one with a hole, two with a
buffer), writes them to ZONES, and prints how many nodes lie in a zone and how
many segments meet one. Exits 77 where pyosmium or shapely is not installed.
"""
import json
import math
import sys
from collections import Counter

try:
    import osmium
    from shapely.geometry import LineString, Point, Polygon, box
    from shapely.prepared import prep
except ImportError:
    sys.exit(77)

CELL = 0.004  # degrees


class Reader(osmium.SimpleHandler):
    def __init__(self):
        super().__init__()
        self.places = {}
        self.ways = []

    def node(self, n):
        # osmium's integers, in units of 1e-7 degree
        self.places[n.id] = (n.location.x, n.location.y)

    def way(self, w):
        self.ways.append([n.ref for n in w.nodes])


def ring(lon, lat, radius, corners=12):
    """A ring with coordinates of seven decimals; radius in degrees of lat."""
    out = []
    for i in range(corners):
        a = 2 * math.pi * i / corners
        out.append([round(lon + radius * math.cos(a), 7),
                    round(lat + radius * math.sin(a), 7)])
    return out + out[:1]


def dense_spots(places, count):
    cells = Counter((math.floor(x / 1e7 / CELL), math.floor(y / 1e7 / CELL))
                    for x, y in places.values())
    ranked = sorted(cells.items(), key=lambda c: (-c[1], c[0]))
    return [((x + .5) * CELL, (y + .5) * CELL) for (x, y), _ in ranked[:count]]


def make_zones(places):
    zones = []
    for i, (lon, lat) in enumerate(dense_spots(places, 6)):
        rings = [ring(lon, lat, 0.0011 + 0.0001 * i)]
        if i == 1:
            rings.append(ring(lon, lat, 0.0005))
        zones.append((rings, 35.0 if i in (2, 4) else 0.0))
    return zones


def write_zones(zones, path):
    features = [{'type': 'Feature',
                 'properties': {'id': i, 'buffer': buffer},
                 'geometry': {'type': 'Polygon', 'coordinates': rings}}
                for i, (rings, buffer) in enumerate(zones)]
    with open(path, 'w') as out:
        json.dump({'type': 'FeatureCollection', 'features': features}, out)


class Zone:
    """Without a buffer exact, in integers; with one in a plane of metres."""

    def __init__(self, rings, buffer):
        self.buffer = buffer
        rings = [[(round(x * 1e7), round(y * 1e7)) for x, y in r]
                 for r in rings]
        self.origin = rings[0][0]
        self.scale = self.metric(self.origin[1]) if buffer else (1, 1)
        flat = [[self.flat(p) for p in r] for r in rings]
        self.shape = Polygon(flat[0], flat[1:])
        self.near = box(*self.shape.buffer(buffer * 1.1 + 1).bounds)
        self.ready = prep(self.shape)

    @staticmethod
    def metric(lat_e7):
        lat = math.radians(lat_e7 / 1e7)
        e2 = 2 / 298.257223563 - 1 / 298.257223563 ** 2
        w = 1 - e2 * math.sin(lat) ** 2
        unit = math.radians(1e-7) * 6378137
        return (unit * math.cos(lat) / math.sqrt(w),
                unit * (1 - e2) / w ** 1.5)

    def flat(self, p):
        return ((p[0] - self.origin[0]) * self.scale[0],
                (p[1] - self.origin[1]) * self.scale[1])

    def meets(self, points):
        flat = [self.flat(p) for p in points]
        low = [min(p[i] for p in flat) for i in (0, 1)]
        high = [max(p[i] for p in flat) for i in (0, 1)]
        bounds = self.near.bounds
        if low[0] > bounds[2] or low[1] > bounds[3]:
            return False
        if high[0] < bounds[0] or high[1] < bounds[1]:
            return False
        shape = LineString(flat) if flat[0] != flat[-1] else Point(flat[0])
        if self.ready.intersects(shape):
            return True
        return self.buffer > 0 and self.shape.distance(shape) <= self.buffer


def main():
    cargo = Reader()
    cargo.apply_file(sys.argv[1])
    made = make_zones(cargo.places)
    write_zones(made, sys.argv[2])
    zones = [Zone(rings, buffer) for rings, buffer in made]

    def met(points):
        return any(z.meets(points) for z in zones)

    nodes = sum(met([p, p]) for p in cargo.places.values())
    segments = sum(met([cargo.places[a], cargo.places[b]])
                   for refs in cargo.ways for a, b in zip(refs, refs[1:])
                   if a in cargo.places and b in cargo.places)
    print(nodes, segments)


main()

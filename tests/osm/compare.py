#!/usr/bin/python3
"""Compares osm-copy with osmium over real files: compare.py OSM-COPY FOLDER...

Every .pbf file below the folders goes through our reader and writer; osmium
must then read from it what it reads from the input, entity for entity. Files
that are not sorted go through osmium sort first. Files that osmium itself
refuses, and those that we refuse on purpose, must be refused with a reason.
Prints how many files were compared; exit status 77 (skipped) without osmium or
folders.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77

# What we refuse although osmium reads it, and the words that must say so.
REFUSED = (
    "LocationsOnWays",
    "HistoricalInformation",
    "truncated",
    "is there twice",
)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def opl(path):
    """The file as text, or None if osmium will not read it."""
    done = run("osmium", "cat", "--no-progress", "-f", "opl", "-o", "-", path)
    return done.stdout if done.returncode == 0 else None


def copy(tool, source, target, threads):
    target.unlink(missing_ok=True)
    return run(tool, source, target, str(threads))


def sort(source, target):
    target.unlink(missing_ok=True)
    return run("osmium", "sort", "--no-progress", "-o", target, source)


def refusal(done):
    """Why a refused file may be refused; None: it must not be."""
    if done.returncode != 3 or "blob " not in done.stderr:
        return None
    return next((word for word in REFUSED if word in done.stderr), None)


def check_copy(source, first, second):
    """What is wrong with two copies (by one and by many threads) of a file."""
    if first.read_bytes() != second.read_bytes():
        return "one thread and three write other bytes"
    expected = opl(source)
    if expected is None:
        return None  # read by us alone: nothing to compare
    if opl(first) != expected:
        return "osmium reads other entities"
    done = run("osmium", "fileinfo", "-e", "--no-progress", first)
    if done.returncode != 0:
        return f"osmium fileinfo: {done.stderr}"
    if expected and "Objects ordered (by type and id): yes" not in done.stdout:
        return "osmium finds the copy unsorted"
    return None


def check(tool, source, folder):
    """Compares one file. Returns (what was done, what is wrong)."""
    first, second = folder / "first.osm.pbf", folder / "second.osm.pbf"
    done, what = copy(tool, source, first, 1), "same"
    if "sort it with osmium sort" in done.stderr:
        ordered = folder / "sorted.osm.pbf"
        if sort(source, ordered).returncode != 0:
            return "unsorted, and not readable by osmium", None
        source, what = ordered, "same once sorted"
        done = copy(tool, source, first, 1)
    if done.returncode != 0:
        why = refusal(done)
        return (f"refused: {why}", None) if why else ("", done.stderr)
    done = copy(tool, source, second, 3)
    if done.returncode != 0:
        return "", done.stderr
    return what, check_copy(source, first, second)


def main():
    tool = sys.argv[1]
    folders = [pathlib.Path(name) for name in sys.argv[2:]]
    files = sorted(f for folder in folders for f in folder.rglob("*.pbf"))
    if not shutil.which("osmium") or not files:
        print("SKIPPED: needs osmium and", *folders)
        return SKIPPED
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        for source in files:
            what, wrong = check(tool, source, pathlib.Path(name))
            failed += wrong is not None
            print(f"{source.name}: {wrong or what}")
    print(f"{len(files)} files, {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    sys.exit(main())

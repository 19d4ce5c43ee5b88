"""The examples of README.md and of pages in docs/ are run; what they print must be
what the page says. A line that ends in an ellipsis may go on in any way. With --write
the pages are brought up to date. Examples on the OECD's table need it."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap

BUILD = pathlib.Path(sys.argv[1]).resolve()
SOURCE = pathlib.Path(__file__).resolve().parents[2]
CHANGING = re.compile(r"(key id       |\(key )[0-9a-f]{60}")  # a fresh key each time
TABLE = SOURCE.parent / "shared/data/dstri/oecd-dstri-2026-05-04.csv"
SANITIZED = "-fsanitize" in (BUILD / "build.ninja").read_text()


def install_cel(root):
    """The library that docs/cel.md compiles its example against."""
    subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--tags", "cel"],
                   env={**os.environ, "DESTDIR": str(root)}, check=True, capture_output=True)
    libs = next(root.rglob("libsegwan-cel.so")).parent
    return {"PKG_CONFIG_PATH": str(libs / "pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": str(root),
            "LD_LIBRARY_PATH": str(libs)}


def run(command, cwd, env):
    path = f"{BUILD}:{BUILD / 'examples'}:/usr/bin:/bin"
    done = subprocess.run(["bash", "-c", command], cwd=cwd, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL,
                          env={"PATH": path, "LC_ALL": "C.UTF-8", **env})
    out = []
    for line in (done.stdout + done.stderr).splitlines():
        changing = CHANGING.search(line)
        out.append((line[:changing.end() - 60] + "…" if changing else line).rstrip())
    while out and out[-1] == "":
        out.pop()
    return out


def matches(want, got):
    return got.startswith(want[:-1]) if want.endswith("…") else want == got


def is_shown(lines, i, want):
    """Whether line i goes on with what a command prints: indented, or an empty line
    within that."""
    if lines[i].startswith("    $ "):
        return False
    if lines[i] == "" and want:
        return i + 1 < len(lines) and lines[i + 1].startswith("    ") and \
            not lines[i + 1].startswith("    $ ")
    return lines[i].startswith("    ")


def check(page, env):
    lines = page.read_text().splitlines()
    out, problems, commands, skipped, i = [], [], 0, 0, 0
    with tempfile.TemporaryDirectory() as tmp:
        for name in ("examples", "rulebooks", "indexes", "commitments"):
            (pathlib.Path(tmp) / name).symlink_to(SOURCE / name)
        (pathlib.Path(tmp) / "oecd-dstri.csv").symlink_to(TABLE)
        while i < len(lines):
            out.append(lines[i])
            i += 1
            if not out[-1].startswith("    $ "):
                continue
            commands += 1
            want = []
            while i < len(lines) and is_shown(lines, i, want):
                want.append(lines[i][4:])
                i += 1
            if "oecd-dstri.csv" in out[-1] and not TABLE.exists():
                out += [("    " + line).rstrip() for line in want]
                skipped += 1
                continue
            got = run(out[-1][6:], tmp, env)
            if len(want) != len(got) or not all(map(matches, want, got)):
                problems.append((out[-1], want, got))
            out += [("    " + line).rstrip() for line in got]
    if "--write" in sys.argv:
        page.write_text("\n".join(out) + "\n")
        return 0
    for command, want, got in problems:
        print(command, f"{page.name}:", *want, "printed:", *got, sep="\n")
    print(f"{commands} commands of {page.name}, {len(problems)} print something else, "
          f"{skipped} skipped for want of {TABLE.name}")
    return len(problems) + (commands == 0)


def main():
    failed = check(SOURCE / "README.md", {}) + check(SOURCE / "docs/indexes.md", {}) + \
        check(SOURCE / "docs/commitments.md", {}) + check(SOURCE / "docs/parity.md", {}) + \
        check(SOURCE / "docs/what-if.md", {})
    page = SOURCE / "docs/cel.md"
    example = (SOURCE / "examples/embed-cel.c").read_text()
    if textwrap.indent(example, "    ") not in page.read_text():
        print("docs/cel.md does not show examples/embed-cel.c as it is")
        failed += 1
    if not SANITIZED:  # a plain program cannot load a sanitized library
        with tempfile.TemporaryDirectory() as root:
            failed += check(page, install_cel(pathlib.Path(root)))
    sys.exit(failed != 0)


main()

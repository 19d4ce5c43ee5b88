"""The README's examples are run; what they print must be what it says. A line
that ends in an ellipsis may go on in any way. With --write the README is brought
up to date."""
import pathlib
import re
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(sys.argv[1]).resolve()
SOURCE = pathlib.Path(__file__).resolve().parents[2]
README = SOURCE / "README.md"
CHANGING = re.compile(r"(key id       |\(key )[0-9a-f]{60}")  # a fresh key each time


def run(command, cwd):
    path = f"{BUILD}:{BUILD / 'examples'}:/usr/bin:/bin"
    done = subprocess.run(["bash", "-c", command], cwd=cwd, capture_output=True, text=True,
                          env={"PATH": path, "LC_ALL": "C.UTF-8"})
    out = []
    for line in (done.stdout + done.stderr).splitlines():
        changing = CHANGING.search(line)
        out.append(line[:changing.end() - 60] + "…" if changing else line)
    return out


def matches(want, got):
    return got.startswith(want[:-1]) if want.endswith("…") else want == got


def main():
    lines = README.read_text().splitlines()
    out, problems, commands, i = [], [], 0, 0
    with tempfile.TemporaryDirectory() as tmp:
        for name in ("examples", "rulebooks"):
            (pathlib.Path(tmp) / name).symlink_to(SOURCE / name)
        while i < len(lines):
            out.append(lines[i])
            if lines[i].startswith("    $ "):
                commands += 1
                got = run(lines[i][6:], tmp)
                i += 1
                want = []
                while i < len(lines) and lines[i].startswith("    ") and \
                        not lines[i].startswith("    $ ") or \
                        i + 1 < len(lines) and lines[i] == "" and \
                        lines[i + 1].startswith("    ") and want:
                    want.append(lines[i][4:])
                    i += 1
                while got and got[-1] == "":
                    got.pop()
                out += [("    " + line).rstrip() for line in got]
                shown = [line.rstrip() for line in got]
                if len(want) != len(shown) or not all(map(matches, want, shown)):
                    problems.append((out[-len(got) - 1], want, shown))
                continue
            i += 1
    if "--write" in sys.argv:
        README.write_text("\n".join(out) + "\n")
        return
    for command, want, got in problems:
        print(command, "README:", *want, "printed:", *got, sep="\n")
    print(f"{commands} commands of the README, {len(problems)} print something else")
    sys.exit(bool(problems) or commands == 0)


main()

"""The expression language as a library of its own: what is installed, what it
needs, and a program that stands on it."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from common import BUILD, SOURCE

PATH = os.environ.get("PATH", "/usr/bin:/bin")
EXAMPLE = SOURCE / "examples/embed-cel.c"
OPTIONS = {option["name"]: option["value"] for option in
           json.loads((BUILD / "meson-info/intro-buildoptions.json").read_text())}
# A library that is built with a sanitizer wants it of the program, too.
SANITIZE = [] if OPTIONS["b_sanitize"] == "none" else ["-fsanitize=" + OPTIONS["b_sanitize"]]


def run(*command, env=None, cwd=None):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          cwd=cwd, env={"PATH": PATH, **(env or {})})


class Embed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.tmp.name)
        cls.root = cls.dir / "root"
        done = run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--tags", "cel",
                   env={"DESTDIR": str(cls.root)})
        assert done.returncode == 0, done.stderr
        cls.prefix = cls.root / "usr/local"
        cls.libs = next(cls.root.rglob("libsegwan-cel.so")).parent

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    def flags(self, *ask):
        found = run("pkg-config", "--cflags", "--libs", *ask, "segwan-cel", env={
            "PKG_CONFIG_LIBDIR": str(self.libs / "pkgconfig"),
            "PKG_CONFIG_SYSROOT_DIR": str(self.root)})
        self.assertEqual(found.returncode, 0, found.stderr)
        return found.stdout.split()

    def example(self, *flags):
        exe = self.dir / "embed-cel"
        made = run("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", EXAMPLE,
                   "-o", exe, *flags, *SANITIZE)
        self.assertEqual(made.returncode, 0, made.stderr)
        return run(exe, env={"LD_LIBRARY_PATH": str(self.libs)})

    def test_nothing_else_is_installed(self):
        files = {path.name for path in self.root.rglob("*") if not path.is_dir()}
        versions = {name for name in files if name.startswith("libsegwan-cel.so")}
        self.assertEqual(files - versions,
                         {"base.h", "cel.h", "cel_tree.h", "libsegwan-cel.a", "segwan-cel.pc"})

    def test_it_needs_libc_and_libm_only(self):
        needs = run("readelf", "-d", self.libs / "libsegwan-cel.so").stdout
        needed = {line.split("[")[1].rstrip("]") for line in needs.splitlines()
                  if "(NEEDED)" in line}
        # A sanitizer's own libraries are none of ours.
        self.assertEqual({name for name in needed if "san.so" not in name} -
                         {"libm.so.6", "libgcc_s.so.1"}, {"libc.so.6"})
        # What the header declares of the room is there to be linked.
        defined = run("nm", "-D", "--defined-only", self.libs / "libsegwan-cel.so").stdout
        for name in ("sw_cel_parse", "sw_cel_eval", "sw_arena_new", "sw_error_text"):
            self.assertIn(f" T {name}\n", defined)
        self.assertNotIn("sw_cel__", defined)

    def test_the_example_runs(self):
        ran = self.example(*self.flags())
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        first, *rest = ran.stdout.splitlines()
        self.assertTrue(first.endswith("is  true"))
        self.assertTrue(any(line.endswith("unknown(cargo.masked)") for line in rest))

    def test_the_example_runs_from_the_archive(self):
        flags = [flag for flag in self.flags("--static") if flag != "-lsegwan-cel"]
        ran = self.example(*flags, self.libs / "libsegwan-cel.a", "-lm")
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))

    def test_a_program_in_cxx(self):
        source = self.dir / "user.cc"
        source.write_text("""#include <segwan/cel.h>
int main()
{
    sw_arena *arena = nullptr;
    sw_error err = {};
    sw_cel *cel = nullptr;
    sw_cel_options how = {};
    sw_cel_value value;
    bool ok = sw_arena_new(&arena, &err) &&
              sw_cel_parse(sw_str_of("[1, 2].map(x, x * x) == [1, 4]"), arena, &cel, &err) &&
              sw_cel_eval(cel, &how, arena, &value, &err) && value.kind == SW_CEL_BOOL &&
              value.as.boolean;
    sw_arena_free(arena);
    return ok ? 0 : 1;
}
""")
        exe = self.dir / "user"
        made = run("g++", "-Wall", "-Wextra", "-Werror", source, "-o", exe, *self.flags(),
                   *SANITIZE)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(run(exe, env={"LD_LIBRARY_PATH": str(self.libs)}).returncode, 0)

    def test_it_is_built_where_nothing_else_is_installed(self):
        """No pkg-config file is in reach, so no other library can be found."""
        build = self.dir / "only"
        env = {"PKG_CONFIG_LIBDIR": str(self.dir / "nowhere"), "HOME": str(self.dir),
               "CC": os.environ.get("CC", "cc")}
        made = run("meson", "setup", build, SOURCE, "-Donly_cel=true", "-Dbuildtype=debug",
                   "--prefix", self.dir / "alone", env=env)
        self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
        done = run("meson", "install", "-C", build, "--quiet", env=env)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

        def tree(root):
            return {str(path.relative_to(root)) for path in root.rglob("*")}
        self.assertEqual(tree(self.dir / "alone"), tree(self.prefix))


if __name__ == "__main__":
    unittest.main()

"""`segwan cel`: one expression, lines from a pipe, and the session at a terminal."""
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import struct
import subprocess
import tempfile
import termios
import time
import unittest

from common import BUILD, SEGWAN, SOURCE

FACTS = {
    "cargo": {"scale": 5000, "area": ["KR", "JP"], "masked": False,
              "owner": {"name": "김철수", "age": 41}},
    "orders": [{"total": 10, "items": ["a"]}, {"total": 250.5, "items": []}],
    "limit": 100,
}


def cel(*args, stdin="", env=None):
    return subprocess.run([str(SEGWAN), "cel", *map(str, args)], input=stdin,
                          capture_output=True, text=True, env=env)


class Cel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.tmp.name)
        cls.facts = cls.file("facts.json", json.dumps(FACTS))

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    @classmethod
    def file(cls, name, text):
        path = cls.dir / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def value(self, expression, *args, **more):
        ran = cel(expression, *args, **more)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""), expression)
        return ran.stdout.rstrip("\n")

    def refused(self, *args, status, words, stdin=""):
        ran = cel(*args, stdin=stdin)
        self.assertEqual(ran.returncode, status, (args, ran))
        for word in words:
            self.assertIn(word, ran.stderr)
        return ran


class OneShot(Cel):
    def test_values_are_literals(self):
        for expression, literal in [
                ("1 + 2", "3"), ("2u", "2u"), ("1.0", "1.0"), ("'a' + \"b\"", '"ab"'),
                ("b'\\xff'", 'b"\\xff"'), ("[1, 2u, null]", "[1, 2u, null]"),
                ("{'a': true}", '{"a": true}'), ("type(1)", "int"),
                ("timestamp('2026-11-25T09:00:00+09:00')",
                 'timestamp("2026-11-25T00:00:00Z")'),
                ("1 > 2", "false")]:
            self.assertEqual(self.value(expression), literal)

    def test_facts_from_json(self):
        facts = self.file("kinds.json", '{"i": 9223372036854775807, "r": 1.0, "e": 1e2,'
                          '"s": "a\\u0000b", "n": null, "l": [], "m": {"x-y": 1}, "한": 1}')
        for expression, literal in [
                ("i", "9223372036854775807"), ("type(r)", "double"), ("type(e)", "double"),
                ("size(s)", "3"), ("s == 'a\\u0000b'", "true"), ("n", "null"),
                ("m['x-y']", "1"), ("l", "[]")]:
            self.assertEqual(self.value(expression, "--facts", facts), literal)
        self.assertEqual(self.value("a", "--facts", "-", stdin='{"a": [true]}'), "[true]")
        self.assertEqual(self.value("a.b.c", "-f", "-", stdin='{"a.b.c": 1, "a": {"b": 2}}'),
                         "1")

    def test_facts_that_are_refused(self):
        for text, words in [
                ('{"a": 9223372036854775808}', ["line 1, column 25", "beyond int64", "--set"]),
                ('{"a": -9223372036854775809}', ["beyond int64"]),
                ('{"a": 1e999}', ["double"]),
                ('{"a": 1, "a": 2}', ["duplicate", "line 1"]),
                ('{"a": ' + "[" * 600 + "]" * 600 + "}", ["nested"]),
                ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", ["nested"]),
                (b'{"a": "\xff"}', ["not JSON"]),
                ('{"a\\u0000": 1}', ["NUL"]),
                ("[1]", ["object"]), ("", ["not JSON"]), ("{", ["not JSON"]),
                ('{"a": 1} 2', ["not JSON"])]:
            path = self.file("bad.json", text)
            self.refused("1", "--facts", path, status=3, words=["bad.json", *words])
        self.refused("1", "--facts", self.dir / "nowhere.json", status=3,
                     words=["nowhere.json"])

    def test_set(self):
        self.assertEqual(self.value(
            "now - day", "--set", 'now=timestamp("2026-11-25T00:00:00Z")', "-s",
            'day = now - duration("90m")'), 'duration("5400s")')
        self.assertEqual(self.value("cargo.scale + cargo.new.deep + int(cargo.owner.age)",
                                    "--facts", self.facts, "--set", "cargo.new.deep=2",
                                    "--set", "cargo.owner.age=3u"), "5005")
        for text, words in [("now", "expected name=expression"), ("1=2", "not the path"), ("a=b", "b"),
                            ("a==2", "name=expression"), ("a=1/0", "division by zero"),
                            ("a=1+", "the end"), ("in=1", "not the path")]:
            ran = cel("1", "--set", text)
            self.assertIn(ran.returncode, (2, 3), text)
            self.assertIn("--set", ran.stderr)
            self.assertIn(words, ran.stderr)
        self.refused("1", "--facts", self.facts, "--set", "limit.x=1", status=2,
                     words=["--set", "int"])

    def test_unknown(self):
        def unknown(expression, *paths):
            asked = [word for path in paths for word in ("--unknown", path)]
            return self.value(expression, "--facts", self.facts, *asked)
        self.assertEqual(unknown("cargo.scale > limit", "cargo.scale"), "unknown(cargo.scale)")
        self.assertEqual(unknown("cargo.new.x > 1", "cargo.new.x"), "unknown(cargo.new.x)")
        self.assertEqual(unknown("other + 1", "other"), "unknown(other)")
        self.assertEqual(unknown("cargo.masked && other", "other"), "false")
        self.assertEqual(unknown("cargo.scale + x + y", "y", "x", "cargo"),
                         "unknown(cargo, x, y)")
        self.assertEqual(unknown("cargo.owner.age", "cargo", "cargo.owner"), "unknown(cargo)")
        self.assertEqual(unknown("limit + cargo.owner.age", "cargo.scale"), "141")
        # Also within lists, and under keys that are no names.
        self.assertEqual(unknown("orders.exists(o, o.total == 10)", "orders[1].total"), "true")
        self.assertEqual(unknown("orders.map(o, o.total)", "orders[1].total"),
                         "unknown(orders[1].total)")
        self.assertEqual(unknown("orders[0]", "orders[0]"), "unknown(orders[0])")
        self.assertEqual(unknown("m['x y'] + m[1] + m.in_", "m['x y']", "m[ 1 ]", 'm["in_"]'),
                         'unknown(m.in_, m["x y"], m[1])')
        self.assertEqual(unknown("m['a]b']", "m['a]b']"), 'unknown(m["a]b"])')
        for path in ("a b", "1", "", "a.", "true", "limit.x", "orders[2]", "orders[x]",
                     "orders[-1]", "limit[0]", "a[", "a[]", "a[1", "a[1.5]", "a.in", "a()",
                     "a[0]b", ".a"):
            self.refused("1", "--facts", self.facts, "--unknown", path, status=2,
                         words=["--unknown"])

    def test_errors_point_at_their_place(self):
        self.refused("1 +", status=3, words=["line 1, column 4", "\n    1 +\n       ^"])
        ran = self.refused("limit > 1 &&\n 1 / (limit - 100) > 0", "--facts", self.facts,
                           status=3, words=["line 2, column 2", "division by zero"])
        self.assertEqual(ran.stdout, "")
        self.refused("nobody", status=3, words=["nobody"])
        self.refused("--file", self.file("long.cel", "a" * 2000000), status=3,
                     words=["long.cel"])

    def test_test_makes_the_answer_the_status(self):
        for args, status in [(("1 < 2",), 0), (("1 > 2",), 1), (("1",), 3), (("1/0 > 1",), 3),
                             (("x", "-u", "x"), 3), (("x +",), 3),
                             (("x && false", "-u", "x"), 1)]:
            self.assertEqual(cel(*args, "--test").returncode, status, args)
            if status < 2:
                self.assertEqual(cel(*args).returncode, 0)
        self.assertIn("unknown", cel("x", "-u", "x", "--test").stderr)

    def test_check_finds_the_type_or_the_place(self):
        for expression, kind in [
                ("cargo.scale", "int"), ("orders.map(o, size(o.items))", "list(int)"),
                ("cargo.owner.name + 'x'", "string"), ("cargo.area", "list(string)"),
                ("orders[0].total", "dyn"), ("{'a': cargo.masked}", "map(string, bool)"),
                ("cargo", "map(string, dyn)"), ("has(cargo.scale)", "bool"),
                ("1 / 0", "int"), ("cargo.nothing", "dyn"), ("optional.of(limit)",
                                                              "optional_type(int)")]:
            self.assertEqual(self.value(expression, "--check", "--facts", self.facts), kind)
            told = json.loads(cel(expression, "-c", "--facts", self.facts, "--json").stdout)
            self.assertEqual(told, {"type": kind})
        ran = self.refused("cargo.masked &&\n  limit + 'a' == 1", "--check", "--facts", self.facts,
                           status=3, words=["line 2, column 9", "int and string"])
        self.assertEqual(ran.stdout, "")
        self.refused("lim", "--check", "--facts", self.facts, status=3, words=["limit"])
        told = json.loads(cel("1 + 'a'", "--check", "--json").stdout)
        self.assertEqual(told["place"], "line 1, column 3")
        # The types of --set, of what is unknown, and of names with dots.
        facts = self.file("dots.json", '{"a.b": 1, "a": {"b": "x", "c": 1.5, "x-y": 2}}')
        for expression, kind in [("a.b", "int"), ("a.c", "double"), ("a", "map(string, dyn)"),
                                 ("u", "dyn"), ("t", "timestamp"), ("n", "net.IP"),
                                 ("l", "list(dyn)"), ("a['x-y']", "dyn")]:
            self.assertEqual(self.value(
                expression, "--check", "-f", facts, "-u", "u", "--set", "t=timestamp(0)",
                "-s", "n=ip('::1')", "-s", "l=[1, 'a']"), kind)

    def test_declarations(self):
        def declared(expression, *names, **more):
            return cel(expression, *[w for name in names for w in ("--declare", name)],
                       "--facts", self.facts, **more)
        # Any declaration makes expressions be checked; the rest is as the facts are.
        self.assertEqual(cel("1 == 1.0").stdout, "true\n")
        self.assertIn("'=='", declared("1 == 1.0", "x: int").stderr)
        self.assertEqual(declared("limit + 1", "x: int").stdout, "101\n")
        self.assertEqual(declared("cargo.scale + 1", "cargo.scale: int").stdout, "5001\n")
        self.assertEqual(declared("cargo.owner.age + limit", "cargo.owner: map(string, dyn)")
                         .stdout, "141\n")
        ran = cel("a.b.filter(x, x > 1)", "-d", "a.b: list(int)", "--check")
        self.assertEqual(ran.stdout, "list(int)\n")
        for name, words in [("limit: uint", "the fact is int"), ("cargo.area: list(int)",
                            "the fact is list(string)"), ("cargo: map(string, int)", "cargo is"),
                            ("orders: list(map(string, string))", "orders is"),
                            ("x", "name:type"), ("x: list(", "column"), ("1: int", "not the path"), ("x[0]: int", "not the name"),
                            ("x: list(int", "column")]:
            ran = declared("1", name)
            self.assertIn(ran.returncode, (2, 3), name)
            self.assertIn("--declare", ran.stderr)
            self.assertIn(words, ran.stderr)
        for name in ("limit: dyn", "limit: wrapper(int)", "cargo.area: list(string)",
                     "cargo.owner: map(string, dyn)", "orders: list(map(string, dyn))",
                     "cargo.nothing: timestamp", "cargo: any"):
            ran = declared("1", name)
            self.assertEqual((ran.stdout, ran.stderr), ("1\n", ""), name)
        self.assertIn("twice", declared("1", "x: int", "x: int").stderr)

    def test_cost_is_never_above_its_estimate(self):
        for expression in ("limit", "orders.all(o, orders.exists(p, o.total == p.total))",
                           "cargo.area.map(a, a + 'x').filter(a, a.matches('K.*'))",
                           "cargo.owner.name.split('').join('-').size() + size(cargo)",
                           "[1, 2, 3].map(x, [1, 2, 3].map(y, x * y))", "1 / 0 > limit",
                           "cargo.masked ? limit : cargo.owner.age", "nobody.knows || true",
                           "string(limit) in cargo.area || cargo == cargo"):
            shown = cel(expression, "--cost", "--facts", self.facts, "-u", "nobody").stdout
            taken, most = map(int, re.search(r"(\d+) steps?, at most (\d+)\n", shown).groups())
            self.assertLessEqual(taken, most, expression)
            self.assertLess(most, 100000, expression)
            told = json.loads(cel(expression, "--cost", "--facts", self.facts, "-u", "nobody",
                                  "--json").stdout)
            self.assertEqual(told["steps"], {"taken": taken, "most": most})
        # Nothing is evaluated with --check; without a fact there is no bound.
        args = ("x.all(a, a > 1)", "--cost", "--check", "-d", "x: list(int)")
        self.assertEqual(cel(*args).stdout, "bool\nno bound is known\n")
        self.assertEqual(json.loads(cel(*args, "--json").stdout),
                         {"type": "bool", "steps": {"most": None}})
        self.assertRegex(cel(*args, "-s", "x=[1]").stdout, r"^bool\nat most \d+\n$")
        ran = cel("x.all(a, x.all(b, x.all(c, a + b + c >= 0)))", "--set",
                  f"x={list(range(300))}")
        self.assertEqual((ran.returncode, ran.stdout), (3, ""))
        self.assertIn("steps", ran.stderr)

    def test_residual(self):
        def rest(expression, *paths, facts=self.facts):
            asked = [word for path in paths for word in ("--unknown", path)]
            return self.value(expression, "--residual", "--facts", facts, *asked)
        self.assertEqual(rest("cargo.scale < limit || cargo.new == limit", "cargo.new"),
                         "cargo.new == 100")
        self.assertEqual(rest("cargo.masked && x", "x"), "false")
        self.assertEqual(rest("limit + 1"), "101")
        expression = "orders.all(o, o.total < 100 || o.total < most)"
        left = rest(expression, "most")
        self.assertNotIn("orders", left)
        # What is left, with the answer, is what the whole would have been.
        for most in ("0.5", "300"):
            self.assertEqual(self.value(left, "--set", f"most={most}"),
                             self.value(expression, "--facts", self.facts, "--set",
                                        f"most={most}"))
        # Two rounds: what is left is asked of another who knows more.
        first = rest("a && b && cargo.scale == 5000", "a", "b")
        self.assertEqual(self.value(first, "--residual", "--set", "a=true", "-u", "b"),
                         rest("b && true", "b"))
        told = json.loads(cel("x || cargo.masked", "-u", "x", "--residual", "--json", "-f",
                              self.facts).stdout)
        self.assertEqual(told["unknown"], ["x"])
        self.assertIn("x", told["residual"])
        self.refused("1 / 0 + x", "-u", "x", "--residual", status=3, words=["division by zero"])

    def test_functions_are_listed_as_the_checker_knows_them(self):
        """A call with arguments of the types listed has the type listed."""
        listed = cel("--functions").stdout.splitlines()
        self.assertGreater(len(listed), 100)
        declared, lines, wanted = [], [], []
        for number, line in enumerate(listed):
            called, gives = line[line.rindex("  ") + 2:].split(" -> ")
            holder, name, takes = re.fullmatch(
                r"(?:([\w.]+(?:\(.*\))?)\.)?(\w+)\((.*)\)", called).groups()
            types = re.findall(r"[\w.]+(?:\([^)]*\))?", takes.replace("...", ""))
            method = holder and holder not in ("math", "optional", "strings", "base64", "ip")
            if method:
                types.insert(0, holder)
            names = [f"v{number}_{i}" for i in range(len(types))]
            declared += [word for variable, t in zip(names, types) for word in (
                "-d", f"{variable}: " + re.sub(r"\bB\b", "string", re.sub(r"\bA\b", "int", t)))]
            arguments = ", ".join(names[1:] if method else names)
            lines.append(f":type {names[0] if method else holder or ''}."
                         f"{name}({arguments})".replace(":type .", ":type "))
            # Of an A that no argument gives nothing is known.
            wanted.append(re.sub(r"\bA\b", "int" if "A" in " ".join(types) else "dyn", gives))
        ran = cel(*declared, stdin="\n".join(lines))
        self.assertEqual(ran.stderr, "")
        self.assertEqual(list(zip(lines, ran.stdout.splitlines())), list(zip(lines, wanted)))
        some = cel("--functions", "math.abs").stdout.splitlines()
        self.assertEqual(len(some), 3)
        self.assertTrue(some[0].startswith("math.abs "))

    def test_the_page_describes_each_function_and_macro(self):
        page = (SOURCE / "docs/cel.md").read_text()
        shown = {}
        for line in page.splitlines():
            found = re.fullmatch(r"    (\S.* -> \S+(?: \S+\))?)(?:  +(\S.*))?", line)
            if found:
                shown[found[1]] = found[2]
        listed, name, described = [], "", {}
        for line in cel("--functions").stdout.splitlines():
            name = line.split()[0] if not line.startswith(" ") else name
            listed.append(line[line.rindex("  ") + 2:])
            described.setdefault(name, []).append(shown.get(listed[-1]))
        self.assertEqual(sorted(listed), sorted(shown))
        self.assertEqual([n for n, lines in described.items() if not any(lines)], [])

    def test_the_page_describes_each_macro(self):
        samples = {
            "has": "has({'f': 1}.f)", "all": "[1, 2].all(x, x > 0)",
            "exists": "[1, 2].exists(i, x, i == 1 && x == 2)",
            "exists_one": "[1, 2].exists_one(x, x > 1)",
            "existsOne": "{'a': 1}.existsOne(k, v, k == 'a' && v == 1)",
            "map": "[1, 2].map(x, x > 1, x * 2) == [4]",
            "filter": "[1, 2].filter(x, x > 1) == [2]",
            "transformList": "[3, 4].transformList(i, x, i * x) == [0, 4]",
            "transformMap": "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
            "optMap": "optional.of(1).optMap(x, x + 1).value() == 2",
            "optFlatMap": "!optional.of(1).optFlatMap(x, optional.none()).hasValue()",
            "bind": "cel.bind(x, 2, x * x) == 4",
            "block": "cel.block([1, cel.index(0) + 1], cel.index(1) == 2)",
        }
        page = (SOURCE / "docs/cel.md").read_text()
        table = page[page.index("| macro |"):page.index("**Functions**")]
        named = set(re.findall(r"`(?:\w+\.)?(\w+)\((?!0)", table))
        self.assertEqual(named, set(samples))
        ran = cel(stdin="\n".join(samples.values()))
        self.assertEqual(ran.stdout.split(), ["true"] * len(samples), ran.stderr)

    def test_file_and_container(self):
        path = self.file("rule.cel", "// scale\ncargo.scale >\n  limit // and that is it\n")
        ran = cel("--file", path, "--facts", self.facts)
        self.assertEqual(ran.stdout, "true\n")
        self.assertEqual(cel("--file", "-", "--facts", self.facts, stdin="limit").stdout,
                         "100\n")
        ran = cel("--file", self.file("bad.cel", "1 +\n  * 2"))
        self.assertIn("bad.cel: line 2, column 3", ran.stderr)
        self.assertEqual(self.value("scale + b.x", "--container", "cargo", "--set", "b.x=1",
                                    "--facts", self.file("dots.json", '{"cargo.scale": 2}')),
                         "3")
        for args in (("1", "--file", path), ("--file", "-", "--facts", "-"),
                     ("--facts", "-")):
            self.refused(*args, status=2, words=[])

    def test_explain_draws_what_decided(self):
        shown = cel("cargo.masked || orders.all(o, o.total < limit)", "--explain", "--facts",
                    self.facts).stdout
        self.assertTrue(shown.startswith("false\n"))
        for part in ("cargo.masked", "o.total < limit", "250.5", "with o ", "100"):
            self.assertIn(part, shown)
        self.assertNotIn("\033", shown)
        self.assertNotIn("o.total < limit   true", shown)
        # What did not decide is not there; neither are the elements that held.
        shown = cel("cargo.scale >= 25000 && limit > 1", "--explain", "--facts",
                    self.facts).stdout
        self.assertNotRegex(shown, r"─ limit")
        ran = cel("1 / (limit - 100)", "--explain", "--facts", self.facts)
        self.assertEqual(ran.returncode, 3)
        self.assertIn("limit - 100", ran.stdout)

    def test_explanations_keep_to_their_columns(self):
        facts = self.file("long.json", json.dumps(
            {"words": ["국외 반출 " * 20, "x" * 500], "n": {"a": list(range(300))}}))
        expression = " && ".join(f"size(words[{i % 2}]) > {i}" for i in range(40)) + \
            " && n.a.exists(x, x == 77) && words.all(w, w.contains('반출') || size(w) == 500)"
        shown = cel(expression, "--explain", "--facts", facts).stdout.splitlines()
        self.assertGreater(len(shown), 100)
        for line in shown:
            width = sum(2 if ord(c) >= 0x1100 and not 0x2000 <= ord(c) < 0x2e80 else 1
                        for c in line)
            self.assertLessEqual(width, 79, line)

    def test_long_values_are_cut_unless_more_is_asked_for(self):
        facts = self.file("many.json", json.dumps({"xs": list(range(1000))}))
        short = cel("xs.all(x, x < 900)", "--explain", "--facts", facts).stdout
        whole = cel("xs.all(x, x < 900)", "--explain", "--facts", facts, "--verbose").stdout
        self.assertIn("...", short)
        self.assertNotIn(" 500,", short)
        self.assertIn("999]", whole)
        self.assertIn("500,", whole)
        for shown in (short, whole):
            self.assertRegex(shown, r"with x +900\n")

    def test_json(self):
        def asked(*args):
            return json.loads(cel(*args, "--json").stdout)
        for expression, value, kind in [
                ("1", 1, "int"), ("18446744073709551615u", 18446744073709551615, "uint"),
                ("int('-9223372036854775808')", -9223372036854775808, "int"), ("1.5", 1.5, "double"),
                ("'a\"\\\\\\n\\u007f한'", 'a"\\\n\x7f한', "string"),
                ("[1, 'a']", [1, "a"], "list(dyn)"), ("[[1], [2]]", [[1], [2]], "list(list(int))"),
                ("{'a': {'b': 1}}", {"a": {"b": 1}}, "map(string, map(string, int))"),
                ("{1: 'a'}", [{"key": 1, "value": "a"}], "map(int, string)"),
                ("{}", {}, "map(dyn, dyn)"), ("null", None, "null_type"),
                ("double('NaN')", 'double("NaN")', "double"), ("b'a'", 'b"a"', "bytes"),
                ("duration('1s')", 'duration("1s")', "duration"),
                ("optional.of(1)", "optional.of(1)", "optional_type(int)"),
                ("int", "int", "type")]:
            told = asked(expression)
            self.assertEqual((told["value"], told["type"]), (value, kind), expression)
            self.assertIs(type(told["value"]), type(value), expression)
            self.assertEqual(self.value(f"({told['cel']}) == ({expression})"),
                             "false" if "NaN" in expression else "true")
        told = asked("cargo.x + y", "-u", "cargo.x", "-u", "y")
        self.assertEqual(told["unknown"], ["cargo.x", "y"])
        self.assertNotIn("value", told)
        told = cel("2 +\n 1 / 0", "--json")
        self.assertEqual((told.returncode, told.stderr), (3, ""))
        self.assertIn("error", json.loads(told.stdout))
        told = cel("1 +", "--json")
        self.assertEqual((told.returncode, told.stderr), (3, ""))
        self.assertEqual(json.loads(told.stdout)["place"], "line 1, column 4")

    def test_json_explanations_name_their_ranges(self):
        source = "'한' == '' || orders.all(o, o.total < limit)"
        told = json.loads(cel(source, "--facts", self.facts, "--explain", "--json").stdout)
        seen = []

        def walk(node):
            self.assertEqual(source.encode()[node["begin"]:node["end"]].decode(),
                             node["source"])
            seen.append(node["source"])
            for child in node["because"]:
                walk(child)
        walk(told["explanation"])
        self.assertEqual(seen[0], source)
        self.assertIn("o.total", seen)
        self.assertIs(told["explanation"]["value"], False)
        self.assertEqual(told["decided_by"], ["limit", "orders"])
        body, = [c for c in told["explanation"]["because"][-1]["because"] if "element" in c]
        self.assertEqual(body["element"]["o"]["value"], FACTS["orders"][1])
        self.assertEqual(body["source"], "o.total < limit")


class Pipe(Cel):
    def test_a_line_an_expression(self):
        ran = cel("--facts", self.facts, stdin="limit\n\n  // nothing\n1 +\nx = 3\n[x,\n"
                  "x + limit\n1/0\n_\n:explain x > 2\n:type [x]\n:nonsense\n'last'")
        self.assertEqual(ran.returncode, 3)
        self.assertEqual(ran.stdout.splitlines()[:2], ["100", "103"])
        self.assertEqual(ran.stdout.splitlines()[-2:], ["list(int)", '"last"'])
        for words in ("line 4, column 4", "line 6, column 4", "line 8, column 1",
                      ":nonsense", "_"):
            self.assertIn(words, ran.stderr)
        self.assertEqual(cel(stdin="").returncode, 0)
        self.assertEqual(cel("--test", stdin="true\nfalse\ntrue\n").returncode, 1)

    @unittest.skipIf("-fsanitize" in (BUILD / "build.ninja").read_text(),
                     "a sanitizer takes memory of its own")
    def test_many_lines_take_no_more_memory(self):
        lines = "x.map(y, y * 2)\n" * 20000
        ran = subprocess.run(["/bin/bash", "-c", f"ulimit -v 400000; exec {SEGWAN} cel "
                              "--set 'x=[1,2,3]'"], input=lines, capture_output=True, text=True)
        self.assertEqual((ran.returncode, ran.stdout), (0, "[2, 4, 6]\n" * 20000))

    def test_json_lines(self):
        ran = cel("--json", stdin="1\nx = 2\nx +\nx\n1/0\n")
        told = [json.loads(line) for line in ran.stdout.splitlines()]
        self.assertEqual([t.get("value", "error") for t in told], [1, "error", 2, "error"])
        self.assertEqual((ran.returncode, ran.stderr), (3, ""))


class Terminal:
    """`segwan cel` on the far side of a pseudo-terminal."""

    def __init__(self, *args, term="xterm", columns=100, env=None):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(SEGWAN, [str(SEGWAN), "cel", *map(str, args)],
                      {"TERM": term, "PATH": "/usr/bin:/bin", **(env or {})})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.raw, self.seen = b"", ""

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return None
        try:
            return os.read(self.fd, 65536)
        except OSError:  # how Linux tells the end
            return b""

    def until(self, pattern, seconds=30):
        """What is shown up to the pattern, without what steers the terminal."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.seen)):
            data = self.read(max(0, end - time.monotonic()))
            if not data:
                raise AssertionError(f"no {pattern!r} in {self.seen!r}")
            # A sequence or a character that is not whole yet waits.
            self.raw += data
            whole = re.match(rb"(?s)(.*?)(?:\033(?:\[[0-9;?]*)?|[\xc0-\xff][\x80-\xbf]*)?\Z",
                             self.raw).end(1)
            if whole < len(self.raw) and self.raw[whole] >= 0xC0 and \
                    len(self.raw[whole:].decode("utf-8", "ignore")):
                whole = len(self.raw)
            text, self.raw = self.raw[:whole].decode("utf-8"), self.raw[whole:]
            self.seen += re.sub(r"\033\[[0-9;?]*[A-Za-z]", "", text)
        shown, self.seen = self.seen[:found.start()], self.seen[found.end():]
        return shown.replace("\r\n", "\n")

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def ask(self, line, prompt="cel> "):
        """Types a line; what comes before the next prompt at the start of a row."""
        self.press(line + "\r")
        return self.until(r"\n\r?" + re.escape(prompt))

    def end(self):
        while self.read(30):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


# Driven key by key, and as dumb terminals are.
TERMS = ("xterm", "dumb")


class Session(Cel):
    def terminals(self, *args):
        for term in TERMS:
            at = Terminal(*args, term=term)
            at.until("cel> ")
            yield at

    def test_a_session(self):
        for at in self.terminals("--facts", self.facts):
            self.assertIn("105  : int", at.ask("limit + 5"))
            self.assertIn("210  : int", at.ask("_ * 2"))
            self.assertIn("105  : int", at.ask("_2"))
            self.assertIn("error", at.ask("_ + 'a'").lower() + "error")
            self.assertIn("[1, 2]  : list(int)", at.ask("x = [1, 2]"))
            self.assertIn("true", at.ask("x.exists(e, e == 2)"))
            self.assertIn("7  : int", at.ask("cargo.deep.new = 7"))
            self.assertIn("7", at.ask("cargo.deep.new + 0"))
            shown = at.ask(":explain limit > 1 && cargo.scale > 1")
            self.assertIn("╰─ cargo.scale > 1", shown)
            self.assertIn("list(map(string, dyn))", at.ask(":type orders"))
            # Of the last expression, with _ as it was for it.
            at.ask("[1, 2]")
            self.assertIn("4  : int", at.ask("_[0] + 3"))
            self.assertIn("╰─ _", at.ask(":explain"))
            self.assertIn("int", at.ask(":type"))
            self.assertIn("at most", at.ask(":cost"))
            self.assertIn("4  : int", at.ask("_"))
            at.ask(":unknown cargo.scale")
            self.assertIn("unknown(cargo.scale)", at.ask("cargo.scale > 1 && limit > 1"))
            self.assertRegex(at.ask(":residual"), r"\ncargo.scale > 1\r?$")
            self.assertIn("x = [1, 2]", at.ask(":facts"))
            for word in (":type", ":explain", ":residual", ":cost", ":functions", ":unknown", ":facts", ":help", ":quit"):
                self.assertIn(word, at.ask(":help"))
            at.press(":quit\r")
            self.assertEqual(at.end(), 0)

    def test_what_is_kept_stays_whole(self):
        """Maps have indexes; what outlives its line keeps one that is its own."""
        for at in self.terminals("--facts", self.facts):
            at.ask("{'a': [1], 'b': {'c': {'d': 'deep'}}, 'c': 3u, 'd': b'x', 'e': duration('1s')}")
            for _ in range(3):
                at.ask("[9, 9, 9].map(x, string(x) + 'noise')")
            self.assertIn('"deep"', at.ask("_4.b.c.d"))
            self.assertIn('true', at.ask("_5 == {'a': [1], 'b': {'c': {'d': 'deep'}}, 'c': 3u, "
                                         "'d': b'x', 'e': duration('1s')} && _5.e < duration('2s')"))
            for i in range(20):
                at.ask(f"m.key{i} = {i}")
            self.assertIn("190", at.ask("m.key0 + m.key10 * 18 + m.key10"))
            self.assertIn("20", at.ask("size(m)"))
            more = self.file("more.json", '{"limit": 1, "extra": {"a": 1, "b": 2, "c": 3, "d": 4}}')
            at.ask(f":facts {more}")
            self.assertIn("5  : int", at.ask("limit + extra.d"))
            at.press("\x04")
            self.assertEqual(at.end(), 0)

    def test_errors_do_not_end_it(self):
        for at in self.terminals():
            self.assertIn("no expression yet", at.ask(":explain"))
            shown = at.ask("1 + )")
            self.assertRegex(shown, r"\nerror: .*\n    1 \+ \)\n        \^")
            self.assertIn("division by zero", at.ask("1 / 0"))
            self.assertIn(":frob", at.ask(":frob"))
            self.assertIn("PATH", at.ask(":unknown"))
            self.assertIn("division by zero", at.ask(":explain 1 / 0"))
            self.assertIn("nowhere.json", at.ask(":facts nowhere.json"))
            self.assertIn("frob", at.ask("frob(1)"))
            self.assertIn("2", at.ask("1 + 1"))
            at.press("\x04")
            at.end()

    def test_brackets_go_on(self):
        for at in self.terminals():
            at.ask("[1,", "...> ")
            at.ask("  2].map(x,  // (", "...> ")
            self.assertIn("[2, 4]", at.ask("  x * 2)"))
            at.ask('size("""a(', "...> ")
            self.assertIn("4", at.ask('b""")'))
            self.assertIn('"("', at.ask('"("'))
            self.assertIn('"a\\\\"', at.ask("r'a\\'"))
            self.assertIn("not closed", at.ask("'abc"))
            # Given up, the session goes on.
            at.ask("[1,", "...> ")
            at.press("\x03")
            at.until("cel> ")
            self.assertIn("3", at.ask("1 + 2"))
            at.ask("[1,", "...> ")
            at.press("\x04")
            at.until("cel> ")
            at.press("\x04")
            self.assertEqual(at.end(), 0)

    def test_colours_are_for_terminals_that_want_them(self):
        for args, env, coloured in [((), {}, True), (("--no-color",), {}, False),
                                    ((), {"NO_COLOR": "1"}, False)]:
            at = Terminal("1 < 2", *args, env=env)
            raw = b""
            while data := at.read(30):
                raw += data
            at.end()
            self.assertEqual(b"\033[" in raw, coloured)
        at = Terminal("1 < 2", term="dumb")
        self.assertEqual(at.until("\n"), "true\r")

    def test_keys_edit_and_recall(self):
        at = Terminal()
        at.until("cel> ")
        left, right, up, down = "\033[D", "\033[C", "\033[A", "\033OB"
        home, end, delete = "\033[H", "\033OF", "\033[3~"
        for keys, value in [
                ("12" + left + "3", "132"), ("12" + left * 5 + "3", "312"),
                ("1234" + left * 3 + delete, "134"), ("1234" + left * 3 + "\x04", "134"),
                ("1 + 2" + "\x7f" + "5", "6"), ("1 + 20" + home + "3", "51"),
                ("5" + home + "1" + end + "2", "152"), ("5" + "\x01" + "1" + "\x05" + "2", "152"),
                ("111 + 222" + "\x17" + "4", "115"), ("111 + 222" + "\x15" + "4", "4"),
                ("111 + 222" + "\033[1;5D" * 2 + "\x0b" + "7", "7"),
                ("111 + 222" + home + "\033[1;5C" + "0", "1332"),
                ("'한국어'" + left * 2 + "\x7f", '"한어"'),
                ("'é😀'" + left + "\x7f" * 2 + "x", '"x"'),
                (up, '"x"'), ("1" + up * 2 + down * 2 + "2", "12"), (up, "12"), (up, "12"),
                (up * 2, '"x"'), ("\x10" * 3 + "\x0e", "12"),
                ("7" + "\033[99~" + "\033[Z" + right + "8" + "\x00\x02\x06", "78"),
                ("1\t+\t1", "2"), ("3 + 4\x0c", "7")]:
            self.assertIn("\n" + value + "  : ", at.ask(keys), keys)
        at.press("1 + nonsense\x03")
        self.assertIn("^C", at.until(r"\n\r?cel> "))
        self.assertIn("7", at.ask("3 + 4"))
        at.press("9\x15")
        at.press("\x04")
        self.assertEqual(at.end(), 0)

    def test_long_lines_scroll(self):
        at = Terminal(columns=30)
        at.until("cel> ")
        numbers = " + ".join(str(n) for n in range(100, 140))
        self.assertIn(f"\n{sum(range(100, 140))}  : int", at.ask(numbers))
        at.press(numbers)
        shown = at.until("139\r$")
        for row in shown.split("\r"):
            self.assertLessEqual(len(row), 29)
        at.press("\x01")
        self.assertTrue(at.until("\r$").endswith("cel> 100 + 101 + 102 + 103 + "[:29]))
        at.press("\x03\x04")
        at.end()

    def test_the_terminal_is_left_as_it_was(self):
        at = Terminal()
        at.until("cel> ")
        driven = termios.tcgetattr(at.fd)
        self.assertFalse(driven[3] & termios.ICANON)
        at.ask("1")
        at.press(":quit\r")
        at.until("quit.*\n")
        was = termios.tcgetattr(at.fd)
        self.assertTrue(was[3] & termios.ICANON and was[3] & termios.ECHO)
        self.assertEqual(at.end(), 0)


if __name__ == "__main__":
    unittest.main()

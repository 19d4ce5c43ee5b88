"""Pages of rulebooks: whole, linked, escaped, and saying what the book says. The books
are read here by PyYAML, so that what the page must say does not come from segwan."""
import functools
import html.parser
import json
import pathlib
import re
import shutil
import tempfile
import unittest

import yaml

from common import SOURCE, segwan

BOOKS = sorted(p for p in (SOURCE / "rulebooks").rglob("*.yaml")
               if not p.name.endswith(".cases.yaml"))
VOID = {"meta", "br"}


class Page(html.parser.HTMLParser):
    """An HTML page: that its tags nest, its anchors, its links, its text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.words, self.tags = [], [], [], [], set()
        self.in_head = False
        self.feed(text)
        self.close()
        assert not self.open, f"open at the end: {self.open}"
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            assert name in ("id", "href", "class", "lang", "charset", "name", "content"), name
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> within {self.open}"
        self.open.pop()

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)


def flat(text):
    return " ".join(str(text).split())


def book_of(path):
    return yaml.load(path.read_text(), yaml.BaseLoader)


def says(book):
    """What of a book a page must say, as plain text."""
    yield book["title"]
    yield book["jurisdiction"]
    yield book.get("notes", "")
    for source in book["sources"].values():
        yield from (source["title"], source["provision"], source["read"], source.get("notes", ""))
    for path, fact in book["facts"].items():
        yield from (path, fact["ask"], fact.get("notes", ""))
        yield from fact.get("values", [])
        for name, field in fact.get("fields", {}).items():
            yield from (name, field.get("ask", ""))
    for path, term in book.get("terms", {}).items():
        for version in term if isinstance(term, list) else [term]:
            yield from (path, version["title"], version.get("notes", ""), version.get("window", ""))
            for reading in version.get("readings", {}).values():
                yield reading["title"]
    for rule in book["rules"]:
        yield from (rule["id"], rule["title"], rule["remedy"], rule.get("penalty", ""),
                    rule.get("takes", ""), rule.get("notes", ""))
        for reading in rule.get("readings", {}).values():
            yield reading["title"]
    for name, calendar in book.get("calendars", {}).items():
        yield from (name, calendar["title"], calendar["from"], calendar["to"], calendar.get("notes", ""))
    for variant in book.get("variants", {}).values():
        yield from (variant["title"], variant.get("notes", ""))


@functools.cache
def shown(path, form):
    return segwan("show", path, "--format", form)


class Show(unittest.TestCase):
    def page(self, path, form="html"):
        done = shown(path, form)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_every_book_becomes_a_whole_page(self):
        for path in BOOKS:
            with self.subTest(path.name):
                page = Page(self.page(path))
                self.assertEqual(len(page.ids), len(set(page.ids)))
                self.assertNotIn("script", page.tags)
                for link in page.links:
                    if link.startswith("#"):
                        self.assertIn(link[1:], page.ids)
                    else:
                        self.assertRegex(link, r"^https?://")

    def test_the_page_says_what_the_book_says(self):
        for path in BOOKS:
            with self.subTest(path.name):
                page = Page(self.page(path))
                for text in says(book_of(path)):
                    self.assertIn(flat(text), page.text)
                for source in book_of(path)["sources"].values():
                    self.assertIn(source["url"].replace("(", "%28").replace(")", "%29"), page.links)

    def test_the_page_has_every_case(self):
        for path in BOOKS:
            cases = path.with_suffix("").with_suffix(".cases.yaml")
            if not cases.exists():
                continue
            with self.subTest(path.name):
                page = Page(self.page(path))
                for case in book_of(cases)["cases"]:
                    self.assertIn(flat(case["name"]), page.text)
                self.assertNotIn("differs", page.text)

    def test_markdown_links_lead_somewhere(self):
        for path in BOOKS:
            with self.subTest(path.name):
                page = self.page(path, "md")
                ids = re.findall(r'<a id="([^"]+)"></a>', page)
                self.assertEqual(len(ids), len(set(ids)))
                jumps = re.findall(r"\]\(#([^)]+)\)", page)
                self.assertTrue(jumps)
                self.assertLessEqual(set(jumps), set(ids))

    def test_tables_of_markdown_have_as_many_cells_as_heads(self):
        for path in BOOKS:
            with self.subTest(path.name):
                cells = 0
                for line in self.page(path, "md").splitlines():
                    bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
                    if set(line) == set("| -"):
                        cells = bars
                    elif bars > 0 and cells > 0:
                        self.assertEqual(bars, cells, line)
                    elif bars == 0:
                        cells = 0

    def test_same_book_same_bytes(self):
        again = segwan("show", BOOKS[0], "--format", "html")
        self.assertEqual(self.page(BOOKS[0]), again.stdout)

    def test_what_looks_like_markup_is_text(self):
        evil = "<script>alert(1)</script> & \"q\" `c` |b| [l](javascript:x) *s* <!-- -->"
        book = {
            "rulebook": "xx/evil", "jurisdiction": evil, "title": evil, "as_of": "2026-11-01",
            "notes": evil,
            "sources": {"s": {"title": evil, "provision": evil, "url": "javascript:alert(1)",
                              "read": "2026-11-01", "evidence": "law", "notes": evil},
                        "t": {"title": "t", "provision": "p", "url": "https://x.example/\"><script>",
                              "read": "2026-11-01", "evidence": "law"}},
            "facts": {"f": {"type": "string", "ask": evil, "unit": evil, "notes": evil,
                            "values": [evil, "b"]}},
            "rules": [{"id": "r", "title": evil, "source": ["s", "t"], "status": "law",
                       "require": "f == %s" % json.dumps(evil), "otherwise": "barred",
                       "remedy": evil, "penalty": evil, "notes": evil}],
        }
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "evil.yaml"
            path.write_text(json.dumps(book))
            text = self.page(path)
            page = Page(text)
            self.assertNotIn("script", page.tags)
            self.assertGreaterEqual(page.text.count(flat(evil)), 10)
            for link in page.links:
                self.assertNotIn("javascript", link)
            markdown = self.page(path, "md")
            code = re.sub(r"(?ms)^(`{3,})\n.*?\n\1$|(`+).*?\2", "", markdown)
            self.assertNotIn("<script", code)
            self.assertNotRegex(code, r"(?<!\\)\]\(javascript")

    def test_the_output_is_a_file(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        try:
            for name, begins in (("a.html", "<!DOCTYPE html>"), ("a.md", "# ")):
                done = segwan("show", BOOKS[0], "-o", folder / name)
                self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
                self.assertTrue((folder / name).read_text().startswith(begins))
            done = segwan("show", BOOKS[0], "-o", BOOKS[0])
            self.assertEqual(done.returncode, 2)
            self.assertEqual(segwan("show", BOOKS[0], "--format", "pdf").returncode, 2)
            self.assertEqual(segwan("show", folder / "none.yaml").returncode, 3)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()

"""The documentation builds strictly and without a network, and every link in it leads somewhere."""

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sphinx.util.inventory import InventoryFile

import medwidget as mw

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
# Nothing listens there: a build that asks a network for something fails.
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
FENCED = re.compile(r"^(```+|~~~+).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!\\)\]\(<?([^)<>\s]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)


def build(docs: Path, site: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-E", "-b", "html"]
    return subprocess.run(
        [*command, "-d", str(site.parent / "doctrees"), str(docs), str(site)],
        env={**os.environ, **NO_NETWORK},
        capture_output=True,
        text=True,
        check=False,
    )


class Page(HTMLParser):
    """What a page points at, what it loads by itself, and what can be pointed at in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.images_without_words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.anchors |= {known[name] for name in ("id", "name") if name in known}
        if tag == "a" and "href" in known:
            self.links.append(known["href"])
        for name in ("src", "srcset", "href"):
            if tag != "a" and name in known and not known[name].startswith("data:"):
                self.loaded.append(known[name])
        if tag == "img" and not known.get("alt", "").strip():
            self.images_without_words.append(known.get("src", ""))


def test_the_site_builds_and_every_link_in_it_leads_somewhere(tmp_path: Path) -> None:
    site = tmp_path / "site"
    built = build(DOCS, site)
    assert (built.returncode, built.stderr) == (0, "")
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    assert {path.stem for path in DOCS.glob("*.md")} <= {path.stem for path in pages}
    assert broken(pages) == []
    assert [u for page in pages.values() for u in page.loaded if urlsplit(u).netloc] == []
    assert [u for page in pages.values() for u in page.images_without_words] == []
    drawn = {path.name for path in (site / "_images").glob("*.svg")}
    assert len(drawn) > 10
    assert {name.replace("-light", "-dark") for name in drawn if "-light" in name} == {
        name for name in drawn if "-dark" in name
    }
    described = public_names(site / "objects.inv")
    expected = {f"medwidget.{name}" for name in mw.__all__ if name != "charts"}
    expected |= {f"medwidget.charts.{name}" for name in mw.charts.__all__}
    assert described == expected


def broken(pages: dict[Path, Page]) -> list[str]:
    """Return the links and files of pages that lead nowhere."""
    lost = []
    for path, page in pages.items():
        for link in [*page.links, *page.loaded]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not target.is_file() or (
                anchor and target in pages and anchor not in pages[target].anchors
            ):
                lost.append(f"{path.name}: {link}")
    return lost


def public_names(inventory: Path) -> set[str]:
    """Return what the site describes under a public name; classes are listed by their homes too."""
    found = InventoryFile.loads(inventory.read_bytes(), uri="").data
    kinds = ("py:class", "py:function", "py:exception")
    names = {name for kind in kinds for name in found.get(kind, {})}
    return {name for name in names if re.fullmatch(r"medwidget(\.charts)?\.\w+", name)}


def test_a_link_to_nothing_fails_the_build(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("conf.py", "_reading.py"):
        shutil.copy(DOCS / name, docs)
    shutil.copytree(DOCS / "_figures", docs / "_figures")
    lost = ("gone.md", "past", "medwidget.nothing", "no-picture")
    (docs / "index.md").write_text(
        "# Here\n\n[gone](gone.md), [past](#past)\n\n"
        "```{eval-rst}\n.. function:: f()\n\n   See `medwidget.nothing`.\n```\n\n"
        "```{drawn} no-picture\n```\n"
    )
    built = build(docs, tmp_path / "site")
    assert built.returncode != 0
    assert [word for word in lost if word not in built.stderr] == []


# -- the same pages as they are read in the repository ------------------------------------------


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("**/*.md"))]


def prose(path: Path) -> str:
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """Return the anchors that a reader's page makes of the headings."""
    titles = (re.sub(r"[^\w\- ]", "", t.lower()) for t in HEADING.findall(prose(path)))
    return {title.strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_links_between_files_lead_somewhere(path: Path) -> None:
    lost = []
    for link in LINK.findall(prose(path)):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        missing = not target.exists()
        if not missing and parts.fragment and target.suffix == ".md":
            missing = parts.fragment not in anchors(target)
        if missing:
            lost.append(link)
    assert lost == []


def test_links_and_anchors_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('# Two `words`, *one*\n\n[a](b.md#c) ![d](e.svg "f")\n```sh\n[x](y)\n```\n')
    assert LINK.findall(prose(page)) == ["b.md#c", "e.svg"]
    assert anchors(page) == {"two-words-one"}

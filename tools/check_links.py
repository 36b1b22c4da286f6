"""Hold the documentation to its own links.

    python tools/check_links.py build/docs              # a built site, and the Markdown files beside it
    python tools/check_links.py build/docs --external   # fetch those to other sites as well: takes a network

Every file, and every place within a page, that a page of the site or a Markdown file of the repository points to is
there. Links to other sites are held to their form: https, a host that somebody has looked at (``HOSTS``), and one
spelling for one page. Whether they answer is asked by ``--external`` alone, by Sphinx's own builder ``linkcheck``.
"""

import re
import subprocess
import sys
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

ROOT = Path(__file__).parents[1]
MARKDOWN = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md")  # as a reader of the files follows them
NO_LINKS = {"genindex.html", "py-modindex.html", "search.html"}  # made whole by Sphinx
# A name that is mistyped is not among them. A new one: open the page, then add it.
HOSTS = {"arxiv.org", "keepachangelog.com", "semver.org", "no-color.org", "www.w3.org"}
IN_MARKDOWN = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"|<(https?://[^>]+)>")


class Page(HTMLParser):
    """The links of a page, and what they may point to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
            elif name == "id" and value:
                self.places.add(value)


def missing(root: Path, pages: dict[Path, Page]) -> list[str]:
    """Links within the site that lead nowhere."""
    found = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name in NO_LINKS:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            if not target.exists():
                found.append(f"{path.relative_to(root)}: {link}: no such file")
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in pages[target].places:
                found.append(f"{path.relative_to(root)}: {link}: no such place")
    return found


def links_in(text: str) -> list[str]:
    """Those of a Markdown file, outside of its code."""
    prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    return [next(filter(None, match.groups())) for match in IN_MARKDOWN.finditer(prose)]


def missing_in_markdown() -> list[str]:
    """Links between the files of the repository that lead nowhere."""
    found = []
    for name in MARKDOWN:
        for link in links_in((ROOT / name).read_text(encoding="utf-8")):
            parts = urlsplit(link)
            if not parts.scheme and parts.path and not ((ROOT / name).parent / unquote(parts.path)).exists():
                found.append(f"{name}: {link}: no such file")
    return found


def page_of(parts: SplitResult) -> str:
    """The same for all spellings of one page."""
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"


def malformed(links: Iterable[tuple[str, str]]) -> list[str]:
    """Of the links to other sites, each with the file it is in: those that cannot be right."""
    found, spellings = [], {}
    for name, link in links:
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc:
            continue
        if parts.scheme != "https":
            found.append(f"{name}: {link}: not https")
        elif parts.netloc not in HOSTS:
            found.append(f"{name}: {link}: {parts.netloc} is not among the hosts of tools/check_links.py")
        elif re.search(r"[\s<>\"]", link):
            found.append(f"{name}: {link}: a blank or a quote within")
        spelling = link.partition("#")[0]
        if spelling != spellings.setdefault(page_of(parts), spelling):
            found.append(f"{name}: {link}: elsewhere spelled {spellings[page_of(parts)]}")
    return found


def main(site: str, *options: str) -> int:
    root = Path(site).resolve()
    pages = {
        path: Page(path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.html"))
        if "_static" not in path.parts
    }
    external = [(str(path.relative_to(root)), link) for path, page in pages.items() for link in page.links]
    external += [(name, link) for name in MARKDOWN for link in links_in((ROOT / name).read_text(encoding="utf-8"))]
    found = missing(root, pages) + missing_in_markdown() + malformed(external)
    for line in found:
        print(line)
    failed = bool(found)
    if "--external" in options:
        command = [
            sys.executable,
            "-m",
            "sphinx",
            "-b",
            "linkcheck",
            str(ROOT / "docs"),
            str(root.parent / "linkcheck"),
        ]
        failed |= subprocess.run(command, check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

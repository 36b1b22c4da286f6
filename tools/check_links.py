"""Hold a built site to its own links: every file, and every place within a page, that a page of it points to is there.

    python tools/check_links.py build/docs

Nothing is fetched: what begins with a scheme is not looked at.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

NO_LINKS = {"genindex.html", "py-modindex.html", "search.html"}  # made whole by Sphinx


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


def missing(root: Path) -> list[str]:
    pages = {
        path: Page(path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.html"))
        if "_static" not in path.parts
    }
    found = []
    for path, page in pages.items():
        if path.name in NO_LINKS:
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            if not target.exists():
                found.append(f"{path.relative_to(root)}: {link}: no such file")
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in pages[target].places:
                found.append(f"{path.relative_to(root)}: {link}: no such place")
    return found


def main(root: str) -> int:
    found = missing(Path(root).resolve())
    for line in found:
        print(line)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

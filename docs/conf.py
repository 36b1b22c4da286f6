"""How Sphinx builds these pages: ``python -m sphinx -W --keep-going docs build/docs``."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "tests"), str(HERE.parent)]

import bounds_table  # noqa: E402
import pictures  # noqa: E402

import xentc  # noqa: E402

project = "xentc"
author = "the xentc authors"
copyright = "the xentc authors, MIT licence"
version = release = xentc.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autosummary",
    "sphinx.ext.autodoc",
    "numpydoc",
    "mathml",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}  # autosummary writes the second kind
exclude_patterns = ["_*"]
nitpicky = False  # types in docstrings are words ("array_like, (..., K)"), not links

myst_enable_extensions = ["dollarmath", "colon_fence", "attrs_block"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

autosummary_generate = True
autosummary_context = {"public": {"xentc.reference": xentc.reference.__all__}}
autodoc_typehints = "none"  # numpydoc's sections have them in words
add_module_names = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

# Fetched by `nox -s links`, where there is a network. What pages say within the site, tools/check_links.py looks at.
linkcheck_timeout = 20
linkcheck_retries = 2
linkcheck_workers = 4

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "xentc"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_css_files = ["own.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "xentc"},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "navbar_center": [],  # all pages are in the sidebar
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars = {"**": ["pages"]}

# Files of the repository that are pages here: what links to them as files are read on their own, links to the pages.
PAGES = {
    "../bench/README.md": "bench.md",
    "../CHANGELOG.md": "changelog.md",
    "../CONTRIBUTING.md": "contributing.md",
    "../README.md": "index.md",
}


def link_pages(app: object, name: str, source: list[str]) -> None:
    for file, page in PAGES.items():
        source[0] = source[0].replace(f"]({file})", f"]({page})")


def list_others(app: object, name: str, source: list[str]) -> None:
    """Put the pages that no toctree names where the start page says ``{others}``: a new page is never lost."""
    if name == "index":
        others = {path.stem for path in HERE.glob("*.md")} - {"index"} - set(source[0].split("\n"))
        source[0] = source[0].replace("{others}\n", "".join(f"{other}\n" for other in sorted(others)))


def set_language(app: object, page: str, template: str, context: dict[str, object], doctree: object) -> None:
    """Browsers choose glyphs, and readers' programs voices, by it."""
    if page.endswith("-ja"):
        context["language"] = "ja"


def make(app: object) -> None:
    """What is computed while the site is built: pictures and tables, in a folder of their own."""
    made = HERE / "_made"
    made.mkdir(exist_ok=True)
    pictures.draw(made)
    bounds_table.write(made)


def setup(app: "object") -> None:
    app.connect("source-read", link_pages)  # type: ignore[attr-defined]
    app.connect("source-read", list_others)  # type: ignore[attr-defined]
    app.connect("html-page-context", set_language)  # type: ignore[attr-defined]
    app.connect("builder-inited", make)  # type: ignore[attr-defined]

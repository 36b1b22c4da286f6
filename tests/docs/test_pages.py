"""Every Python block of README.md and docs/, run as it stands."""

import functools
import re

import pages
import pytest

import xentc

page_of = functools.cache(pages.Page)
SECTIONS = [
    pytest.param(name, number, id=f"{name}: {section.title}")
    for name in pages.names()
    for number, section in enumerate(page_of(name).sections)
]
ONCE = "docs/likelihood.md", "docs/likelihood-ja.md"


@pytest.mark.parametrize(("name", "number"), SECTIONS)
def test_section(name, number, tmp_path_factory):
    page = page_of(name)
    page.folder = page.folder or tmp_path_factory.mktemp("page")
    if missing := page.sections[number].missing():
        pytest.skip(f"{', '.join(missing)} not installed")
    page.run(number)
    assert page.differences(number) == [], "run: python tests/docs/pages.py"


def test_both_languages_have_the_same_code_and_numbers():
    english, japanese = ([code for section in page_of(name).sections for _, code in section.blocks] for name in ONCE)
    assert english == japanese


def test_every_public_name_is_in_the_reference():
    text = (pages.ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    listed = re.findall(r"^   (\w+(?:\.\w+)*)$", text, re.MULTILINE)
    assert sorted(name for name in listed if "." not in name) == [
        name for name in xentc.__all__ if name != "__version__"
    ]


def test_a_wrong_number_is_seen(tmp_path):
    page = pages.Page("README.md")
    page.folder = tmp_path
    page.run(0)
    line = next(iter(page.printed))
    page.lines[line - 1] = page.lines[line - 1].replace("0.69314718", "0.69314719")
    assert [found for found, _, _ in page.differences(0)] == [line]

"""The recipes of docs/pipelines.md as modules, and whether their reports are that of the one call."""

import importlib.util
import re
import sys
import types
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")


def recipes():
    """The text of each section, by its title; the first has none."""
    titles = re.split(r"^## (.*)$", PAGE, flags=re.MULTILINE)
    return {"": titles[0], **dict(zip(titles[1::2], titles[2::2], strict=True))}


def code(text, language="python"):
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return block


def is_installed(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def beginning():
    """What the page begins with, run in this folder; and the reports to compare with, of arrays and of a table."""
    found = {"__name__": "recipe"}
    exec(compile(code(recipes()[""]), "docs/pipelines.md", "exec"), found)
    found["as_table"] = found["xentc"].evaluate(found["table"], label="label", probs="p_*")
    return found


def run(title, names, name="recipe"):
    """The recipe as a module, whose functions other processes find by its name; those of __main__ go as they are."""
    module = types.ModuleType(name)
    module.__dict__.update(names, __name__=name)
    if name != "__main__":
        sys.modules[name] = module
    exec(compile(code(recipes()[title]), f"docs/pipelines.md, {title}", "exec"), module.__dict__)
    return module


def same(report, whole, numbered=True):
    if numbered:
        assert report.to_json() == whole.to_json()
        return
    for figure in ("count", "sum", "mean", "variance", "brier", "hits", "calibration", "by_class", "losses"):
        assert getattr(report, figure) == getattr(whole, figure)
    assert [row.loss for row in report.worst] == [row.loss for row in whole.worst]

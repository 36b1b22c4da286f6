"""Formulas as MathML, which browsers show by themselves: no script, and nothing is fetched from elsewhere."""

import re
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

# What TeX does and docutils leaves out: room around the name of a function, unless its argument is in parentheses; a
# double bar that is no taller than the letters beside it; an index below the line of a letter with an accent.
TEX = [
    (re.compile(r"<mo>&ApplyFunction;</mo>(?!\s*<mo)"), '<mo>&ApplyFunction;</mo><mspace width="0.17em"/>'),
    (re.compile(r"(</m(?:sub|sup|subsup|i|n|over|frac)>\s*)(?=<mi>(?:log|max)</mi>)"), r'\1<mspace width="0.17em"/>'),
    (
        re.compile(r"<mo(?: [^>]*)?>([‖∥])</mo>"),
        r'<mo stretchy="false" form="infix" lspace="0.1em" rspace="0.1em">\1</mo>',
    ),
    (
        re.compile(r"<munderover>\s*(<mi>.</mi>)\s*(<mi>.</mi>)\s*(<mo[^>]*>\u02c6</mo>)\s*</munderover>"),
        r"<msub><mover>\1\3</mover>\2</msub>",
    ),
]


def mathml(tex: str, *, as_block: bool) -> str:
    text = tex2mathml(tex, as_block=as_block)
    for pattern, replacement in TEX:
        text = pattern.sub(replacement, text)
    return text


def inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def block(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula">{mathml(node.astext(), as_block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Make ``xentc/kernel/declared/*.pxi``: what the headers of ``xentc/src/`` declare, as Cython reads it.

    python tools/make_declarations.py

One file for each header. A struct, a function or an operation of a tier is signed in its header and nowhere else;
after a change there, run this. The C preprocessor ($CC, or cc) expands the headers, so that their macros hold here too;
the rest is a reader of the few forms that they use: enums, structs, pointers to functions, prototypes.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "xentc" / "src"
DECLARED = ROOT / "xentc" / "kernel" / "declared"
# In an order in which each uses those before it alone.
HEADERS = (
    "sizes",
    "tuning",
    "dtypes",
    "exact",
    "tally",
    "survey",
    "evaluation",
    "rows",
    "operations",
    "tiers",
    "scratch",
    "numbers",
    "pool",
)

HEAD = "# Made by tools/make_declarations.py from src/{name}.h. Do not edit: change that, and run it.\n"
CYTHON_NAMES = {"ptrdiff_t": "Py_ssize_t"}
QUALIFIERS = {"const", "unsigned", "struct"}
WIDTH = 120


def expanded(name: str) -> str:
    """What a header itself declares, without its comments and what it includes."""
    command = [*os.environ.get("CC", "cc").split(), "-E", f"-I{SOURCES}", str(SOURCES / f"{name}.h")]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines, own = [], False
    for line in made.splitlines():
        marker = re.match(r'# \d+ "(.*?)"', line)
        if marker:
            own = Path(marker.group(1)).name == f"{name}.h"
        elif own and not line.startswith("#"):
            lines.append(line)
    return "\n".join(lines)


def statements(text: str) -> Iterator[str]:
    """What stands between semicolons that are in no braces, or ends with the body of a function, spaces made one."""
    depth, start = 0, 0
    for end, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        is_body = character == "}" and depth == 0 and text[start:end].lstrip().startswith("static inline")
        if depth == 0 and (character == ";" or is_body):
            yield " ".join(text[start : end + is_body].split())
            start = end + 1


def split(text: str) -> list[str]:
    """At commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for end, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append(text[start:end].strip())
            start = end + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def in_cython(text: str) -> str:
    """A type or a declarator, with Cython's names and spaces."""
    text = re.sub(r"\b(struct|extern|_Alignas\(\d+\)) ?", "", text)
    text = re.sub(r"\* const\b", "*", text.replace("*", " * "))
    text = " ".join(CYTHON_NAMES.get(word, word) for word in text.split())
    return re.sub(r"\* ", "*", text).strip()


def type_of(parameter: str) -> str:
    """Of a parameter, without its name."""
    words = re.findall(r"\w+|\*|\[.*?\]|\(.*", parameter)
    n_names = sum(word.isidentifier() and word not in QUALIFIERS for word in words)
    if words[-1].isidentifier() and ("*" in words or n_names > 1):
        words.pop()
    return in_cython(" ".join(words))


def parameters(text: str) -> str:
    types = [type_of(part) for part in split(text)]
    return "" if types == ["void"] else ", ".join(types)


def pointer_to_function(text: str) -> str:
    """``int (*name[2])(const void *x)``."""
    found = re.fullmatch(r"(.*?)\(\s*\*\s*(\w+)\s*((?:\[.*?\])*)\s*\)\s*\((.*)\)", text)
    assert found, text
    result, name, lengths, arguments = found.groups()
    return f"{in_cython(result)} (*{name}{lengths})({parameters(arguments)}) noexcept nogil"


def fields(text: str) -> Iterator[str]:
    """Of a struct. An array of data is given as a pointer to its first element: C alone needs to know its length."""
    for field in statements(text):
        if field.startswith("union"):
            yield from fields(field[field.index("{") + 1 : field.rindex("}")])
            continue
        if re.search(r"\(\s*\*", field):
            yield pointer_to_function(field)
            continue
        first, *others = split(field)
        found = re.fullmatch(r"(.*?)((?:\*\s*)*\w+(?:\[.*\])?)", first)
        assert found, field
        for declarator in (found.group(2), *others):
            name, *lengths = re.split(r"(?=\[)", declarator)
            stars = "*" if len(lengths) == 1 else ""
            kind = in_cython(found.group(1))
            yield f"{kind} (*{name}){lengths[1]}" if len(lengths) == 2 else f"{kind} {in_cython(stars + name)}"


def names_of_enum(text: str) -> Iterator[str]:
    body = text[text.index("{") + 1 : text.rindex("}")]
    return (part.split("=")[0].strip() for part in split(body))


def declarations(name: str) -> Iterator[str]:
    """Of one header, each with what is indented below it."""
    for statement in statements(expanded(name)):
        if statement.startswith("_Static_assert"):
            continue
        if statement.startswith("enum"):
            yield "enum:\n" + wrapped(names_of_enum(statement))
        elif statement.startswith("typedef struct") and "{" in statement:
            title = statement[statement.rindex("}") + 1 :].strip()
            body = statement[statement.index("{") + 1 : statement.rindex("}")]
            yield f"ctypedef struct {title}:\n" + "\n".join(f"    {field}" for field in fields(body))
        elif statement.startswith("typedef"):
            yield "ctypedef " + pointer_to_function(statement.removeprefix("typedef").strip())
        elif statement.startswith("extern"):
            variable = in_cython(re.sub(r"\bextern\b", "", statement))
            yield re.sub(r"(\w+)\[.*\]$", r"*\1", variable)
        else:
            prototype = statement.removeprefix("static inline").split("{")[0]
            result, title, arguments = re.fullmatch(r"(.*?)(\w+)\((.*)\)\s*", prototype).groups()
            yield f"{in_cython(result)} {title}({parameters(arguments)})".replace("* ", "*")


def wrapped(names: Iterator[str]) -> str:
    lines = [""]
    for name in names:
        more = f"{lines[-1]}, {name}" if lines[-1] else f"    {name}"
        if len(more) > WIDTH - 8:
            lines.append(f"    {name}")
        else:
            lines[-1] = more
    return "\n".join(lines)


def broken(line: str) -> str:
    """In lines of at most 120 characters, those after the first under what the last bracket holds."""
    if len(line) <= WIDTH:
        return line
    indent = line.rindex("(") + 1
    end = line.rindex(", ", 0, WIDTH)
    return line[: end + 1] + "\n" + broken(" " * indent + line[end + 2 :])


def declared(name: str) -> str:
    """The whole of one file."""
    lines = [HEAD.format(name=name), f'cdef extern from "src/{name}.h" nogil:']
    for declaration in declarations(name):
        lines += ["    " + line for line in declaration.split("\n")]
        if "\n" in declaration:
            lines.append("")
    text = "\n".join(lines).rstrip()
    return "\n".join(broken(line) for line in text.split("\n")) + "\n"


def main() -> None:
    DECLARED.mkdir(exist_ok=True)
    for name in HEADERS:
        (DECLARED / f"{name}.pxi").write_text(declared(name))


if __name__ == "__main__":
    main()

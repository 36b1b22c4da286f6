"""Write the types that users see: ``python tools/make_stubs.py > xentc/__init__.pyi``.

What a function returns depends on what it is given: with ``reduction="none"`` an array, else a float64, ``out`` where
there is one, and of Dask's arrays something of Dask's. Type checkers want a signature for each of these, which nobody
would read beside the code; so they are made here from the one signature that the code has. All other names are passed
on with the types that they have there.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "xentc"
Definition = ast.FunctionDef | ast.ClassDef

HEAD = '''"""What type checkers know of xentc's names: made by ``tools/make_stubs.py``, see there."""

'''


def public_names() -> list[str]:
    for node in ast.parse((PACKAGE / "__init__.py").read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    raise SystemExit("xentc/__init__.py has no __all__")


def definitions() -> dict[str, tuple[str, Definition]]:
    """All that is marked with ``@public``: in which module, and what."""
    found: dict[str, tuple[str, Definition]] = {}
    for path in sorted(PACKAGE.glob("_*/*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, Definition) and "public" in map(ast.unparse, node.decorator_list):
                found[node.name] = (f".{path.parent.name}.{path.stem}", node)
    return found


def forms(node: ast.FunctionDef) -> Iterator[tuple[dict[str, str], str]]:
    """For each form of a call what is written otherwise than in the code, by the arguments' names, and the result."""
    assert node.returns is not None
    returns = ast.unparse(node.returns)
    of_dask = node.args.args[0 if node.name == "encode_labels" else 1].arg
    lazy = {of_dask: "Lazy"}
    if "reduction" not in [argument.arg for argument in node.args.kwonlyargs]:
        yield lazy, "tuple[Any, Any]" if returns.startswith("tuple[") else "Any"
        yield {}, returns
        return
    pair = "tuple[{0}, {1}]" if node.name.endswith("_and_grad") else "{0}"
    yield lazy | {"out": "None = None"}, pair.format("Any", "Any")
    none = 'Literal["none"] = "none"'
    yield {"reduction": none, "out": "None = None"}, pair.format("Floats", "Floats")
    yield {"reduction": "Reduced", "out": "None = None"}, pair.format("np.float64", "Floats")
    yield {"out": "_Out"}, pair.format("_Out", "Floats")


def parameters(node: ast.FunctionDef, changed: dict[str, str]) -> Iterator[str]:
    positional, named = node.args.args, node.args.kwonlyargs
    defaults = [*([None] * (len(positional) - len(node.args.defaults))), *node.args.defaults, *node.args.kw_defaults]
    last_changed = max((i for i, argument in enumerate(positional) if argument.arg in changed), default=-1)
    for i, (argument, default) in enumerate(zip([*positional, *named], defaults, strict=True)):
        if i == len(positional):
            yield "*"
        assert argument.annotation is not None
        written = ast.unparse(argument.annotation)
        if default is not None and i > last_changed:  # before an argument without a default none may have one
            # What a name stands for is not for the stub.
            written += f" = {'...' if isinstance(default, ast.Name) else ast.unparse(default)}".replace("'", '"')
        yield f"{argument.arg}: {changed.get(argument.arg, written)}"


def overloads(node: ast.FunctionDef) -> str:
    made = []
    for changed, result in forms(node):
        listed = ", ".join(parameters(node, changed))
        one_line = f"def {node.name}({listed}) -> {result}: ..."
        if len(one_line) > 120:
            one_line = f"def {node.name}(\n    {listed}\n) -> {result}: ..."
        if len(listed) > 116:
            each = "".join(f"    {parameter},\n" for parameter in parameters(node, changed))
            one_line = f"def {node.name}(\n{each}) -> {result}: ..."
        made.append(f"@overload\n{one_line}\n")
    return "".join(made)


def main() -> None:
    functions, defined = [], definitions()
    imports = [("._version", "__version__"), (".", "_kernels"), (".", "reference"), (".", "spark")]
    for name in public_names():
        if name not in defined:
            continue
        module, node = defined[name]
        if isinstance(node, ast.FunctionDef) and (len(node.args.args) > 1 or node.args.kwonlyargs):
            functions.append(overloads(node))
        else:
            imports.append((module, name))
    code = "".join(functions)
    passed_on = sorted((module, f"import {name} as {name}") for module, name in imports)
    types = [name for name in type_names() if re.search(rf"\b{name}\b", code)]
    listed = "".join(f"    {name},\n" for name in types)
    passed_on.append(("._core.types", f"import (\n{listed})"))
    print(HEAD, end="")
    print("from collections.abc import Sequence\nfrom typing import Any, Literal, TypeVar, overload")
    print("\nimport numpy as np\n")
    for module, names in sorted(passed_on):
        print(f"from {module} {names}")
    print("\n__all__ = [")
    for name in public_names():
        print(f'    "{name}",')
    print(']\n\n_Out = TypeVar("_Out", bound=np.ndarray)\n')
    print(code, end="")


def type_names() -> list[str]:
    tree = ast.parse((PACKAGE / "_core" / "types.py").read_text()).body
    classes = [node.name for node in tree if isinstance(node, ast.ClassDef)]
    aliases = [ast.unparse(node.target) for node in tree if isinstance(node, ast.AnnAssign)]
    return sorted(name for name in classes + aliases if not name.startswith("_"))


if __name__ == "__main__":
    main()

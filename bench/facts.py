"""What a measurement ran on: it stands beside the numbers, in every results file."""

import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import xentc

PACKAGES = ("numpy", "scipy", "scikit-learn", "numba", "numexpr", "torch", "jax", "onnxruntime", "openvino", "mpmath")


def cpu_model() -> str:
    """The processor's name, with its family and model, as several share one name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in reversed(lines))}
    name = facts.get("model name", platform.machine())
    if "cpu family" in facts:
        name += f" (family {facts['cpu family']}, model {facts.get('model', '?')})"
    return name


def versions() -> dict[str, str]:
    """Of the packages that are there."""
    found = {"python": sys.version.split()[0]}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def tier() -> str:
    """The SIMD tier in use."""
    config = xentc.show_config(mode="dicts")
    assert config is not None
    return str(config["simd"]["tier"])


def machine() -> dict[str, Any]:
    """Processor, system, how xentc was built and runs, versions, time."""
    config = xentc.show_config(mode="dicts")
    assert config is not None
    return {
        "cpu": cpu_model(),
        "system": f"{platform.system()} {platform.machine()}",
        "xentc": config["version"],
        "tier": config["simd"]["tier"],
        "threads": config["threads"],
        "compiler": config["build"]["compiler"],
        "flags": config["build"]["flags"],
        "versions": versions(),
        "date": datetime.now(UTC).date().isoformat(),
    }


def sentence(facts: dict[str, Any]) -> str:
    """The facts that a reader of a table needs."""
    return (
        f"{facts['cpu']}, tier {facts['tier']}, {facts['threads']} thread{'s' if facts['threads'] > 1 else ''}, "
        f"{facts['compiler']}, Python {facts['versions']['python']}, NumPy {facts['versions']['numpy']}, "
        f"{facts['date']}"
    )


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, padded so that it reads as text too; first column left, the others right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(cells: list[str]) -> str:
        padded = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|"
    return "\n".join([line(header), rule, *map(line, rows)])

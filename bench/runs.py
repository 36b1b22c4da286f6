"""The results of runs, as ``bench/results`` keeps them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from bench.tables import ORDER, Result

RESULTS = Path(__file__).parent / "results"


def _rounded(value: Any) -> Any:
    """Six digits, of which tables show three."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return float(f"{value:.6g}") if isinstance(value, float) else value


def save(result: Result, file: Path) -> None:
    """A line for each workload."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(_rounded(record)) for record in result["workloads"])
    head = json.dumps({key: value for key, value in result.items() if key != "workloads"}, indent=1)
    file.write_text(f'{head[:-2]},\n "workloads": [\n{lines}\n]}}\n')


def load(folder: Path) -> list[Result]:
    files = sorted(folder.glob("*.json"))
    if not files:
        raise SystemExit(f"no results in {folder}; see bench/README.md for the commands that write them")
    return [json.loads(file.read_text()) for file in files]


def of(results: list[Result], report: str) -> list[Result]:
    """The results of one kind, from the slowest tier to the fastest."""
    found = [result for result in results if result.get("report") == report]
    if not found:
        raise SystemExit(f"no results of the report {report!r}; see bench/README.md for the command that writes them")
    return sorted(found, key=lambda result: ORDER.index(result["machine"]["tier"]))


def fastest(results: list[Result]) -> Result:
    """The run on the fastest tier: what the README's table and the pictures show."""
    return of(results, "speed")[-1]


def digest(result: Result) -> str:
    """Which results a picture was drawn from. Its file says so: how it is drawn may differ by matplotlib's version."""
    return hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest()[:16]

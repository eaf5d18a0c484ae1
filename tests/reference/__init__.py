"""Access to the reference numbers; README.md beside this file says what they are."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

HERE = Path(__file__).parent


def case(name: str) -> dict[str, Any]:
    """Return one case, such as ``case("d02_bpg06")``."""
    text = (HERE / "json" / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def case_names() -> list[str]:
    """Return the name of every case."""
    return sorted(path.stem for path in (HERE / "json").glob("*.json"))


def frame(name: str) -> pd.DataFrame:
    """Return a data set that only the tests use, such as ``frame("sim211_s103")``."""
    return pd.read_csv(HERE / "data" / f"{name}.csv")

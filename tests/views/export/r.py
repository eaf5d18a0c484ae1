"""Runs exported code in R, and holds its numbers against the result it came from.

Without R the tests are skipped; `docs/export.md` says which packages they want. With
MEDWIDGET_REQUIRE_R set, as where R has been installed for them, they fail instead.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import medwidget as mw

PACKAGES = ("lavaan", "lme4", "nlme")
REASON = "R with lavaan, lme4 and nlme is not installed; see docs/export.md, Checked against R"

# Appended to the code: what it has computed, with all digits.
_REPORT = """
write.csv(results, "effects.csv", row.names = FALSE)
write.csv(data.frame(name = names(estimate), estimate = estimate, se = sqrt(diag(covariance))),
          "estimates.csv", row.names = FALSE)
writeLines(format(loglik, digits = 15), "loglik.txt")
"""


@cache
def r_is_here() -> bool:
    if shutil.which("Rscript") is None:
        return False
    loads = " && ".join(f"requireNamespace('{name}', quietly = TRUE)" for name in PACKAGES)
    done = subprocess.run(["Rscript", "-e", f"quit(status = !({loads}))"], check=False)
    return done.returncode == 0


needs_r = pytest.mark.skipif(
    not r_is_here() and not os.environ.get("MEDWIDGET_REQUIRE_R"), reason=REASON
)


@dataclass(frozen=True)
class Run:
    """What exported code has computed."""

    effects: pd.DataFrame
    estimates: pd.Series
    errors: pd.Series
    loglik: float
    code: str


def run_r(code: str, data: pd.DataFrame, folder: Path) -> Run:
    """Run code on data that are written beside it as data.csv."""
    data.to_csv(folder / "data.csv", index=False)
    (folder / "code.R").write_text(code + _REPORT, encoding="ascii")
    done = subprocess.run(
        ["Rscript", "code.R"], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(folder / "estimates.csv")
    named = re.findall(r"^#   (\w+): '(.*)'$", code, re.MULTILINE)
    names = [dict(named).get(name, name) for name in table["name"]]
    return Run(
        pd.read_csv(folder / "effects.csv", index_col=0),
        pd.Series(table["estimate"].to_numpy(), names),
        pd.Series(table["se"].to_numpy(), names),
        float((folder / "loglik.txt").read_text()),
        code,
    )


def assert_same_effects(
    run: Run, result: mw.MediationResult, *, se: float | None, tolerance: float = 2e-3
) -> None:
    """Effects within a share of their SE, SEs within a share of themselves, log-likelihood."""
    assert run.loglik == pytest.approx(result.statistics["loglik"], abs=1e-3)
    assert len(run.effects) >= 3
    assert any(name.startswith("indirect") for name in run.effects.index)
    for name, row in run.effects.iterrows():
        ours = result.effect(str(name))
        assert ours.se is not None
        assert abs(row["estimate"] - ours.estimate) <= tolerance * ours.se, name
        if se is not None:
            assert row["se"] == pytest.approx(ours.se, rel=se), name


def assert_same_parameters(run: Run, result: mw.MediationResult) -> None:
    """Every parameter of the result, within two thousandths of its SE."""
    names = result.parameters["names"]
    covariance = result.parameters["covariance"]
    assert set(run.estimates.index) == set(names)
    for place, name in enumerate(names):
        error = covariance[place, place] ** 0.5
        assert abs(run.estimates[name] - result.parameters["estimates"][place]) <= 2e-3 * error, (
            name
        )

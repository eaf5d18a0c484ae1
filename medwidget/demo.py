"""A worked analysis, printed: ``python -m medwidget.demo``.

Work hours, leadership and well-being of 7,382 soldiers in 99 companies (Bliese & Halverson 1996).
Only the public interface is used, so every step can be copied into a notebook.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

import medwidget as mw

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["main"]

WIDTH = 100
# How many groups are shown of those that differ most.
SHOWN_GROUPS = 5
FOLLOWED = ("indirect_within", "indirect_between", "indirect")


def main() -> None:
    """Print the analysis, a sentence between steps."""
    data = mw.load_dataset("army")
    info = mw.dataset_info("army")
    _say(
        f"{info.title}: {info.n_rows:,} soldiers in 99 companies. Is a longer day associated with "
        f"lower well-being by way of a poorer view of the leadership, within companies and between "
        f"them, and how much do companies differ in that?"
    )
    _describe(data)
    model = mw.MediationModel(exposure="HRS", mediators="LEAD", outcome="WBEING", group="GRP")
    _check(model, data)
    result = _one_mediator(model, data)
    _two_mediators(model, data)
    _compare(model, data)
    _groups(result)
    _step("Again, as code")
    _say("result.to_code() writes what reproduces the first result:")
    print(result.to_code())


def _describe(data: pd.DataFrame) -> None:
    _step("The columns")
    _say("Which column varies within companies, and how much of it lies between them?")
    described = mw.describe(data, group="GRP")
    print(_table(described[["level", "icc1", "icc2", "missing", "mean", "sd"]]))
    _say(
        "ICC(1) is the share of variance between companies, ICC(2) the reliability of a company's "
        "mean. Null models by REML say the same of the shares, with standard errors that know of "
        "the companies:"
    )
    null = mw.null_models(data, ["HRS", "LEAD", "WBEING"], "GRP")
    print(_table(null[["intercept", "se", "tau2", "sigma2", "icc", "design_effect"]]))


def _check(model: mw.MediationModel, data: pd.DataFrame) -> None:
    _step("Before the fit")
    problems = mw.check(model, data)
    for problem in problems:
        _say(f"{problem.severity}: {problem}")
    if not problems:
        _say("check() sees nothing in these columns that stands in the way of the model.")


def _one_mediator(model: mw.MediationModel, data: pd.DataFrame) -> mw.MediationResult:
    _step("One mediator")
    _say(
        "All equations are fitted at once, with slopes that vary over companies, so that the "
        "covariance of a and b is part of the indirect effect."
    )
    result = mw.fit(model, data, seed=1)
    print(result.summary() + "\n")
    return result


def _two_mediators(model: mw.MediationModel, data: pd.DataFrame) -> None:
    _step("Two mediators")
    _say(
        "Leadership and cohesion side by side, each effect given the other mediator; here with "
        "slopes that are the same in all companies."
    )
    parallel = model.replace(mediators=("LEAD", "COHES"), random_slopes=())
    effects = mw.fit(parallel, data, seed=1).effects
    chosen = effects[effects["kind"].isin(["effect", "specific", "contrast"])]
    print(_table(chosen[["level", "estimate", "se", "lower", "upper"]]))


def _compare(model: mw.MediationModel, data: pd.DataFrame) -> None:
    _step("How much hangs on the specification")
    _say("The same rows under three centrings, with and without slopes that vary:")
    comparison = mw.compare(
        model,
        data,
        centering=["group-mean", "within", "none"],
        random_slopes=[("a", "b"), ()],
        seed=1,
    )
    table = comparison.table
    shown = table[["centering", "random_slopes"]].rename(columns={"random_slopes": "slopes"})
    for name in FOLLOWED:
        shown[name] = [_with_interval(row, name) for _, row in table.iterrows()]
    print(_table(shown))
    print(_table(table[["n_parameters", "delta_aic", "comparable", "estimand", "estimand_note"]]))
    for note in comparison.notes:
        _say(note)
    best = comparison.best
    if best is not None:
        _say(
            f"The lowest AIC is that of cell {best.cell}. A cell whose estimand has changed "
            f"answers another question, so its AIC alone is no reason to prefer it."
        )


def _groups(result: mw.MediationResult) -> None:
    _step("Which companies differ most")
    _say(
        "Predicted slopes and indirect effects of single companies, drawn towards the average as "
        "far as their own rows are few:"
    )
    groups = result.group_effects
    average = float(result.effects["estimate"]["indirect_within"])
    order = (groups["indirect"] - average).abs().sort_values(ascending=False).index
    print(_table(groups.loc[order[:SHOWN_GROUPS]].astype({"n_rows": int})))
    apart = int(((groups["lower"] > average) | (groups["upper"] < average)).sum())
    _say(
        f"The average is {_number(average)}. The intervals of {apart} of {len(groups)} companies "
        f"leave it out."
    )


# -- printing ---------------------------------------------------------------------------------


def _step(title: str) -> None:
    print(f"\n{title}\n{'─' * len(title)}\n")


def _say(text: str) -> None:
    print(textwrap.fill(text, WIDTH) + "\n")


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-", "\u2212")


def _with_interval(row: pd.Series[Any], name: str) -> str:
    """Return an estimate with its interval; a dash where a cell has no such effect."""
    estimate, lower, upper = (row[f"{name}{suffix}"] for suffix in ("", "_lower", "_upper"))
    if math.isnan(estimate):
        return "–"
    return f"{_number(estimate)} [{_number(lower)}, {_number(upper)}]"


def _table(frame: pd.DataFrame) -> str:
    text = frame.to_string(float_format=_number, na_rep="–")
    return textwrap.indent(text, "  ") + "\n"


if __name__ == "__main__":
    main()

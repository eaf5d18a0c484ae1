"""The Diagnostics tab: checks, why an SD is at zero, residuals, spread, and influence of groups."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

from medwidget.errors import MedwidgetError
from medwidget.result import MediationResult
from medwidget.studies.influence import Influence
from medwidget.studies.residuals import Quantiles, residual_quantiles
from medwidget.studies.sd_profile import sd_profile
from medwidget.views.charts import diagnostics
from medwidget.views.charts import influence as bars
from medwidget.views.text.checks import check_lines
from medwidget.views.text.effect_lines import effect_labels, leading_level
from medwidget.views.text.fit_words import fit_facts
from medwidget.views.text.group_words import effect_words
from medwidget.views.text.names import Names
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import NOTHING, count, fixed, percent, style_of
from medwidget.views.text.words import all_names
from medwidget.widget import messages
from medwidget.widget.panes.parts import chart, estimate_text, interval_text

__all__ = ["diagnostics_pane"]

NO_RESULT = "There is no result for the model above, so there is nothing to check."
LEAVE_OUT = "Leave out each {group} in turn, and see how much the indirect effect changes."
# Curves of the likelihood are drawn for no more SDs than this: each takes a few refits.
MOST_PROFILES = 2
State = Literal["none", "offered", "running", "done"]


def diagnostics_pane(
    result: MediationResult | None,
    nouns: Nouns,
    revision: int,
    *,
    influence: Influence | None = None,
    running: bool = False,
) -> messages.Diagnostics:
    """Return what the Diagnostics tab shows of a result.

    Parameters
    ----------
    result : MediationResult or None
        Just fitted; None while there is none.
    nouns : Nouns
    revision : int
    influence : Influence, optional
        Where groups were left out.
    running : bool
        Whether they are being left out.
    """
    if result is None:
        return _blank(revision)
    names = all_names(result)
    shapes = _quantiles(result)
    effect = _leading_effect(result)
    lines = check_lines(result, nouns, shapes, influence, effect)
    offered = getattr(result.fitted, "refit", None) is not None and bool(effect)
    state = _state(influence, running, offered)
    return {
        "revision": revision,
        "reason": "",
        "look": any(line.status == "look" for line in lines),
        "checks": [
            {"status": line.status, "title": line.title, "detail": line.detail} for line in lines
        ],
        "panels": [
            *_profiles(result, nouns),
            *_influence(influence, effect, nouns),
            *_residuals(shapes, nouns),
        ],
        "tables": list(_tables(result, names)),
        "influence": state,
        "influence_words": _influence_words(state, influence, nouns),
    }


def _blank(revision: int) -> messages.Diagnostics:
    return {
        "revision": revision,
        "reason": NO_RESULT,
        "look": False,
        "checks": [],
        "panels": [],
        "tables": [],
        "influence": "none",
        "influence_words": "",
    }


def _quantiles(result: MediationResult) -> tuple[Quantiles, ...]:
    try:
        return residual_quantiles(result)
    except MedwidgetError:  # read back without its data
        return ()


def _leading_effect(result: MediationResult) -> str:
    """Return the indirect effect whose changes are told: that of the lowest level."""
    level = leading_level(result)
    if not level:
        return ""
    return "indirect" if level == "conflated" else f"indirect_{level}"


# -- panels -----------------------------------------------------------------------------------


def _profiles(result: MediationResult, nouns: Nouns) -> Iterator[messages.Panel]:
    """Show why an SD is estimated at zero."""
    for label in _at_zero(result)[:MOST_PROFILES]:
        try:
            profile = sd_profile(result, label)
        except MedwidgetError:  # no likelihood to follow
            continue
        text = "Every value above 0 fits worse than 0 itself."
        if not profile.at_boundary:
            text = f"Likeliest at {fixed(profile.estimate, 3)}."
        picture = diagnostics.likelihood(profile, nouns=(nouns.group, nouns.groups))
        title = f"Why: likelihood of the SD of {_label(label)}"
        yield {"title": title, "text": text, "chart": chart(picture)}


def _at_zero(result: MediationResult) -> list[str]:
    """Return the random effects whose variance is estimated at zero, but for rounding."""
    told = set(result.convergence.singular)
    return [
        str(row[0])
        for place, row in enumerate(result.covariance_table.rows)
        if not row[1 + place] > 0 or f"variance of {row[0]} is 0" in told
    ]


def _residuals(shapes: Sequence[Quantiles], nouns: Nouns) -> Iterator[messages.Panel]:
    text = "Points on the dotted line: normal."
    for kind, title in (("residual", "Residuals"), ("random effect", "Random effects")):
        panels = [panel for panel in shapes if panel.kind == kind]
        if panels:
            picture = diagnostics.picture(panels, noun=nouns.group)
            yield {"title": title, "text": text, "chart": chart(picture)}


def _influence(found: Influence | None, effect: str, nouns: Nouns) -> Iterator[messages.Panel]:
    if found is None or not found.done:
        return
    chosen = effect if effect in found.effects else None
    yield {
        "title": "Influence",
        "text": f"Change in the indirect effect when one {nouns.group} is left out.",
        "chart": chart(bars.picture(found, chosen, nouns=(nouns.group, nouns.groups))),
    }


# -- tables -----------------------------------------------------------------------------------


def _tables(result: MediationResult, names: Names) -> Iterator[messages.TableView]:
    labels = list(result.covariance_table.columns[1:])
    zero = {labels.index(label) for label in _at_zero(result)}
    matrix = [
        [0.0 if {i, j} & zero else value for j, value in enumerate(row[1:])]
        for i, row in enumerate(result.covariance_table.rows)
    ]
    paths = result.model.paths
    slopes = [place for place, label in enumerate(labels) if label in paths]
    if slopes:
        yield {
            "title": "Spread and correlation of the slopes",
            "columns": ["", "SD", *(f"with {_label(labels[place])}" for place in slopes[:-1])],
            "rows": [
                [_label(labels[place]), *_cells(matrix, slopes, row)]
                for row, place in enumerate(slopes)
            ],
        }
    spreads = [
        [f"intercept of {names(label)}", _sd(matrix[place][place])]
        for place, label in enumerate(labels)
        if place not in slopes
    ]
    spreads += [[f"residual of {names(name)}", _sd(v)] for name, v in result.residual_table.rows]
    if spreads:
        yield {"title": "Intercepts and residuals", "columns": ["", "SD"], "rows": spreads}
    yield from _shares(result, names)
    if result.model.centering == "latent":
        rows = [[words[:1].upper() + words[1:], value] for words, value in fit_facts(result)]
        yield {"title": "Fit of the model", "columns": ["", ""], "rows": rows}


def _cells(matrix: list[list[float]], slopes: list[int], row: int) -> list[str]:
    """Return the SD of a slope, and its correlations with those before it."""
    place = slopes[row]
    cells = [_sd(matrix[place][place])]
    for column, other in enumerate(slopes[:-1]):
        if column >= row:
            cells.append("")
            continue
        product = matrix[place][place] * matrix[other][other]
        known = product > 0
        cells.append(fixed(matrix[place][other] / math.sqrt(product), 2) if known else NOTHING)
    return cells


def _sd(variance: float) -> str:
    value = math.sqrt(max(float(variance), 0.0))
    return style_of(value, decimals=2)(value) if value else fixed(0.0, 2)


def _label(label: str) -> str:
    return effect_words(label)


def _shares(result: MediationResult, names: Names) -> Iterator[messages.TableView]:
    """Show in which units effects can be compared: each in SDs of its level."""
    rows = []
    for item in effect_labels(result, names=names):
        row = item.row
        if row.name.startswith("standardized_") and row.estimate is not None:
            rows.append([item.label, estimate_text(row), interval_text(row)])
    if rows:
        heading = f"{percent(result.settings['level'])} interval"
        yield {
            "title": "Effects in standard deviations",
            "columns": ["", "Estimate", heading],
            "rows": rows,
        }


# -- influence --------------------------------------------------------------------------------


def _state(found: Influence | None, running: bool, offered: bool) -> State:
    if running:
        return "running"
    if found is not None:
        return "done"
    return "offered" if offered else "none"


def _influence_words(state: State, found: Influence | None, nouns: Nouns) -> str:
    if state in {"offered", "running"}:
        return LEAVE_OUT.format(group=nouns.group)
    if found is None:
        return ""
    text = f"{found.done:,} of {nouns.of_groups(len(found.labels))} left out in turn."
    if found.n_failed:
        text += f" {count(found.n_failed, 'refit')} failed."
    return text

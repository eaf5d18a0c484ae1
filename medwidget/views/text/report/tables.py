"""The tables of a report: paths and effects by level, and what varies."""

from __future__ import annotations

import math
from collections.abc import Iterator

from medwidget.result import EffectRow
from medwidget.views.text.effect_lines import EffectLabel, effect_labels
from medwidget.views.text.numbers import NOTHING, fixed, style_of
from medwidget.views.text.report.blocks import Grid, GridRow
from medwidget.views.text.report.method import interval_method
from medwidget.views.text.report.voice import Voice, parameter
from medwidget.views.text.spans import Span
from medwidget.views.text.variances import FIXED, FIXED_NOTE

__all__ = ["tables"]

LEVELS = ("within", "between", "conflated", "cross-level")
CORRELATION_DECIMALS = 2
# Effects that are in the table though they are not among the first.
ALSO = ("indirect_", "total", "cov(", "sd_indirect", "contrast")


def tables(voice: Voice) -> tuple[Grid, ...]:
    """Return the tables of a report, numbered."""
    found = [_effects(voice), *_covariates(voice), *_variances(voice)]
    return tuple(
        Grid(f"Table {number}. {grid.title}", grid.columns, grid.rows, grid.note)
        for number, grid in enumerate(found, start=1)
    )


def _columns(voice: Voice) -> tuple[str, ...]:
    if voice.result.settings["interval"] is None:
        return ("", "Est.", "SE")
    return ("", "Est.", "SE", f"{voice.level} {'CI' if voice.apa else 'interval'}")


def _numbers(voice: Voice, row: EffectRow) -> tuple[tuple[Span, ...], ...]:
    style = style_of(row.estimate, row.se, (row.lower, row.upper), decimals=2)
    interval = NOTHING
    if row.lower is not None and row.upper is not None:
        interval = f"[{style(row.lower)}, {style(row.upper)}]"
    se = NOTHING if row.se is None or row.se == 0 else style(row.se)
    cells = [style(row.estimate), se]
    if voice.result.settings["interval"] is not None:
        cells.append(interval)
    return tuple((Span(cell),) for cell in cells)


# -- paths and effects ------------------------------------------------------------------------


def _effects(voice: Voice) -> Grid:
    labels = effect_labels(voice.result, voice.nouns, voice.names)
    rows: list[GridRow] = []
    for level in LEVELS:
        part = [*_paths(voice, level), *_labelled(voice, labels, level)]
        if part:
            rows += [GridRow(((Span(_heading(voice, level)),),), heading=True, side=level), *part]
    note = "Each path holds the other predictors of the same variable constant."
    if voice.result.settings["interval"]:
        note += f" Intervals: {_method(voice)}"
    return Grid("Paths and effects", _columns(voice), tuple(rows), note)


def _method(voice: Voice) -> str:
    return interval_method(voice).partition(" by ")[2]


def _heading(voice: Voice, level: str) -> str:
    groups = voice.nouns.groups
    return {
        "within": f"Within {groups}",
        "between": f"Between {groups}",
        "conflated": "Levels blended",
        "cross-level": "Across levels",
    }[level]


def _paths(voice: Voice, level: str) -> Iterator[GridRow]:
    for row in voice.result.path_rows:
        if row.level != level or row.estimate is None:
            continue
        ends = voice.ends(row)
        if ends is None:
            label: tuple[Span, ...] = (Span(_product(voice, row)),)
        else:
            path, source, target = ends
            arrow = f"{voice.names(source)} → {voice.names(target)} ("
            label = (Span(arrow), *voice.symbol(path), Span(")"))
        yield GridRow((label, *_numbers(voice, row)))


def _product(voice: Voice, row: EffectRow) -> str:
    """Name how a path changes along its moderator."""
    stem, _, column = row.name.partition(":")
    base = next((other for other in voice.result.path_rows if other.name == stem), None)
    ends = None if base is None else voice.ends(base)
    if ends is None or not column:
        return voice.names.within(row.name)
    by = voice.names.within(column)
    return f"{voice.names(ends[1])} × {by} → {voice.names(ends[2])}"


def _labelled(voice: Voice, labels: tuple[EffectLabel, ...], level: str) -> Iterator[GridRow]:
    wanted = ("effect", "specific", "contrast", "conditional", "heterogeneity")
    for line in labels:
        row = line.row
        if row.level != level or row.estimate is None or row.kind not in wanted:
            continue
        if row.name.startswith("direct") and row.kind == "effect":
            continue  # stands among the paths
        if line.more and not row.name.startswith(ALSO):
            continue
        words = line.label.removesuffix(f", {level}")
        yield GridRow(((Span(words),), *_numbers(voice, row)))


# -- other coefficients -----------------------------------------------------------------------


def _covariates(voice: Voice) -> Iterator[Grid]:
    """Yield the coefficients of covariates and intercepts, where there are covariates."""
    if not voice.result.model.covariates:
        return
    paths = {row.name for row in voice.result.path_rows}
    rows = tuple(
        GridRow(((Span(_coefficient(voice, row.name)),), *_numbers(voice, row)))
        for row in voice.result.coefficient_rows
        if row.name not in paths and row.estimate is not None
    )
    if rows:
        yield Grid("Intercepts and covariates", _columns(voice), rows)


def _coefficient(voice: Voice, name: str) -> str:
    """Name an intercept, or the path from a covariate at its level."""
    model, names = voice.result.model, voice.names
    for response in (*model.mediators, model.outcome):
        if name == f"intercept[{response}]":
            return f"Intercept of {names(response)}"
        if not name.startswith(f"{response}~"):
            continue
        factor = name.removeprefix(f"{response}~")
        for level in ("within", "between"):
            bare = factor.removesuffix(f"_{level}")
            if bare != factor and bare.partition("[")[0] in model.covariates:
                return f"{names.within(bare)} → {names(response)}, {voice.where(level)}"
        return f"{names.within(factor)} → {names(response)}"
    return names.within(name)


# -- variances --------------------------------------------------------------------------------


def _variances(voice: Voice) -> Iterator[Grid]:
    result = voice.result
    labels = result.covariance_table.columns[1:]
    matrix = [row[1:] for row in result.covariance_table.rows]
    if not labels:
        return
    rows = []
    for i, label in enumerate(labels):
        below = [_correlation(matrix, i, j) for j in range(i)]
        cells = [_sd(matrix[i][i]), *below, *[""] * (len(labels) - 1 - i)][: len(labels)]
        name = (Span(f"{i + 1}. "), *_random(voice, label))
        rows.append(GridRow((name, *((Span(cell),) for cell in cells))))
    for name, value in result.residual_table.rows:
        blank = [""] * (len(labels) - 1)
        cells = [_sd(value), *blank]
        residual = (Span(f"Residual of {voice.names(name)}"),)
        rows.append(GridRow((residual, *((Span(cell),) for cell in cells))))
    header = ("", "SD", *(str(place) for place in range(1, len(labels))))
    note = f"SDs and correlations across {voice.nouns.groups}"
    if any(cell and cell[0].text == FIXED for row in rows for cell in row.cells):
        note += f"; {FIXED_NOTE}"
    yield Grid("Random effects and residuals", header, tuple(rows), f"{note}.")


def _random(voice: Voice, label: str) -> tuple[Span, ...]:
    if label in voice.result.model.paths:
        letter, bracket, rest = label.partition("[")
        more = (Span(f"[{voice.names.within(rest)}"),) if bracket else ()
        return (Span("Slope "), parameter(letter), *more)
    return (Span(f"Intercept of {voice.names(label)}"),)


def _sd(variance: float) -> str:
    value = math.sqrt(max(float(variance), 0.0))
    return style_of(value, decimals=2)(value) if value else fixed(0.0, 2)


def _correlation(matrix: list[tuple[float, ...]], i: int, j: int) -> str:
    product = float(matrix[i][i]) * float(matrix[j][j])
    if not product > 0:
        return NOTHING
    if matrix[i][j] == 0:
        return FIXED
    return fixed(float(matrix[i][j]) / math.sqrt(product), CORRELATION_DECIMALS)

"""Random effects, residuals and fit statistics of a result, as tables."""

from __future__ import annotations

import math
from collections.abc import Iterator

from medwidget.result import MediationResult
from medwidget.views.text.document import Block, Facts, Paragraph, Section, TextTable
from medwidget.views.text.fit_words import fit_facts, untested
from medwidget.views.text.names import Names
from medwidget.views.text.numbers import NOTHING, fixed, style_of

__all__ = ["FIXED", "FIXED_NOTE", "variance_sections"]

CORRELATION_DECIMALS = 2
# Stands for a covariance that the model does not estimate.
FIXED = "·"
FIXED_NOTE = f"{FIXED} covariance not estimated: zero in this model"


def variance_sections(result: MediationResult, names: Names) -> Iterator[Section]:
    """Yield SDs and correlations of random effects, residual SDs, and fit statistics."""
    blocks: list[Block] = []
    if result.covariance_table.rows:
        blocks += _random_effects(result, names)
    if result.residual_table.rows:
        header = ("residual", "SD")
        rows = tuple((names(name), _sd(value)) for name, value in result.residual_table.rows)
        blocks.append(TextTable(header, rows))
    if blocks:
        yield Section("Random effects and residuals", tuple(blocks))
    note = untested(result)
    told = [Paragraph(note)] if note else []
    yield Section("Fit", (Facts(tuple(fit_facts(result))), *told))


def _sd(variance: float) -> str:
    value = math.sqrt(max(float(variance), 0.0))
    return style_of(value)(value)


def _random_effects(result: MediationResult, names: Names) -> Iterator[Block]:
    labels = result.covariance_table.columns[1:]
    matrix = [row[1:] for row in result.covariance_table.rows]
    rows = []
    for i, label in enumerate(labels):
        below = tuple(_correlation(matrix, i, j) for j in range(i))
        blank = ("",) * (len(labels) - 1 - i)
        rows.append((f"{i + 1}  {names.within(label)}", _sd(matrix[i][i]), *below, *blank))
    numbers = tuple(str(place) for place in range(1, len(labels)))
    header = ("random effect", "SD", *(f"r({number})" for number in numbers))
    yield TextTable(header, tuple(tuple(row[: len(header)]) for row in rows))
    if any(cell == FIXED for row in rows for cell in row):
        yield Paragraph(FIXED_NOTE)


def _correlation(matrix: list[tuple[float, ...]], i: int, j: int) -> str:
    product = float(matrix[i][i]) * float(matrix[j][j])
    if not product > 0:
        return NOTHING
    if matrix[i][j] == 0:
        return FIXED
    return fixed(float(matrix[i][j]) / math.sqrt(product), CORRELATION_DECIMALS)

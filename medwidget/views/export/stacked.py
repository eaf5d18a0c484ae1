"""Several equations as one: the stacked form of Bauer, Preacher & Gil (2006), in R.

Each row of the data appears once for each equation. A column for every fixed effect and every
random effect is the predictor in the rows of its own equation, and 0 in the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.spec.structure import Equation
from medwidget.views.export.literals import r_string
from medwidget.views.export.plan import Block, Plan

__all__ = ["fixed_columns", "random_columns", "residual_column", "stack"]


def stack(plan: Plan, block: Block, name: str, *, residuals: bool = False) -> Iterator[str]:
    """Yield code that stacks the equations of a block in a data frame called ``name``.

    Parameters
    ----------
    plan : Plan
    block : Block
    name : str
    residuals : bool
        Whether the rows of each equation get a column that marks them, and a row number.
    """
    yield f"{name} <- rbind("
    last = block.equations[-1]
    for equation in block.equations:
        yield "  data.frame("
        cells = [
            f"{plan.group} = data${plan.group}",
            "row = seq_len(nrow(data))",
            f"equation = {r_string(plan.response(equation))}",
            f"response = data${plan.response(equation)}",
            *_cells(plan, block, equation, residuals),
        ]
        yield ",\n".join(f"    {cell}" for cell in cells)
        yield "  )" if equation is last else "  ),"
    yield ")"


def _cells(plan: Plan, block: Block, equation: Equation, residuals: bool) -> Iterator[str]:
    for each in block.equations:
        own = each is equation
        predictors = {term.parameter: column for term, column in plan.predictors(each)}
        for term in each.fixed:
            value = f"data${predictors[term.parameter]}" if term.factors else "1"
            yield f"{plan.label(term.parameter)} = {value if own else '0'}"
        for random in each.random:
            factors = random.factors
            value = f"data${plan.variable(factors, each.level)}" if factors else "1"
            yield f"{plan.label(_random(random.label))} = {value if own else '0'}"
        if residuals:
            yield f"{residual_column(plan, each)} = {1 if own else 0}"


def fixed_columns(plan: Plan, block: Block) -> list[str]:
    """Return the columns of the fixed effects, which are the names of the parameters."""
    return [plan.label(term.parameter) for each in block.equations for term in each.fixed]


def random_columns(plan: Plan, component: Sequence[str]) -> list[str]:
    """Return the columns of some random effects."""
    return [plan.label(_random(label)) for label in component]


def residual_column(plan: Plan, equation: Equation) -> str:
    """Return the column that marks the rows of an equation."""
    return plan.label(f"rows of {equation.response}")


def _random(label: str) -> str:
    return f"u {label}"

"""What a reader must know where quadrature was not enough."""

from __future__ import annotations

from medwidget.estimators.twolevel.slopes.fit import SETTLED
from medwidget.spec.problems import Problem

__all__ = ["quadrature_problem"]


def quadrature_problem(nodes: int | None, change: float | None) -> Problem | None:
    """Return a warning where the log-likelihood still changes with more nodes."""
    if nodes is None or change is None or change < SETTLED:
        return None
    return Problem(
        "quadrature-unsettled",
        f"The log-likelihood is an integral over the slopes of each group. It still changes by "
        f"{change:.2g} with more than {nodes} quadrature nodes a dimension, so estimates and "
        f"comparisons of models are less exact than they look.",
        "Drop a random slope, or leave out groups with hardly any complete row.",
        count=nodes,
        severity="warning",
    )

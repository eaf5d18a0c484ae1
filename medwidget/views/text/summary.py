"""A result as a user reads it at a prompt."""

from __future__ import annotations

from medwidget.result import MediationResult
from medwidget.views.text.layout import lay_out
from medwidget.views.text.sections import document

__all__ = ["summary"]


def summary(result: MediationResult) -> str:
    """Return a result in tables and words, at most 100 columns wide.

    What was analysed and how, paths and effects by level with their intervals, what is not
    available and why, variances, fit, what limits the reading, and one sentence for each indirect
    effect.

    Parameters
    ----------
    result : MediationResult

    Returns
    -------
    str
    """
    return lay_out(document(result))

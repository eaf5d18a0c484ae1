"""The door from a result back to the data that it rests on."""

from __future__ import annotations

from medwidget.errors import UnsupportedError
from medwidget.pipeline.resolve import Resolved
from medwidget.result import MediationResult

__all__ = ["resolved_of"]


def resolved_of(result: MediationResult) -> Resolved:
    """Return the model resolved against its data.

    Raises
    ------
    UnsupportedError
        If the result was read back from a file, which holds no data.
    """
    if not isinstance(result.resolved, Resolved) or result.fitted is None:
        raise UnsupportedError(
            "This result was read back without its data. Fit the model again to look into it."
        )
    return result.resolved

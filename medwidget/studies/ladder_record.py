"""The record of a ladder: its rungs, their tests, and what may be compared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from medwidget.data.ledger import Ledger
from medwidget.spec.model import MediationModel
from medwidget.studies.mixture import Reference

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Ladder", "Rung", "RungTest", "Simulated"]

# Version of the saved form.
FORMAT = 1
_COLUMNS = (
    "about",
    "n_parameters",
    "loglik",
    "aic",
    "bic",
    "comparable",
    "compared_with",
    "lr",
    "lr_df",
    "distribution",
    "p",
    "p_at_least",
    "p_simulated",
    "p_ignoring_boundary",
    "converged",
    "reason",
)


@dataclass(frozen=True)
class Simulated:
    """A p-value from data sets drawn under the smaller model.

    Attributes
    ----------
    attempted, failed : int
        Data sets, and those to which one of the models could not be fitted.
    above : int
        Of the others, those with a statistic at least as large.
    """

    attempted: int
    failed: int
    above: int

    @property
    def p(self) -> float:
        """The p-value; the data at hand count as one of the draws (Davison & Hinkley 1997)."""
        return (self.above + 1) / (self.attempted - self.failed + 1)

    @property
    def monte_carlo_error(self) -> float:
        """Standard error of the p-value, because draws are finite in number."""
        used = self.attempted - self.failed
        return math.sqrt(self.p * (1 - self.p) / used) if used else math.nan


@dataclass(frozen=True)
class RungTest:
    """A likelihood-ratio test of a rung against the one below.

    Attributes
    ----------
    against : str
        Name of the smaller rung.
    statistic : float
    reference : Reference
        What it is compared with.
    simulated : Simulated or None
    remark : str
        What limits its reading.
    """

    against: str
    statistic: float
    reference: Reference
    simulated: Simulated | None = None
    remark: str = ""

    @property
    def p(self) -> float:
        """The p-value; an upper limit where the weights of the mixture are not known."""
        return self.reference.p_value(self.statistic)


@dataclass(frozen=True)
class Rung:
    """One model of a ladder.

    Attributes
    ----------
    name, about : str
    fixed, random : tuple of str
        Fixed effects and random slopes that it adds.
    loglik, aic, bic : float
        NaN without a fit.
    n_parameters : int or None
    converged : bool
    singular : tuple of str
        Random effects at the edge of what is possible, in words.
    likelihood : tuple of str
        By REML: the fixed effects that a rung must share to be compared with it.
    estimates : tuple of (str, float, float)
        Every path of the rung: parameter, estimate and standard error.
    test : RungTest or None
    reason : str
        Why there is no test, or no fit; empty otherwise.
    """

    name: str
    about: str
    fixed: tuple[str, ...] = ()
    random: tuple[str, ...] = ()
    loglik: float = math.nan
    n_parameters: int | None = None
    aic: float = math.nan
    bic: float = math.nan
    converged: bool = False
    singular: tuple[str, ...] = ()
    likelihood: tuple[str, ...] = ()
    estimates: tuple[tuple[str, float, float], ...] = ()
    test: RungTest | None = None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Ladder:
    """What `medwidget.ladder` returns.

    Attributes
    ----------
    model : MediationModel
        The last rung.
    rungs : tuple of Rung
    null : pandas.DataFrame
        Null models of exposure, mediators and outcome: variances between and within groups, ICC,
        reliability of group means, design effect.
    ledger : Ledger
        The rows that every rung uses.
    notes : tuple of str
        What may be compared with what.
    settings : mapping
        estimator, slopes, simulations, seed.
    """

    model: MediationModel
    rungs: tuple[Rung, ...]
    null: pd.DataFrame
    ledger: Ledger
    notes: tuple[str, ...]
    settings: Mapping[str, Any]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a rung: fit, and the likelihood-ratio test against the rung below.

        ``p`` is an upper limit, and ``p_at_least`` a lower one, where several variances are tested
        at once; ``p_ignoring_boundary`` is what comes of an ordinary chi-square. AIC and BIC are
        compared among rungs with the same letter in ``comparable``.
        """
        import pandas as pd

        rows = [self._row(rung) for rung in self.rungs]
        index = pd.Index([rung.name for rung in self.rungs], name="rung", dtype=object)
        # counts keep None apart from numbers, and stay whole
        counts = {"n_parameters": object, "lr_df": object}
        return pd.DataFrame(
            {
                name: pd.Series([row[name] for row in rows], index=index, dtype=counts.get(name))
                for name in _COLUMNS
            }
        )

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Every path on every rung: estimate and se, by rung and parameter."""
        import pandas as pd

        rows = [(rung.name, *estimate) for rung in self.rungs for estimate in rung.estimates]
        frame = pd.DataFrame(rows, columns=["rung", "parameter", "estimate", "se"])
        return frame.set_index(["rung", "parameter"])

    def summary(self) -> str:
        """Return the ladder in words and tables, for reading at a prompt."""
        return str(import_module("medwidget.views.text.ladder_words").summary(self))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values that JSON can hold."""
        return {
            "format": FORMAT,
            "model": self.model.to_dict(),
            "settings": dict(self.settings),
            "rungs": [_plain_rung(rung) for rung in self.rungs],
            "null": {
                "columns": [self.null.index.name, *self.null.columns],
                "rows": [
                    [name, *map(_plain, row)]
                    for name, row in zip(
                        self.null.index, self.null.itertuples(index=False), strict=True
                    )
                ],
            },
            "ledger": self.ledger.to_dict(),
            "notes": list(self.notes),
        }

    def _repr_html_(self) -> str:
        return str(import_module("medwidget.views.text.ladder_words").html(self))

    @cached_property
    def _letters(self) -> dict[tuple[str, ...], str]:
        fitted = [rung.likelihood for rung in self.rungs if rung.n_parameters is not None]
        return {key: chr(65 + place) for place, key in enumerate(dict.fromkeys(fitted))}

    def _row(self, rung: Rung) -> dict[str, Any]:
        row: dict[str, Any] = {name: getattr(rung, name, None) for name in _COLUMNS}
        fitted, test = rung.n_parameters is not None, rung.test
        row["comparable"] = self._letters[rung.likelihood] if fitted else ""
        row["compared_with"] = "" if test is None else test.against
        row["distribution"] = "" if test is None else test.reference.text
        row |= {"lr": math.nan, "lr_df": None, "p": math.nan, "p_at_least": math.nan}
        row |= {"p_simulated": math.nan, "p_ignoring_boundary": math.nan}
        if test is not None:
            row |= {
                "lr": test.statistic,
                "lr_df": test.reference.df,
                "p": test.p,
                "p_at_least": test.reference.smallest_p_value(test.statistic),
                "p_ignoring_boundary": test.reference.naive_p_value(test.statistic),
            }
            row["reason"] = test.remark
            if test.simulated is not None:
                row["p_simulated"] = test.simulated.p
        return row


def _plain_rung(rung: Rung) -> dict[str, Any]:
    record = {name: _plain(value) for name, value in asdict(rung).items()}
    if rung.test is not None:
        record["test"] = {
            **asdict(rung.test),
            "reference": rung.test.reference.to_dict(),
            "p": rung.test.p,
        }
    return record


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

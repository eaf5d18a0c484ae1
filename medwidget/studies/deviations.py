"""What an analysis did otherwise than its plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from medwidget.errors import ModelError
from medwidget.result import MediationResult
from medwidget.studies.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Deviation", "Deviations", "find_deviations"]

Kind = Literal["changed", "to judge", "note"]

NOTHING = "none"
# Entries of a model in words.
_FIELDS = {
    "exposure": "the exposure",
    "mediators": "the mediators",
    "outcome": "the outcome",
    "group": "the group column",
    "covariates": "the covariates",
    "moderators": "the moderators",
    "centering": "the centring",
    "random_slopes": "the random slopes",
    "random_covariance": "the covariances of random effects",
    "families": "the families of responses",
    "mediation": "how the mediators act",
    "covariate_centering": "the centring of covariates",
    "splits": "how columns are split between levels",
    "constraints": "the constraints on paths",
    "missing": "the handling of missing values",
}


@dataclass(frozen=True)
class Deviation:
    """One difference between plan and analysis.

    Attributes
    ----------
    what : str
        The entry that differs.
    planned, found : str
    kind : {"changed", "to judge", "note"}
        Certainly not as planned; perhaps, which only a reader can tell; or without consequence.
    sentence : str
    """

    what: str
    planned: str
    found: str
    kind: Kind
    sentence: str


@dataclass(frozen=True)
class Deviations:
    """What `MediationResult.deviations` returns.

    Attributes
    ----------
    plan : Plan
    items : tuple of Deviation
        What changed first.
    unseen : tuple of str
        What no result can show, in sentences: it remains with the reader.
    """

    plan: Plan
    items: tuple[Deviation, ...]
    unseen: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Deviation]:
        return iter(self.items)

    @property
    def as_planned(self) -> bool:
        """Whether nothing that a result shows is certainly otherwise than planned."""
        return not any(item.kind == "changed" for item in self.items)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each difference in a sentence."""
        return tuple(item.sentence for item in self.items)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The differences by entry: planned, found, kind, sentence."""
        import pandas as pd

        columns = ["planned", "found", "kind", "sentence"]
        rows = [[getattr(item, name) for name in columns] for item in self.items]
        index = pd.Index([item.what for item in self.items], name="what", dtype=object)
        return pd.DataFrame(rows, columns=columns, index=index)

    def summary(self) -> str:
        """Return the differences for reading at a prompt."""
        return str(import_module("medwidget.views.text.plan_words").summary(self))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values that JSON can hold."""
        return {
            "plan": self.plan.to_dict(),
            "items": [asdict(item) for item in self.items],
            "unseen": list(self.unseen),
        }

    def _repr_html_(self) -> str:
        return str(import_module("medwidget.views.text.plan_words").html(self))


def find_deviations(result: MediationResult, plan: Plan | str | Path) -> Deviations:
    """Return what a result did otherwise than a plan.

    Parameters
    ----------
    result : MediationResult
    plan : Plan, str or Path
        A plan, or where its JSON is; a file that was changed since is refused.

    Raises
    ------
    ModelError, DataError
        If there is no such plan, or it was changed after it was written.
    """
    if isinstance(plan, str | Path):
        plan = Plan.read(plan)
    if not isinstance(plan, Plan):
        raise ModelError(
            f"deviations takes a Plan, or the path of one, not {type(plan).__name__}. "
            f"medwidget.preregister writes plans."
        )
    found = [
        *_model(result, plan),
        *_settings(result, plan),
        *_sample(result, plan),
        *_rows(result, plan),
        *_effects(result, plan),
        *_version(result, plan),
    ]
    order = {"changed": 0, "to judge": 1, "note": 2}
    found.sort(key=lambda item: order[item.kind])
    return Deviations(plan, tuple(found), tuple(_unseen(plan)))


def _model(result: MediationResult, plan: Plan) -> Iterator[Deviation]:
    planned, found = plan.model.to_dict(), result.model.to_dict()
    for name in found:
        if planned[name] != found[name]:
            yield _changed(name, _FIELDS.get(name, name), planned[name], found[name])


def _settings(result: MediationResult, plan: Plan) -> Iterator[Deviation]:
    settings = result.settings
    for name, words in (
        ("estimator", "the estimator"),
        ("interval", "the interval"),
        ("level", "the level of intervals"),
        ("seed", "the seed"),
    ):
        planned, found = getattr(plan, name), settings[name]
        if planned != found:
            yield _changed(name, words, planned, found)
    if plan.interval != settings["interval"]:
        return
    options = settings["interval_options"]
    for name, planned in plan.interval_options.items():
        if name in options and options[name] != planned:
            yield _changed(f"interval: {name}", f"{name} of the interval", planned, options[name])
    attempted, samples = options.get("attempted"), options.get("samples")
    if attempted and samples and attempted < samples:
        what = "the number of samples that intervals rest on"
        yield _changed("interval: stopped", what, samples, attempted)


def _sample(result: MediationResult, plan: Plan) -> Iterator[Deviation]:
    ledger = result.ledger
    for name, planned, found in (
        ("rows", plan.n_rows, ledger.n_rows_total),
        ("groups", plan.n_groups, ledger.n_groups_total),
    ):
        if planned is not None and planned != found:
            sentence = f"{planned:,} {name} were planned; the data have {found:,}."
            yield Deviation(f"n_{name}", f"{planned:,}", f"{found:,}", "changed", sentence)


def _rows(result: MediationResult, plan: Plan) -> Iterator[Deviation]:
    ledger = result.ledger
    if ledger.complete:
        return
    lost = ledger.n_rows_total - ledger.n_rows_used
    counts = f"{lost:,} of {ledger.n_rows_total:,}"
    why = " ".join(ledger.sentences()[1:])
    if plan.exclusions:
        yield Deviation(
            "rows left out",
            "; ".join(plan.exclusions),
            counts,
            "to judge",
            f"{counts} rows were left out, and the plan names exclusions in words: whether they "
            f"cover these rows is for a reader to judge. {why}".rstrip(),
        )
    else:
        yield Deviation(
            "rows left out",
            NOTHING,
            counts,
            "changed",
            f"{counts} rows were left out, though the plan names no exclusions. {why}".rstrip(),
        )


def _effects(result: MediationResult, plan: Plan) -> Iterator[Deviation]:
    numbers = {row.name: row.estimate for row in result.effect_rows}
    named = dict.fromkeys(each.effect for each in plan.hypotheses if each.effect)
    for effect in {**named, **dict.fromkeys(plan.smallest_effects)}:
        if numbers.get(effect) is None:
            yield Deviation(
                f"effect {effect}",
                "planned",
                "not there",
                "changed",
                f"The plan is about the effect {effect!r}, which this result does not have.",
            )


def _version(result: MediationResult, plan: Plan) -> Iterator[Deviation]:
    found = result.versions.get("medwidget", "")
    if plan.version and found != plan.version:
        yield Deviation(
            "version",
            plan.version,
            found,
            "note",
            f"The plan was written with medwidget {plan.version}, the result made with {found}.",
        )


def _unseen(plan: Plan) -> Iterator[str]:
    if plan.exclusions:
        yield (
            f"Rows excluded before the data were handed to medwidget leave no trace in a result. "
            f"Planned: {'; '.join(plan.exclusions)}."
        )
    if plan.stopping_rule:
        yield f"When the gathering of data ended. Planned: {plan.stopping_rule}."
    further = len(plan.comparisons) + len(plan.alternatives)
    if further:
        yield (
            f"Whether the {further} planned comparison{'' if further == 1 else 's'} beside this "
            f"model took place."
        )


def _changed(what: str, words: str, planned: object, found: object) -> Deviation:
    before, after = _text(planned), _text(found)
    sentence = f"{words[0].upper()}{words[1:]}: {before} was planned, {after} was used."
    return Deviation(what, before, after, "changed", sentence)


def _text(value: object) -> str:
    """Return a setting in words; names from data as Python would quote them."""
    if isinstance(value, Mapping):
        parts = [
            repr(key) if entry is None else f"{key!r}: {_text(entry)}"
            for key, entry in value.items()
        ]
        return "; ".join(parts) or NOTHING
    if isinstance(value, list | tuple):
        return ", ".join(map(repr, value)) or NOTHING
    return NOTHING if value is None else repr(value)

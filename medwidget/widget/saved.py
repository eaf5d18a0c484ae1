"""A session as plain values: what was chosen, on what data, with which numbers; never the data.

Read back, it is bound to a data frame again: see `rebinding`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from medwidget.data.ledger import plain_label
from medwidget.errors import MedwidgetError, ModelError, UnsupportedError, one_of
from medwidget.estimators.registry import ESTIMATORS
from medwidget.intervals.registry import INTERVALS
from medwidget.result import MediationResult
from medwidget.spec.arguments import SPLITS
from medwidget.spec.columns import ColumnInfo
from medwidget.spec.frozen import FrozenDict
from medwidget.spec.model import COVARIATE_CENTERINGS, MISSING
from medwidget.views.text.effect_lines import effect_labels
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.report.choices import Decision
from medwidget.widget.choices import GroupChoices, SpecificationChoices, State
from medwidget.widget.draft import Draft
from medwidget.widget.latent import LatentChoices
from medwidget.widget.report_choices import read_report, report_record

__all__ = ["DataFacts", "Saved", "data_facts", "read_record", "session_record"]

KIND = "medwidget session"
# Version of the saved form; raised whenever an older reader could misread a newer file.
FORMAT = 1

Record = dict[str, Any]
Value = TypeVar("Value")


@dataclass(frozen=True)
class DataFacts:
    """What a session remembers of its data.

    Attributes
    ----------
    columns : tuple of str
    kinds, levels : mapping of str to str
        Of the columns that hold a role, where they are known.
    n_rows, n_groups : int
        Groups: 0 where they are not known.
    """

    columns: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    n_rows: int = 0
    n_groups: int = 0


@dataclass(frozen=True)
class Saved:
    """A session read back.

    Attributes
    ----------
    state : State
        Without selected groups: those are in ``selected``.
    name : str
        Of the data.
    nouns : Nouns
    screen : mapping of str to object
        Tab, folded, as they were.
    selected : tuple of labels
    data : DataFacts
    effects : mapping of str to (label, estimate, lower, upper)
        Of the last result.
    """

    state: State
    name: str
    nouns: Nouns
    screen: Mapping[str, Any]
    selected: tuple[Hashable, ...]
    data: DataFacts
    effects: Mapping[str, tuple[str, float | None, float | None, float | None]]

    def positions(self, labels: Iterable[Hashable]) -> tuple[int, ...]:
        """Return the positions of the selected groups among the groups of a data frame."""
        places = {plain_label(label): place for place, label in enumerate(labels)}
        return tuple(places[label] for label in self.selected if label in places)


# -- writing ----------------------------------------------------------------------------------


def data_facts(
    columns: Sequence[str], n_rows: int, n_groups: int, infos: Mapping[str, ColumnInfo]
) -> DataFacts:
    """Return what there is to remember of a data frame.

    Parameters
    ----------
    columns : sequence of str
        All of them.
    n_rows, n_groups : int
    infos : mapping of str to ColumnInfo
        Of the columns that hold a role; others are passed over at no cost.
    """
    levels = {name: info.level.label for name, info in infos.items() if info.level is not None}
    kinds = {name: info.kind for name, info in infos.items()}
    return DataFacts(tuple(columns), kinds, levels, n_rows, n_groups)


def session_record(
    state: State,
    *,
    name: str,
    nouns: Nouns,
    data: DataFacts,
    screen: Mapping[str, Any],
    result: MediationResult | None = None,
    labels: Sequence[Hashable] = (),
    decisions: Sequence[Decision] = (),
) -> Record:
    """Return a session as plain values that JSON can hold.

    Parameters
    ----------
    state : State
    name : str
        Of the data.
    nouns : Nouns
    data : DataFacts
    screen : mapping
        As the page has it.
    result : MediationResult, optional
        The last one, whose effects are kept to be compared with later.
    labels : sequence
        Of all groups, in the order that ``state.groups.selected`` counts.
    decisions : sequence of Decision
        That led to the state.

    Raises
    ------
    UnsupportedError
        If the estimator or the interval is an object of the user's own.
    """
    selected = [plain_label(labels[i]) for i in state.groups.selected if 0 <= i < len(labels)]
    return {
        "kind": KIND,
        "format": FORMAT,
        "name": name,
        "nouns": {"group": nouns.group, "row": nouns.row},
        "data": {
            "columns": list(data.columns),
            "kinds": dict(data.kinds),
            "levels": dict(data.levels),
            "n_rows": data.n_rows,
            "n_groups": data.n_groups,
        },
        "draft": _draft_record(state.draft),
        "groups": {
            "effect": state.groups.effect,
            "sort": state.groups.sort,
            "color": state.groups.color,
            "shrink": state.groups.shrink,
            "selected": selected,
        },
        "specifications": {
            "on": {choice: list(on) for choice, on in state.specifications.on.items()},
            "effect": state.specifications.effect,
            "sort": state.specifications.sort,
        },
        "report": report_record(state.report, decisions),
        "screen": {key: screen[key] for key in ("tab", "folded") if key in screen},
        "effects": {} if result is None else _effects_record(result, nouns),
    }


def _draft_record(draft: Draft) -> Record:
    covariates = {name: targets and list(targets) for name, targets in draft.covariates.items()}
    return {
        "exposure": draft.exposure,
        "mediators": list(draft.mediators),
        "outcome": draft.outcome,
        "group": draft.group,
        "covariates": covariates,
        "moderators": [[list(path), list(names)] for path, names in draft.moderators],
        "switched": sorted(list(path) for path in draft.switched),
        "centering": draft.centering,
        "random_covariance": draft.random_covariance,
        "mediation": draft.mediation,
        "covariate_centering": draft.covariate_centering,
        "latent": _latent_record(draft.latent),
        "parked": _latent_record(draft.parked),
        "families": dict(draft.families),
        "estimator": _estimator_record(draft.estimator),
        "interval": _interval_record(draft.interval),
        "level": draft.level,
        "seed": draft.seed,
    }


def _latent_record(choices: LatentChoices) -> Record:
    held = [
        [list(key), list(value) if isinstance(value, tuple) else value]
        for key, value in choices.held
    ]
    return {"splits": dict(choices.splits), "held": held, "missing": choices.missing}


def _estimator_record(estimator: Any) -> str:
    if isinstance(estimator, str):
        return estimator
    raise UnsupportedError(
        f"The estimator {getattr(estimator, 'name', estimator)!r} is an object of your own, which "
        f"a saved session cannot hold. Choose one of {', '.join(ESTIMATORS)} to save."
    )


def _interval_record(interval: Any) -> Record:
    if isinstance(interval, str):
        return {"method": interval, "options": {}}
    name = getattr(interval, "name", "")
    if name not in INTERVALS or type(interval) is not type(INTERVALS[name]()):
        raise UnsupportedError(
            f"The interval {name or interval!r} is an object of your own, which a saved session "
            f"cannot hold. Choose one of {', '.join(INTERVALS)} to save."
        )
    method: Any = interval  # a dataclass of its options
    options = {item.name: getattr(method, item.name) for item in fields(method)}
    return {"method": name, "options": options}


def _effects_record(result: MediationResult, nouns: Nouns) -> Record:
    return {
        item.row.name: [item.label, item.row.estimate, item.row.lower, item.row.upper]
        for item in effect_labels(result, nouns)
        if not item.more
    }


# -- reading ----------------------------------------------------------------------------------


def read_record(record: object) -> Saved:
    """Return the session that `session_record` wrote.

    Raises
    ------
    ModelError
        If it is not one, is of another version, or holds what no session holds.
    """
    if not isinstance(record, Mapping) or record.get("kind") != KIND:
        raise ModelError(
            "This is not a saved session of medwidget. Use the text that widget.to_json() gave."
        )
    if record.get("format") != FORMAT:
        raise ModelError(
            f"The session was saved in format {record.get('format')!r}; this version reads format "
            f"{FORMAT}. Save it again with this version."
        )
    try:
        return _read(record)
    except MedwidgetError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ModelError(
            f"The saved session is damaged ({type(error).__name__}: {error}). Use the text that "
            f"widget.to_json() gave, unchanged."
        ) from error


def _read(record: Mapping[str, Any]) -> Saved:
    groups, chosen, data = record["groups"], record["specifications"], record["data"]
    draft = _read_draft(record["draft"])
    on = {str(name): _texts(values) for name, values in chosen["on"].items()}
    state = State(
        draft,
        GroupChoices(
            _text(groups["effect"]),
            _text(groups["sort"]),
            _text(groups["color"]),
            bool(groups["shrink"]),
        ),
        SpecificationChoices(FrozenDict(on), _text(chosen["effect"]), _text(chosen["sort"])),
        read_report(record.get("report")),
    )
    facts = DataFacts(
        _texts(data["columns"]),
        {str(name): _text(kind) for name, kind in data["kinds"].items()},
        {str(name): _text(level) for name, level in data["levels"].items()},
        int(data["n_rows"]),
        int(data["n_groups"]),
    )
    nouns = Nouns(_text(record["nouns"]["group"]), _text(record["nouns"]["row"]))
    screen = {key: record["screen"][key] for key in ("tab", "folded") if key in record["screen"]}
    effects = {str(name): _effect(values) for name, values in record["effects"].items()}
    selected = tuple(plain_label(label) for label in groups["selected"])
    return Saved(state, _text(record["name"]), nouns, screen, selected, facts, effects)


def _read_draft(record: Mapping[str, Any]) -> Draft:
    covariates = {
        str(name): None if targets is None else _texts(targets)
        for name, targets in record["covariates"].items()
    }
    draft = Draft(
        exposure=_maybe(_text, record["exposure"]),
        outcome=_maybe(_text, record["outcome"]),
        group=_maybe(_text, record["group"]),
        mediators=_texts(record["mediators"]),
        covariate_centering=one_of(
            "covariate_centering", record["covariate_centering"], COVARIATE_CENTERINGS
        ),
        covariates=FrozenDict(covariates),
        moderators=tuple((_texts(path), _texts(names)) for path, names in record["moderators"]),
        switched=frozenset(_texts(path) for path in record["switched"]),
        families=FrozenDict(
            {str(name): _text(value) for name, value in record["families"].items()}
        ),
    )
    for option in ("centering", "random_covariance", "mediation", "estimator", "level", "seed"):
        draft = draft.choose(option, record[option])
    draft = draft.choose("interval", _read_interval(record["interval"]))
    latent, parked = (_read_latent(record.get(name)) for name in ("latent", "parked"))
    draft = replace(draft, latent=latent, parked=parked)
    draft.to_model()  # contradictions among the roles are found here
    return draft


def _read_latent(record: Mapping[str, Any] | None) -> LatentChoices:
    """Return the choices of latent centering; none for a session saved before there were any."""
    if record is None:
        return LatentChoices()
    splits = {_text(name): one_of("splits", how, SPLITS) for name, how in record["splits"].items()}
    held = tuple(
        (_texts(key), float(value) if isinstance(value, int | float) else _texts(value))
        for key, value in record["held"]
    )
    missing = one_of("missing", record["missing"], MISSING)
    return LatentChoices(FrozenDict(splits), held, missing)


def _read_interval(record: Mapping[str, Any]) -> Any:
    method, options = _text(record["method"]), record["options"]
    if not options:
        return method
    if method not in INTERVALS:
        raise ModelError(f"The saved session asks for the interval {method!r}, which is not known.")
    return type(INTERVALS[method]())(**options)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, not {value!r}")
    return value


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list | tuple):
        raise TypeError(f"a list of texts was expected, not {values!r}")
    return tuple(_text(value) for value in values)


def _maybe(read: Callable[[object], Value], value: object) -> Value | None:
    return None if value is None else read(value)


def _effect(values: Sequence[Any]) -> tuple[str, float | None, float | None, float | None]:
    label, *numbers = values
    estimate, lower, upper = (None if item is None else float(item) for item in numbers)
    return _text(label), estimate, lower, upper

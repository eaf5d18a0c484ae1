"""The options row: what may be chosen, what is chosen, and why something cannot be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from medwidget.estimators.registry import ESTIMATORS
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import percent
from medwidget.widget import messages
from medwidget.widget.draft import Draft
from medwidget.widget.latent_controls import MISSING_CHOICES, SPLIT_CHOICES, missing, splits
from medwidget.widget.words import letter, name_words, path_words

__all__ = ["controls", "estimator_label", "interval_name", "slopes", "summary"]

Levels = Mapping[str, str | None]

_CENTERINGS = {
    "none": ("none", "Columns as they are: within and between are blended."),
    "grand-mean": ("grand mean", "Around the mean of all {rows}: within and between are blended."),
    "group-mean": ("group mean", "Deviations from {group} means, and the {group} means."),
    "within": ("within only", "Deviations from {group} means; nothing is said between {groups}."),
    "latent": ("latent", "Latent {group} means instead of observed ones."),
}
_ESTIMATORS = {
    "ml": ("ML", "Maximum likelihood, all equations jointly."),
    "reml": ("REML", "Restricted maximum likelihood, all equations jointly."),
    "statsmodels": ("statsmodels", "Separate mixed models by statsmodels."),
}
_INTERVALS = {
    "monte-carlo": ("Monte Carlo", "Draws from the distribution of the estimates; immediate."),
    "delta": ("Delta method", "Symmetric; immediate, and too simple for products."),
    "bootstrap": ("Bootstrap", "Whole {groups} drawn again and fitted again; takes seconds."),
    "profile": ("Profile likelihood", "Where the likelihood has dropped; takes seconds."),
}
# Estimators that know no latent means.
_WITHOUT_LATENT = ("reml", "statsmodels")
_COVARIANCES = {
    "full": ("all", "All covariances of what varies are estimated."),
    "by-equation": ("by equation", "Covariances across equations are set to zero."),
    "diagonal": ("none", "All covariances are set to zero."),
}
_MEDIATIONS = {
    "parallel": ("parallel", "The mediators act side by side."),
    "serial": ("serial", "Each mediator acts on those after it."),
}
_LEVELS = (0.9, 0.95, 0.99)
_LATENT_BY_ML = "Latent {group} means are estimated by ML."


def controls(
    draft: Draft, levels: Levels, nouns: Nouns, with_holes: Collection[str] = ()
) -> list[messages.Control]:
    """Return the controls of the options row, in order.

    Parameters
    ----------
    draft : Draft
    levels : mapping of str to (str or None)
        Of the columns, as far as they are known.
    nouns : Nouns
    with_holes : collection of str
        Columns in which values are missing.
    """
    estimator = estimator_name(draft)
    by_ml = _LATENT_BY_ML.format(group=nouns.group)
    centering_refusals = {}
    if estimator in _WITHOUT_LATENT:
        centering_refusals["latent"] = f"{by_ml} Choose ML as the estimator first."
    constant = _constant_within(draft, levels)
    if constant:
        centering_refusals["within"] = (
            f"{name_words(constant)} never varies within a {nouns.group}, so it has no deviation "
            f"from the {nouns.group} mean."
        )
    row = [
        _control(
            "centering",
            "Centering of X and M",
            "segments",
            draft.centering,
            _called(_CENTERINGS, nouns),
            centering_refusals,
        )
    ]
    if len(draft.mediators) > 1:
        row.append(
            _control("mediation", "Mediators act", "segments", draft.mediation, _MEDIATIONS, {})
        )
    offered = {name: _ESTIMATORS[name] for name in ("ml", "reml")}
    if estimator not in offered:
        offered[estimator] = (estimator_label(estimator), "")
    no_latent = dict.fromkeys(_WITHOUT_LATENT, by_ml) if draft.centering == "latent" else {}
    row.append(_control("estimator", "Estimator", "segments", estimator, offered, no_latent))
    interval = interval_name(draft)
    intervals = _called(_INTERVALS, nouns)
    intervals.setdefault(interval, (interval, ""))
    row.append(_control("interval", "Interval", "menu", interval, intervals, {}))
    level = {f"{value:.10g}": (percent(value), "") for value in sorted({*_LEVELS, draft.level})}
    row.append(_control("level", "Level", "menu", f"{draft.level:.10g}", level, {}))
    if any(not _slope_refusal(draft, name, levels, nouns) for name in draft.random_slopes):
        row.append(
            _control(
                "random_covariance",
                "Covariances",
                "menu",
                draft.random_covariance,
                _COVARIANCES,
                {},
            )
        )
    holes = missing(draft, with_holes, nouns)
    row += [] if holes is None else [holes]
    for item in splits(draft, levels, nouns):
        if item["name"] == draft.exposure:
            row.append({**item, "name": "split"})
    return row


def _called(offered: Mapping[str, tuple[str, str]], nouns: Nouns) -> dict[str, tuple[str, str]]:
    """Return choices with the user's nouns in what is said of them."""
    words = {"group": nouns.group, "groups": nouns.groups, "rows": nouns.rows}
    return {key: (label, about.format_map(words)) for key, (label, about) in offered.items()}


def slopes(draft: Draft, levels: Levels, nouns: Nouns) -> list[messages.Slope]:
    """Return a switch for each path."""
    varying = set(draft.random_slopes)
    shown: list[messages.Slope] = []
    for path in draft.paths:
        label = path_words(path)
        on = path in varying
        state = "varies across" if on else "is the same for all"
        shown.append(
            {
                "path": path,
                "label": label,
                "on": on,
                "refusal": _slope_refusal(draft, path, levels, nouns),
                "help": f"Path {label} {state} {nouns.groups}.",
            }
        )
    return shown


def summary(draft: Draft) -> str:
    """Return the options in one line, for narrow widgets."""
    varying = [letter(path) if len(draft.paths) <= 3 else path_words(path) for path in draft.paths]
    chosen = set(draft.random_slopes)
    names = [label for path, label in zip(draft.paths, varying, strict=True) if path in chosen]
    vary = f"{', '.join(names)} {'varies' if len(names) == 1 else 'vary'}"
    interval = interval_name(draft)
    return " · ".join(
        [
            f"{_CENTERINGS[draft.centering][0]} centering"
            if draft.centering != "none"
            else "no centering",
            vary if names else "nothing varies",
            estimator_label(estimator_name(draft)),
            f"{_INTERVALS.get(interval, (interval, ''))[0]} {percent(draft.level)}",
            *(["FIML"] if draft.latent.missing == "fiml" else []),
        ]
    )


def estimator_name(draft: Draft) -> str:
    """Return the name of the estimator, which may be an object."""
    return draft.estimator if isinstance(draft.estimator, str) else str(draft.estimator.name)


def interval_name(draft: Draft) -> str:
    """Return the name of the interval, which may be an object with options."""
    return draft.interval if isinstance(draft.interval, str) else str(draft.interval.name)


def estimator_label(name: str) -> str:
    """Return an estimator's name as it is printed."""
    return _ESTIMATORS[name][0] if name in _ESTIMATORS and name in ESTIMATORS else name


def interval_label(name: str) -> str:
    """Return a method's name as it is printed."""
    return _INTERVALS[name][0] if name in _INTERVALS else name


def choice_label(control: str, value: str) -> str:
    """Return a value of a control as it is printed."""
    tables: dict[str, Mapping[str, tuple[str, str]]] = {
        "centering": _CENTERINGS,
        "estimator": _ESTIMATORS,
        "interval": _INTERVALS,
        "random_covariance": _COVARIANCES,
        "mediation": _MEDIATIONS,
        "missing": MISSING_CHOICES,
        "split": SPLIT_CHOICES,
    }
    return tables.get(control, {}).get(value, (value, ""))[0]


def _constant_within(draft: Draft, levels: Levels) -> str | None:
    core = (draft.exposure, *draft.mediators, draft.outcome)
    return next((name for name in core if name and levels.get(name) == "group"), None)


def _slope_refusal(draft: Draft, path: str, levels: Levels, nouns: Nouns) -> str:
    ends = {
        "a": (draft.exposure, *draft.paths[path][1:]),
        "b": (*draft.paths[path][1:], draft.outcome),
        "d": draft.paths[path][1:],
        "direct": (draft.exposure, draft.outcome),
    }[draft.paths[path][0]]
    for name in ends:
        if name and levels.get(name) == "group":
            return (
                f"{name_words(name)} never varies within a {nouns.group}, so path "
                f"{path_words(path)} cannot vary across {nouns.groups}."
            )
    return ""


def _control(
    name: str,
    label: str,
    form: messages.Form,
    value: str,
    offered: Mapping[str, tuple[str, str]],
    refusals: Mapping[str, str],
) -> messages.Control:
    choices: Iterable[messages.Choice] = (
        {"value": key, "label": text, "help": help_, "refusal": refusals.get(key, "")}
        for key, (text, help_) in offered.items()
    )
    help_text = offered[value][1] if value in offered else ""
    return {
        "name": name,
        "label": label,
        "form": form,
        "value": value,
        "choices": list(choices),
        "help": help_text,
    }

"""Controls that belong to latent centering: how columns are split, which paths are not free."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from medwidget.spec.model import path_at_level
from medwidget.views.diagram.graph import path_sides
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import MINUS
from medwidget.widget import messages
from medwidget.widget.draft import Draft
from medwidget.widget.latent import LEVELS
from medwidget.widget.words import name_words, path_words

__all__ = ["HOLD_LABELS", "MISSING_CHOICES", "SPLIT_CHOICES", "holds", "missing", "splits"]

Levels = Mapping[str, str | None]

SPLIT_CHOICES = {
    "latent": ("latent means", "A latent {group} mean, and what deviates from it."),
    "observed": ("observed means", "The observed {group} mean, and deviations from it."),
    "within": ("within only", "No part between {groups}: its variance is all within."),
}
MISSING_CHOICES = {
    "listwise": (
        "leave rows out",
        "{Rows} that lack a value in any column of the model are left out.",
    ),
    "fiml": (
        "FIML",
        "Full-information maximum likelihood: every value there is counts, as if those missing "
        "depend on these alone.",
    ),
}
HOLD_LABELS = {"free": "estimated", "zero": "fixed at 0", "equal": "equal across levels"}
_NEEDS_LATENT = (
    "Full information needs latent {group} means. Choose latent as the centering to keep every "
    "{row} that has any value."
)


def splits(draft: Draft, levels: Levels, nouns: Nouns) -> list[messages.Control]:
    """Return how the exposure and each covariate that varies within groups are split."""
    if draft.centering != "latent":
        return []
    columns = [name for name in (draft.exposure, *draft.covariates) if name is not None]
    chosen = draft.latent.splits
    return [
        {
            "name": column,
            "label": f"{name_words(column)} split by",
            "form": "menu",
            "value": chosen.get(column, "latent"),
            "choices": _choices(SPLIT_CHOICES, nouns, {}),
            "help": f"How differences in {name_words(column)} within and between {nouns.groups} "
            f"are told apart.",
        }
        for column in columns
        if levels.get(column) != "group"
    ]


def missing(draft: Draft, with_holes: Collection[str], nouns: Nouns) -> messages.Control | None:
    """Return what becomes of missing values; None where there are none to speak of."""
    value = draft.latent.missing
    if value == "listwise" and not set(draft.columns) & set(with_holes):
        return None
    refusals = {}
    if draft.centering != "latent":
        refusals["fiml"] = _NEEDS_LATENT.format(group=nouns.group, row=nouns.row)
    return {
        "name": "missing",
        "label": "Missing values",
        "form": "segments",
        "value": value,
        "choices": _choices(MISSING_CHOICES, nouns, refusals),
        "help": "",
    }


def holds(draft: Draft, levels: Levels, nouns: Nouns) -> list[messages.Control]:
    """Return for each path at each level whether it is estimated; ``name`` is its parameter."""
    if draft.centering != "latent":
        return []
    found = []
    for path in draft.paths:
        sides = _sides(draft, path, levels)
        for level in sides:
            found.append(_hold(draft, path, level, sides, nouns))
    return found


def _sides(draft: Draft, path: str, levels: Levels) -> tuple[str, ...]:
    letter, *ends = draft.paths[path]
    source = ends[0] if letter in {"b", "d"} else draft.exposure
    target = ends[-1] if letter in {"a", "d"} else draft.outcome
    return path_sides(
        draft.centering,
        source_grouped=levels.get(source or "") == "group",
        target_grouped=levels.get(target or "") == "group",
        split=draft.latent.splits.get(source or "", "latent"),
    )


def _hold(
    draft: Draft, path: str, level: str, sides: tuple[str, ...], nouns: Nouns
) -> messages.Control:
    parameter = path_at_level(path, level)
    value = draft.latent.holding(parameter, draft.paths)
    offered = {name: (label, "") for name, label in HOLD_LABELS.items()}
    if value == "other":
        held = draft.latent.constraints(draft.paths)[parameter]
        number = "" if isinstance(held, str) else f"{held:.6g}".replace("-", MINUS)
        offered["other"] = (f"fixed at {number}" if number else f"equal to {held}", "")
    refusals = {}
    if set(sides) != set(LEVELS):
        refusals["equal"] = f"Path {path_words(path)} is there {_where(level, nouns)} only."
    return {
        "name": parameter,
        "label": f"Path {path_words(path)}, {level}",
        "form": "segments",
        "value": value,
        "choices": _choices(offered, nouns, refusals),
        "help": "",
    }


def _where(level: str, nouns: Nouns) -> str:
    return f"between {nouns.groups}" if level == "between" else f"within a {nouns.group}"


def _choices(
    offered: Mapping[str, tuple[str, str]], nouns: Nouns, refusals: Mapping[str, str]
) -> list[messages.Choice]:
    words = {
        "group": nouns.group,
        "groups": nouns.groups,
        "Rows": nouns.rows[:1].upper() + nouns.rows[1:],
    }
    return [
        {
            "value": value,
            "label": label,
            "help": help_.format_map(words),
            "refusal": refusals.get(value, ""),
        }
        for value, (label, help_) in offered.items()
    ]

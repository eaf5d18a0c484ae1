"""The variables list: names at once, then what each column is like, a few columns at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from time import monotonic

from medwidget.data.columns import Described
from medwidget.data.describe import guess_group
from medwidget.data.frame import Table
from medwidget.spec.check import MANY_CATEGORIES
from medwidget.spec.columns import ColumnInfo, FrameInfo, GroupInfo, is_centred
from medwidget.spec.levels import Level
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import fixed
from medwidget.widget import messages
from medwidget.widget.words import CORE_ROLES, role_words

__all__ = ["Columns"]

ROLES = ("exposure", "mediator", "outcome", "group", "covariate", "moderator")
_NUMBERS = ("int", "uint", "float", "double", "decimal")


class Columns:
    """What is known of the columns so far; `step` learns more.

    Parameters
    ----------
    table : Table
    nouns : Nouns
    name : str
        Of the data, for the top bar.
    """

    def __init__(self, table: Table, nouns: Nouns, name: str) -> None:
        self._table = table
        self._nouns = nouns
        self._title = name
        self._work: Iterator[None] = iter(())
        self._described_with: str | None = None
        self._wanted: tuple[str | None] | None = None
        self._complete = False
        self._over = False
        self.infos: dict[str, ColumnInfo] = {}
        self.group: GroupInfo | None = None
        self.guess: str | None = None
        self._guessed = False
        self._section: tuple[object, messages.Columns] | None = None

    def begin(self, group: str | None) -> bool:
        """Describe all columns by a group column; without one, guess it first.

        Returns whether there is anything to do: what is under way for the same group goes on.
        """
        if self._wanted != (group,):
            self._wanted = (group,)
            self._work = self._describe(group)
            self._over = False
        return not self._over

    def step(self, seconds: float) -> bool:
        """Go on for about so long; return whether there is more to do."""
        until = monotonic() + seconds
        more = any(monotonic() >= until for _ in self._work)
        self._over = not more
        return more

    def _describe(self, group: str | None) -> Iterator[None]:
        if group is None and not self._guessed:
            yield from self._guess()
        chosen = self.guess if group is None else group
        if self.infos and chosen == self._described_with and self._complete:
            return
        described = Described(self._table, chosen)
        self._described_with = chosen
        self.group = described.group
        self.infos, self._complete = {}, False
        yield
        for name in self._table.names:
            self.infos[name] = described.info(name)
            yield
        self._complete = True

    def _guess(self) -> Iterator[None]:
        """Guess the group column: each column in turn against the best so far."""
        best: str | None = None
        for name in self._table.names:
            names = [name] if best is None else [best, name]
            best = guess_group(_some(self._table, names))
            yield
        self.guess, self._guessed = best, True

    # -- for the page -------------------------------------------------------------------------

    def section(self, centering: str) -> messages.Columns:
        """Return the section of the page; the same object as long as nothing new is known."""
        key = (centering == "none", self._described_with, len(self.infos), self._guessed)
        if self._section is None or self._section[0] != key:
            self._section = (key, self._write(centering))
        return self._section[1]

    def _write(self, centering: str) -> messages.Columns:
        guess = self.guess if self.guess_words() else None
        subtitle, short = self._subtitles()
        nouns = self._nouns
        return {
            "title": self._title,
            "subtitle": subtitle,
            "short_subtitle": short,
            "items": [self._column(name, centering) for name in self._table.names],
            "n_described": len(self.infos),
            "group_guess": guess,
            "group_guess_words": self.guess_words(),
            "legend": [f"between {nouns.groups}", f"within a {nouns.group}"],
        }

    @property
    def levels(self) -> dict[str, str | None]:
        """The level of each column: "individual", "group", or None where it is not known."""
        known = self.infos if self.group is not None else {}
        return {
            name: None if name not in known else _level(known[name]) for name in self._table.names
        }

    @property
    def with_holes(self) -> frozenset[str]:
        """Columns in which values are missing, as far as they are described."""
        infos = list(self.infos.items())
        return frozenset(name for name, info in infos if info.n_missing + info.n_infinite)

    def group_words(self) -> str:
        """Return "id · 100 persons × 21 days"; empty while the groups are not known."""
        group = self.group
        if group is None:
            return ""
        size = f"{group.smallest:,}"
        if group.smallest != group.largest:
            size = f"{group.smallest:,} to {group.largest:,}"
        rows = self._nouns.row if group.largest == 1 else self._nouns.rows
        shown = shortened(visible(group.name))
        return f"{shown} · {self._nouns.of_groups(group.n_groups)} × {size} {rows}"

    def _subtitles(self) -> tuple[str, str]:
        rows = f"{self._table.n_rows:,} {'row' if self._table.n_rows == 1 else 'rows'}"
        group = self.group
        if group is None:
            columns = len(self._table.names)
            both = f"{rows} · {columns:,} {'column' if columns == 1 else 'columns'}"
            return both, both
        short = f"{rows} · {self._nouns.of_groups(group.n_groups)}"
        return f"{short} · {self._sizes(group)}", short

    def _sizes(self, group: GroupInfo) -> str:
        if group.smallest == group.largest:
            return f"{self._nouns.of_rows(group.largest)} each"
        return f"{group.smallest:,} to {self._nouns.of_rows(group.largest)} each"

    def guess_words(self) -> str:
        """Return "id looks right: 100 values, 21 rows each"; empty without a guess."""
        group = self.group
        if self.guess is None or group is None or group.name != self.guess:
            return ""
        each = f"{group.smallest:,}"
        if group.smallest != group.largest:
            each = f"{group.smallest:,} to {group.largest:,}"
        shown = shortened(visible(self.guess))
        return f"{shown} looks right: {group.n_groups:,} values, {each} rows each"

    def _column(self, name: str, centering: str) -> messages.Column:
        info = self.infos.get(name)
        if info is None:
            return _undescribed(name, self._table.dtype(name))
        is_group = self.group is not None and name == self.group.name
        refusals = dict(self._refusals(info, centering))
        share = info.icc1 if math.isfinite(info.icc1) else None
        if info.level is Level.GROUP and self.group is not None and not is_group:
            share = 1.0
        share = None if share is None or is_group else min(max(share, 0.0), 1.0)
        missing = info.n_missing + info.n_infinite
        badge = {Level.INDIVIDUAL: "L1", Level.GROUP: "L2", None: ""}[info.level]
        return {
            "name": name,
            "icon": self._icon(info, is_group),
            "badge": "ID" if is_group else badge,  # type: ignore[typeddict-item]
            "share_between": share,
            "icc": "" if share is None else fixed(share, 2),
            "missing": _share(missing, self._table.n_rows),
            "described": True,
            "usable": not set(ROLES) <= set(refusals),
            "about": self._about(info, is_group, share),
            "refusals": refusals,
        }

    def _icon(self, info: ColumnInfo, is_group: bool) -> messages.Icon:
        if is_group:
            return "key"
        if info.kind == "unsupported" or info.n_distinct == 0:
            return "none"
        if info.n_distinct == 2:
            return "binary"
        if info.kind not in {"numeric", "boolean"}:
            return "text"
        counts = info.maximum - info.minimum + 1 == info.n_distinct
        frame = FrameInfo({}, self._table.n_rows, self.group)
        return "sequence" if counts and is_centred(info, frame) else "measure"

    def _refusals(self, info: ColumnInfo, centering: str) -> Iterator[tuple[str, str]]:
        name = shortened(visible(info.name))
        reason = ""
        if info.kind == "unsupported":
            reason = f"{name} has a type that cannot enter a model"
        elif info.n_distinct == 0:
            reason = f"{name} has no value in any row"
        elif info.n_distinct == 1:
            reason = f"{name} has the same value in every row"
        if reason:
            for role in ROLES:
                yield role, f"{reason}, so it cannot be {role_words(role)}."
            return
        kinds = {"categorical": "text", "number-as-text": "numbers stored as text"}
        if info.kind in kinds:
            for role in CORE_ROLES:
                yield (
                    role,
                    f"{name} is {kinds[info.kind]}, so it cannot be {role_words(role)}. "
                    f"Choose a numeric or two-valued column.",
                )
        if info.n_distinct == self._table.n_rows - info.n_missing:
            nouns = self._nouns
            yield "group", f"{name} differs in every row, so it cannot tell {nouns.groups} apart."
        many = info.kind == "categorical" and info.n_distinct > MANY_CATEGORIES
        for role in ("covariate", "moderator"):
            if many or info.kind == "number-as-text":
                values = f"{info.n_distinct:,} different values"
                what = f"text with {values}" if many else kinds[info.kind]
                yield role, f"{name} is {what}, so it cannot be {role_words(role)}."
        usable = not many and info.kind != "number-as-text"
        if usable and info.level is Level.INDIVIDUAL and centering != "none" and self.group:
            yield (
                "moderator",
                f"{name} varies within a {self._nouns.group}, so it cannot change the size of a "
                f"path across levels.",
            )

    def _about(self, info: ColumnInfo, is_group: bool, share: float | None) -> str:
        kinds = {
            "numeric": "number",
            "boolean": "true or false",
            "categorical": "text",
            "number-as-text": "numbers stored as text",
            "unsupported": f"type {info.dtype}",
        }
        parts = [f"{shortened(visible(info.name))}: {kinds[info.kind]}"]
        if is_group and self.group is not None:
            parts.append(f"groups the rows, {self._nouns.of_groups(self.group.n_groups)}")
        elif info.level is Level.GROUP:
            parts.append(f"the same for all {self._nouns.rows} of a {self._nouns.group}")
        elif info.level is Level.INDIVIDUAL:
            parts.append(f"varies within a {self._nouns.group}")
            if share is not None:
                parts.append(f"{100 * share:.0f}% of its variance lies between")
        parts.append(f"{info.n_distinct:,} different values")
        if info.kind == "numeric" and math.isfinite(info.mean):
            parts.append(f"{_plain(info.minimum)} to {_plain(info.maximum)}")
        missing = info.n_missing + info.n_infinite
        parts.append(f"{missing:,} missing" if missing else "none missing")
        return ", ".join(parts)


def _undescribed(name: str, dtype: str) -> messages.Column:
    numeric = dtype.lower().startswith(_NUMBERS)
    return {
        "name": name,
        "icon": "measure" if numeric else "text",
        "badge": "",
        "share_between": None,
        "icc": "",
        "missing": "",
        "described": False,
        "usable": True,
        "about": f"{shortened(visible(name))}: {dtype}",
        "refusals": {},
    }


def _some(table: Table, names: list[str]) -> Table:
    return Table(names, table.n_rows, lambda place: table.series(names[place]))


def _level(info: ColumnInfo) -> str | None:
    return None if info.level is None else info.level.label


def _share(part: int, whole: int) -> str:
    if not part or not whole:
        return ""
    share = 100 * part / whole
    if share < 0.1:
        return "<0.1%"
    return f"{share:.0f}%" if share >= 10 else f"{share:.1f}%".replace(".0%", "%")


def _plain(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")

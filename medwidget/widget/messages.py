"""The shapes that cross between Python and the page, once; `js/src/wire.ts` is written from them.

Python to page: one synchronised trait for each section of the screen, each a plain JSON value.
Page to Python: the gestures of `gesture_shapes`. Everything that a person reads is text made in
Python; the page joins no sentence and formats no number but those of `GroupRows`.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from medwidget.widget.control_shapes import Choice, Control, Form, Slope
from medwidget.widget.gesture_shapes import GESTURES, Role, Tab
from medwidget.widget.ladder_shapes import LadderTable, LadderView
from medwidget.widget.report_shapes import Report, TheoryNote
from medwidget.widget.span_shapes import Side, Span

__all__ = [
    "GESTURES",
    "SECTIONS",
    "Choice",
    "Control",
    "Form",
    "LadderTable",
    "LadderView",
    "Report",
    "Role",
    "Side",
    "Slope",
    "Span",
    "Tab",
    "TheoryNote",
]

Severity = Literal["error", "warning", "note"]
Icon = Literal["measure", "binary", "sequence", "text", "key", "none"]
StatusKind = Literal["waiting", "busy", "good", "warning", "error"]

# -- Python to page -------------------------------------------------------------------------------


class Column(TypedDict):
    """One column of the data, described; ``missing`` and ``icc`` are ready to print."""

    name: str
    icon: Icon
    badge: Literal["", "L1", "L2", "ID"]
    share_between: float | None  # ICC(1) in 0..1, width of the ochre part of the bar
    icc: str
    missing: str
    described: bool
    usable: bool  # false: dimmed; it can take no role at all
    about: str  # one line for details, title and screen readers
    refusals: dict[str, str]  # role -> why the column cannot take it


class Columns(TypedDict):
    """The variables list and what the top bar says of the data."""

    title: str
    subtitle: str  # "2,100 rows · 100 persons · 21 days each"
    short_subtitle: str
    items: list[Column]
    n_described: int
    group_guess: str | None
    group_guess_words: str  # "id looks right: 100 values, 21 rows each"
    legend: list[str]  # ["between persons", "within a person"]


class Draft(TypedDict):
    """What has been assigned and chosen so far; a model once all four roles are filled."""

    revision: int
    exposure: str | None
    mediators: list[str]
    outcome: str | None
    group: str | None
    covariates: list[str]
    moderators: dict[str, list[str]]
    controls: list[Control]
    slopes: list[Slope]
    slopes_label: str  # "Varies across persons"
    holds: list[Control]  # by parameter: is the path estimated
    splits: list[Control]  # by column: how its levels are told apart
    summary: str  # one line, for narrow widgets
    paths: list[str]
    can_undo: bool
    can_redo: bool
    undo_label: str
    redo_label: str


class Status(TypedDict):
    """The pill in the top bar; ``strong`` is printed bold, ``text`` after it."""

    kind: StatusKind
    strong: str
    text: str
    revision: int  # of the draft that is on screen
    answered: int  # of the draft that the answer belongs to


class Action(TypedDict):
    """A button of a message; pressed, it sends ``act`` with both ids."""

    id: str
    label: str
    primary: bool
    preview: str  # what will change, if known; empty otherwise


class Message(TypedDict):
    """A banner: what is the case, what it means, what to do."""

    id: str
    severity: Severity
    title: str
    detail: str
    more: str  # technical details, behind a disclosure; empty if none
    actions: list[Action]


class Progress(TypedDict):
    """A long job under way."""

    job: str
    label: str  # "Bootstrapping"
    done: int
    total: int
    strong: str  # "412 of 1,000 samples"
    text: str  # "persons resampled with all their days · about 6 s left"
    stop: str  # label of the button that keeps what is done; empty: nothing to keep


class Diagram(TypedDict):
    """The model as SVG; every interactive element carries data- attributes and an ARIA label."""

    width: int
    narrow: bool
    svg: str
    ribbon: str
    legend: str  # SVG-free HTML is not sent: this is an SVG strip too
    guidance: list[Span]


class Chart(TypedDict):
    """A Vega-Lite specification without data, and its named data sets."""

    name: str
    spec: dict[str, Any]
    data: dict[str, list[dict[str, Any]]]
    packed: NotRequired[dict[str, dict[str, list[Any]]]]  # further data sets, by column
    about: str  # text alternative
    columns: list[str]  # "show as table"
    rows: list[list[str]]


class EffectLine(TypedDict):
    """One row of the effects table, in the order of the forest chart's rows."""

    name: str
    side: Side
    label: str
    about: str
    estimate: str
    interval: str
    reason: str
    definition: str
    gap: bool  # a rule is drawn above it
    more: bool  # shown only when "all effects" is open


class Answer(TypedDict):
    """The result on screen. It stays when a later draft cannot be fitted; then it is stale."""

    revision: int
    stale: bool
    stale_words: str
    reading: list[Span]
    formula: list[Span]
    notes: list[str]
    interval_label: str  # "95% interval"
    method: str  # "Monte Carlo, 20,000 draws, seed 1"
    effects: list[EffectLine]
    forest: Chart
    settling: Chart | None  # how bootstrap limits settle
    sentence: str  # plain text to copy


class PathDetail(TypedDict):
    """The popover of a path."""

    path: str
    side: Side
    title: list[Span]
    estimate: str
    interval: str
    facts: list[str]  # "SE 0.027", "std. 0.16"
    slope: Slope | None
    spread: Chart | None
    spread_words: list[Span]
    moderators: list[str]
    moderator_choices: list[Choice]
    note: TheoryNote
    removable: str  # label of the remove button; empty if it cannot be removed


class Stat(TypedDict):
    """A number with its caption."""

    value: str
    text: str


class GroupRows(TypedDict):
    """What the Groups tab has of each group, sent once for many selections; by position."""

    columns: list[str]  # of the table: label, estimate, interval, rows; what it is coloured by
    label: list[str]
    estimate: list[float | None]  # None: the group has too few rows for one of its own
    lower: list[float | None]
    upper: list[float | None]
    decimals: list[int]  # of these numbers in the table; -1: as in `written`
    written: dict[str, list[str]]  # by position: estimate and interval
    n_rows: list[str]
    value: list[str]  # of the column that it is coloured by, as is `color`; both may be empty
    color: list[int]  # step of the ramp, 0 to 4; -1 without a value
    both_negative: list[int]  # positions
    order: list[int]  # positions as sorted
    caterpillar: Chart  # with empty "groups" and no table: the page fills in the rows in view
    overview: Chart | None


class Groups(TypedDict):
    """The Groups tab, but for `GroupRows`: what changes with the selection."""

    revision: int
    reason: str  # why there is nothing to show; empty otherwise
    controls: list[Control]  # effect, sort, color
    shrink: bool
    shrink_label: str
    color_words: list[str]  # ["1 low", "5 high"]
    stats: list[Stat]
    selected: list[int]
    selected_words: str  # "12 selected persons"
    multiples_words: str
    multiples: Chart | None
    snippet: str  # code for the selection


class SpecificationChoice(TypedDict):
    """One thing that may vary."""

    name: str
    label: str
    values: list[Choice]
    on: list[str]


class Fact(TypedDict):
    """A line of a list of facts."""

    label: str
    value: str


class Specifications(TypedDict):
    """The Specifications tab."""

    revision: int
    reason: str
    choices: list[SpecificationChoice]
    n_cells: int
    running: bool
    stale: bool
    reading: list[Span]
    controls: list[Control]  # effect, sort
    chart: Chart | None
    current: int  # cell that equals the model on screen; -1 if none
    pinned: int
    facts: list[Fact]
    note: str
    ladder: LadderView


class Check(TypedDict):
    """One line of the checks."""

    status: Literal["ok", "look", "note"]
    title: str
    detail: str


class TableView(TypedDict):
    """A small table, ready to print."""

    title: str
    columns: list[str]
    rows: list[list[str]]


class Panel(TypedDict):
    """A chart with its heading."""

    title: str
    text: str
    chart: Chart


class Diagnostics(TypedDict):
    """The Diagnostics tab."""

    revision: int
    reason: str
    look: bool  # a warning triangle on the tab
    checks: list[Check]
    panels: list[Panel]
    tables: list[TableView]
    influence: Literal["none", "offered", "running", "done"]
    influence_words: str


class Language(TypedDict):
    """Code in one language."""

    id: str
    label: str
    code: str


class Code(TypedDict):
    """The Code tab."""

    revision: int
    languages: list[Language]
    note: str


class Screen(TypedDict):
    """What is open."""

    tab: Tab
    folded: bool  # the diagram is a ribbon
    path: str | None  # whose popover is open, as "a_within"


# The synchronised traits, by name.
SECTIONS: dict[str, type] = {
    "columns": Columns,
    "draft": Draft,
    "status": Status,
    "progress": Progress,
    "messages": Message,
    "diagram": Diagram,
    "answer": Answer,
    "detail": PathDetail,
    "groups": Groups,
    "group_rows": GroupRows,
    "specifications": Specifications,
    "diagnostics": Diagnostics,
    "report": Report,
    "code": Code,
    "screen": Screen,
}
# Sections that may be null until there is something to show; and the one that is a list.
_TABS = {"groups", "group_rows", "specifications", "diagnostics", "report", "code"}
NULLABLE = frozenset({"progress", "answer", "detail", *_TABS})
LISTS = frozenset({"messages"})

# -- page to Python: gestures stand in `gesture_shapes`, and one of them is answered -------------


class Reply(TypedDict):
    """A custom message to the page that answers `Ask`; ``vega`` comes as one gzipped buffer."""

    kind: Literal["reply"]
    id: int
    what: str
    name: str  # of a file, for downloads
    text: str
    error: str

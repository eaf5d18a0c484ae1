"""The gestures: what the page sends, small dictionaries with a ``kind``."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

__all__ = ["GESTURES", "Role", "Tab"]

Role = Literal["exposure", "mediator", "outcome", "group", "covariate", "moderator"]
Tab = Literal["effects", "groups", "specifications", "diagnostics", "report", "code"]


class Assign(TypedDict):
    """Give a column a role; ``instead`` names the mediator that it replaces, if any."""

    kind: Literal["assign"]
    column: str
    role: Role
    instead: NotRequired[str | None]
    path: NotRequired[str | None]  # of a moderator, such as "a"


class Clear(TypedDict):
    """Take a column out of its role."""

    kind: Literal["clear"]
    column: str
    path: NotRequired[str | None]  # of a moderator; otherwise every role


class Choose(TypedDict):
    """Set a control of the options row."""

    kind: Literal["choose"]
    control: str
    value: str


class ToggleSlope(TypedDict):
    """Let a path vary across groups, or not."""

    kind: Literal["toggle_slope"]
    path: str


class Hold(TypedDict):
    """Let a path at one level be estimated ("free"), "zero", or "equal" across levels."""

    kind: Literal["hold"]
    parameter: str  # such as "a_within"
    value: str


class Split(TypedDict):
    """Split the exposure or a covariate by "latent" or "observed" means, or "within" only."""

    kind: Literal["split"]
    column: str
    value: str


class Undo(TypedDict):
    """Take the last change back."""

    kind: Literal["undo"]


class Redo(TypedDict):
    """Make it again."""

    kind: Literal["redo"]


class Show(TypedDict):
    """Open a tab, fold the diagram, open or close a path's popover."""

    kind: Literal["show"]
    tab: NotRequired[Tab]
    folded: NotRequired[bool]
    path: NotRequired[str | None]


class Layout(TypedDict):
    """Say how wide the diagram's box is, in CSS pixels."""

    kind: Literal["layout"]
    width: float


class Act(TypedDict):
    """Press a button of a message."""

    kind: Literal["act"]
    message: str
    action: str


class Cancel(TypedDict):
    """End the running job: keep what is done, or not."""

    kind: Literal["cancel"]
    keep: bool


class SelectGroups(TypedDict):
    """Select groups by position."""

    kind: Literal["select_groups"]
    positions: list[int]


class SetGroups(TypedDict):
    """Set a control of the Groups tab: effect, sort, color or shrink ("yes", "no")."""

    kind: Literal["set_groups"]
    control: str
    value: str


class SetSpecifications(TypedDict):
    """Set a control of the Specifications tab: effect or sort."""

    kind: Literal["set_specifications"]
    control: str
    value: str


class ChooseSpecifications(TypedDict):
    """Say which values of a choice to vary."""

    kind: Literal["choose_specifications"]
    name: str
    on: list[str]


class RunSpecifications(TypedDict):
    """Fit all of them."""

    kind: Literal["run_specifications"]


class LoadSpecification(TypedDict):
    """Make a cell of the comparison the model on screen, or pin it."""

    kind: Literal["load_specification"]
    cell: int
    pin: NotRequired[bool]


class RunLadder(TypedDict):
    """Build the model on screen up step by step."""

    kind: Literal["run_ladder"]


class RunInfluence(TypedDict):
    """Leave out each group in turn."""

    kind: Literal["run_influence"]


class SetReport(TypedDict):
    """Set a control of the Report tab: style, or smallest (a number or nothing)."""

    kind: Literal["set_report"]
    control: str
    value: str


class Judge(TypedDict):
    """Say whether an assumption is judged to hold."""

    kind: Literal["judge"]
    assumption: str
    held: bool


class Explain(TypedDict):
    """Give a reason for a decision of the log; an empty one takes it away."""

    kind: Literal["explain"]
    decision: str
    reason: str


class Note(TypedDict):
    """Write what theory says of a path; what is not named stays, and an empty note goes."""

    kind: Literal["note"]
    path: str  # such as "a_within": the note is on the path at every level
    construct: NotRequired[str]
    mechanism: NotRequired[str]
    standing: NotRequired[str]  # "", "testable" or "speculative"


class Ask(TypedDict):
    """Ask for something that is answered by a custom message of the same ``id``."""

    kind: Literal["ask"]
    id: int
    what: Literal["vega", "html", "svg", "session", "ping"]


GESTURES: dict[str, type] = {
    "assign": Assign,
    "clear": Clear,
    "choose": Choose,
    "toggle_slope": ToggleSlope,
    "hold": Hold,
    "split": Split,
    "undo": Undo,
    "redo": Redo,
    "show": Show,
    "layout": Layout,
    "act": Act,
    "cancel": Cancel,
    "select_groups": SelectGroups,
    "set_groups": SetGroups,
    "set_specifications": SetSpecifications,
    "choose_specifications": ChooseSpecifications,
    "run_specifications": RunSpecifications,
    "load_specification": LoadSpecification,
    "run_ladder": RunLadder,
    "run_influence": RunInfluence,
    "set_report": SetReport,
    "judge": Judge,
    "explain": Explain,
    "note": Note,
    "ask": Ask,
}

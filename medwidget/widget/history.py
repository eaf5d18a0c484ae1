"""Undo and redo over values that never change in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

__all__ = ["History", "Step"]

State = TypeVar("State")

# Steps that are remembered; a step is a small frozen value.
LONGEST = 500


@dataclass(frozen=True)
class _Step(Generic[State]):
    label: str
    before: State
    number: int
    when: str


@dataclass(frozen=True)
class Step(Generic[State]):
    """A change that was made.

    Attributes
    ----------
    number : int
        No other step of the history has it.
    label : str
    when : str
        Local time, to the minute.
    before, after : object
        The states.
    """

    number: int
    label: str
    when: str
    before: State
    after: State


class History(Generic[State]):
    """The present state, what it was before each change, and what it was before going back.

    Parameters
    ----------
    state : object
        The first state; states are compared with ``==`` and never changed.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._done: list[_Step[State]] = []
        self._undone: list[_Step[State]] = []
        self._count = 0

    @property
    def state(self) -> State:
        """The present state."""
        return self._state

    @property
    def before(self) -> State | None:
        """The state before the last change; None where there was none."""
        return self._done[-1].before if self._done else None

    @property
    def undo_label(self) -> str:
        """What `undo` would take back; empty where there is nothing."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """What `redo` would make again; empty where there is nothing."""
        return self._undone[-1].label if self._undone else ""

    def change(self, state: State, label: str) -> bool:
        """Go to a new state as one step; return whether it differs from the present one."""
        if state == self._state:
            return False
        self._count += 1
        self._done.append(_Step(label, self._state, self._count, _now()))
        del self._done[:-LONGEST]
        self._undone.clear()
        self._state = state
        return True

    def steps(self) -> Iterator[Step[State]]:
        """Yield the steps that led here and were not taken back, the first one first."""
        after = [*(step.before for step in self._done[1:]), self._state]
        for step, state in zip(self._done, after, strict=False):
            yield Step(step.number, step.label, step.when, step.before, state)

    def amend(self, state: State) -> None:
        """Replace the present state; it is no step of its own."""
        self._state = state

    def undo(self) -> bool:
        """Go one step back; return whether there was one."""
        return self._move(self._done, self._undone)

    def redo(self) -> bool:
        """Make the step again that was taken back last; return whether there was one."""
        return self._move(self._undone, self._done)

    def _move(self, source: list[_Step[State]], target: list[_Step[State]]) -> bool:
        if not source:
            return False
        step = source.pop()
        target.append(_Step(step.label, self._state, step.number, step.when))
        self._state = step.before
        return True


def _now() -> str:
    return datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")

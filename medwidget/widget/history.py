"""Undo and redo over values that never change in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["History"]

State = TypeVar("State")

# Steps that are remembered; a step is a small frozen value.
LONGEST = 500


@dataclass(frozen=True)
class _Step(Generic[State]):
    label: str
    before: State


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
        self._done.append(_Step(label, self._state))
        del self._done[:-LONGEST]
        self._undone.clear()
        self._state = state
        return True

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
        target.append(_Step(step.label, self._state))
        self._state = step.before
        return True

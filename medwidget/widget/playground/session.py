"""The playground without a browser: what has been set, and the work that follows from it.

Two threads work: one draws the data and fits the centring that is looked at, after every change;
one fits the other centrings once nothing has changed for a moment. In both the latest wins: what
waits is replaced, and a long fit for a state that has been left is given up. What has been fitted
is kept for a while, and not fitted again when a slider or undo comes back to it.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from medwidget.errors import ModelError
from medwidget.result import MediationResult
from medwidget.widget.history import History
from medwidget.widget.jobs import start_worker
from medwidget.widget.playground.controls import controls, spoken
from medwidget.widget.playground.fits import Fits, fitted
from medwidget.widget.playground.frame import Drawn, frame
from medwidget.widget.playground.shapes import Frame
from medwidget.widget.playground.state import CENTERINGS, State

__all__ = ["PlaygroundSession"]

# Seconds without a change after which the other centrings are fitted: usually, and while a slider
# is held, which needs the processor for itself. Who looks at a place for longer is likely to let go
# there.
QUIET = 0.06
HELD = 0.25
# Centrings that are fitted while a slider moves; others would make it falter.
QUICK = ("group-mean", "none")


class PlaygroundSession:
    """Follows gestures, draws, fits, and publishes sections.

    Parameters
    ----------
    state : State
    publish : callable
        Takes sections by name.
    """

    def __init__(self, state: State, publish: Callable[[dict[str, Any]], None]) -> None:
        self.history = History(state)
        self.beginning = state
        self.lock = threading.RLock()
        self._publish = publish
        self._publishing = threading.Lock()
        self._drag: object = None
        self._turn = 0
        self._quiet = QUIET
        self._fits = Fits()
        self._drawn = Drawn.of(state)
        self.frame: Frame | None = None
        self._painted: State | None = None
        self._painting = threading.Lock()
        self.failure = ""
        self._quick = start_worker("medwidget-playground", ("frame",), self._failed)
        self._slow = start_worker("medwidget-playground-others", ("others",), self._failed)
        self._follow()

    # -- what is known ------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """What is set at present."""
        return self.history.state

    @property
    def drawn(self) -> Drawn:
        """The data of the present state."""
        with self.lock:
            if self._drawn.state.data_key != self.state.data_key:
                self._drawn = Drawn.of(self.state)
            elif self._drawn.state != self.state:
                self._drawn = Drawn(self.state, self._drawn.sample)
            return self._drawn

    def result(self, centering: str) -> MediationResult | None:
        """Return the result of a centring for the present state, if there is one yet."""
        with self.lock:
            found = self._fits.of(self.state, centering)
            return None if found is None else found.result

    # -- gestures -----------------------------------------------------------------------------

    def gesture(self, content: Mapping[str, Any]) -> None:
        """Do what the page asks for.

        Parameters
        ----------
        content : mapping
            With a ``kind``: set, release, story, centering, new_data, reset, undo or redo. Those
            of one drag carry the same ``drag``, and ``held`` while the slider is not let go.

        Raises
        ------
        ModelError
            If it asks for something that there is not.
        """
        with self.lock:
            turn = content.get("turn")
            if isinstance(turn, int) and not isinstance(turn, bool):
                self._turn = turn
            self._do(content)
            released = content.get("kind") == "release"
            self._quiet = 0.0 if released else HELD if content.get("held") is True else QUIET
        if released:
            self._let_go()
        else:
            self._follow(moving=content.get("drag") is not None)

    def _do(self, content: Mapping[str, Any]) -> None:
        state = self.state
        match content.get("kind"):
            case "set":
                name, drag = str(content.get("name")), content.get("drag")
                changed = state.with_setting(name, content.get("value"))
                if drag is not None and drag == self._drag:
                    self.history.amend(changed)
                elif self.history.change(changed, spoken(name)):
                    self._drag = drag
                return
            case "release":
                return
            case "story":
                changed = State.of_story(str(content.get("name")), state.centering)
                self.history.change(changed, "story")
            case "centering":
                changed = state.with_centering(str(content.get("value")))
                self.history.change(changed, "centring")
            case "new_data":
                self.history.change(
                    state.with_seed(content.get("seed", state.seed + 1)), "new data"
                )
            case "reset":
                begun = State.of_story(state.story) if state.story else self.beginning
                self.history.change(begun.with_centering(state.centering), "reset")
            case "undo":
                self.history.undo()
            case "redo":
                self.history.redo()
            case kind:
                raise ModelError(f"The playground knows no gesture {kind!r}.")
        self._drag = None

    # -- work ---------------------------------------------------------------------------------

    def _follow(self, *, moving: bool = False) -> None:
        if not moving:  # else the controls come with the frame, in one message
            self._show({"controls": controls(self.history, self._turn)})
        self._slow.discard("others")
        self._quick.submit("frame", self._answer)

    def _let_go(self) -> None:
        """Fit the others at once; the frame of the last place is on its way, or on screen."""
        self._show({"controls": controls(self.history, self._turn)})
        if self._painted == self.state:
            self._submit_others(0.0)

    def _submit_others(self, delay: float) -> None:
        if self.frame and not self.frame["settled"]:
            self._slow.submit("others", self._others, delay)

    def _answer(self) -> None:
        """Draw the data and fit the centring that is looked at."""
        with self.lock:
            state, drawn, turn = self.state, self.drawn, self._turn
        chosen = state.centering if state.centering in QUICK else QUICK[0]
        self._fit(state, chosen, drawn)
        self._paint(drawn, turn)
        self._submit_others(self._quiet)

    def _others(self) -> None:
        """Fit what is not fitted yet, the centring that is looked at first."""
        with self.lock:
            state, drawn, turn = self.state, self.drawn, self._turn
        order = sorted(CENTERINGS, key=lambda name: (name != state.centering, name == "latent"))
        for centering in order:
            if self._left(state):
                return
            if self._fit(state, centering, drawn, lambda: not self._left(state)):
                self._paint(drawn, turn, unless_left=True)

    def _fit(
        self, state: State, centering: str, drawn: Drawn, goes_on: Callable[[], bool] = lambda: True
    ) -> bool:
        """Fit a centring unless that has been done; return whether something new is known."""
        with self.lock:
            if self._fits.of(state, centering) is not None:
                return False
        found = fitted(state, centering, drawn.data, goes_on)
        if found is None:
            return False
        with self.lock:
            self._fits.add(centering, found)
        return True

    def _left(self, state: State) -> bool:
        return state.data_key != self.state.data_key

    def _paint(self, drawn: Drawn, turn: int, *, unless_left: bool = False) -> None:
        with self._painting:  # else a frame of the others could follow one that is newer
            with self.lock:
                left = self._left(drawn.state)
                if left and unless_left:
                    return
                if not left:
                    drawn, turn = self.drawn, self._turn
                fits = self._fits.shown(drawn.state)
                set_now = controls(self.history, self._turn)
            made = frame(drawn, fits, turn)
            self.frame, self._painted = made, drawn.state
            self._show({"controls": set_now, "frame": made})

    def _show(self, sections: dict[str, Any]) -> None:
        with self._publishing:
            self._publish(sections)

    def _failed(self, slot: str, error: BaseException) -> None:
        self.failure = "".join(traceback.format_exception(error))

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until everything is fitted and shown; return whether it came to that.

        Raises
        ------
        RuntimeError
            If work has failed that should not.
        """
        done = self._quick.wait(timeout) and self._slow.wait(timeout)
        if self.failure:
            raise RuntimeError(self.failure)
        return done

    def close(self) -> None:
        """End all work."""
        self._quick.close()
        self._slow.close()

"""The playground as an AnyWidget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from medwidget.errors import MedwidgetError
from medwidget.result import MediationResult
from medwidget.studies.teaching.settings import Settings, truth
from medwidget.studies.teaching.stories import STORIES
from medwidget.widget.asked import bundle
from medwidget.widget.outlet import Outlet
from medwidget.widget.playground.code import script
from medwidget.widget.playground.fallback import fallback_html
from medwidget.widget.playground.session import PlaygroundSession
from medwidget.widget.playground.state import State
from medwidget.widget.widget import MediationWidget

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Playground"]

# A playground that is shown waits so long for its first numbers.
FIRST_ANSWER = 2.0


class Playground(anywidget.AnyWidget):
    """Sliders, data with a known truth, and what each analysis makes of them.

    Parameters
    ----------
    story : str, optional
        One of `Playground.stories`; without it and without settings, the first.
    seed : int, optional
        Same seed, same data.
    centering : {"group-mean", "latent", "none"}
        That is looked at first.
    **settings
        Any of ``groups``, ``size``, ``unequal``, ``icc``, ``reliability``, ``a_within``,
        ``b_within``, ``direct_within``, ``a_between``, ``b_between``, ``direct_between``, ``sd_a``,
        ``sd_b``, ``sd_direct`` and ``cov_ab``.

    Attributes
    ----------
    settings : dict
        Present value of each setting.
    data : pandas.DataFrame
        Columns group, x, m and y.
    truth : dict
        The effects in the population that the data come from.
    result : MediationResult or None
        Under the centring that is looked at; None while it is fitted.

    Examples
    --------
    >>> import medwidget as mw
    >>> playground = mw.Playground("sign")
    >>> playground.set(a_within=0.25).wait()
    True
    >>> playground.truth["indirect_within"]
    0.125
    >>> playground.data.shape
    (400, 4)
    >>> playground.close()
    """

    _esm = bundle("playground.js")
    _css = bundle("playground.css")

    _controls = traitlets.Any(None).tag(sync=True)
    _frame = traitlets.Any(None).tag(sync=True)

    #: Titles of the stories, by name.
    stories: Mapping[str, str] = {story.name: story.title for story in STORIES.values()}

    def __init__(
        self,
        story: str | None = None,
        *,
        seed: int | None = None,
        centering: str = "group-mean",
        **settings: Any,
    ) -> None:
        begun = _first(story, settings).with_centering(centering)
        outlet = Outlet()
        self.session = PlaygroundSession(
            begun if seed is None else begun.with_seed(seed), outlet.publish
        )
        super().__init__(**{f"_{name}": value for name, value in outlet.take().items()})
        self.on_msg(self._receive)
        outlet.connect(self._show, lambda: None)

    def _show(self, sections: dict[str, Any]) -> None:
        with self.hold_sync():
            for name, value in sections.items():
                setattr(self, f"_{name}", value)

    def _receive(self, _: object, content: Any, buffers: object) -> None:
        if not isinstance(content, Mapping):
            return
        if content.get("kind") == "ask":
            self._answer(content)
            return
        try:
            self.session.gesture(content)
        except MedwidgetError as error:
            self.log.warning("%s", error)

    def _answer(self, content: Mapping[str, Any]) -> None:
        """Answer that Python is there, or open the data in a widget and say which one it is."""
        reply = {"kind": "reply", "id": content.get("id", -1), "what": str(content.get("what"))}
        reply |= {"name": "", "text": "", "error": ""}
        try:
            if reply["what"] == "open":
                reply["text"] = str(self.widget().model_id)
        except MedwidgetError as error:
            reply["error"] = str(error)
        self.send(reply)

    # -- twins of gestures --------------------------------------------------------------------

    def set(self, **settings: float) -> Playground:
        """Move settings; each is a step that can be undone."""
        for name, value in settings.items():
            self.session.gesture({"kind": "set", "name": name, "value": value})
        return self

    def load(self, story: str) -> Playground:
        """Begin a story."""
        return self._do("story", name=story)

    def choose(self, centering: str) -> Playground:
        """Look at another centring."""
        return self._do("centering", value=centering)

    def new_data(self, seed: int | None = None) -> Playground:
        """Draw other data with the same settings; without a seed the next one."""
        return self._do("new_data") if seed is None else self._do("new_data", seed=seed)

    def reset(self) -> Playground:
        """Return to the settings and the seed that the story, or the playground, began with."""
        return self._do("reset")

    def undo(self) -> Playground:
        """Take the last change back."""
        return self._do("undo")

    def redo(self) -> Playground:
        """Make it again."""
        return self._do("redo")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until everything is fitted and shown; return whether it came to that."""
        return self.session.wait(timeout)

    def _do(self, kind: str, **entries: Any) -> Playground:
        self.session.gesture({"kind": kind, **entries})
        return self

    # -- what may be taken along --------------------------------------------------------------

    @property
    def settings(self) -> dict[str, float]:
        """Present value of each setting."""
        return self.session.state.settings.as_dict()

    @property
    def seed(self) -> int:
        """Of the data."""
        return self.session.state.seed

    @property
    def truth(self) -> dict[str, float]:
        """Effects in the population that the data come from."""
        return truth(self.session.state.settings)

    @property
    def data(self) -> pd.DataFrame:
        """Data of the present settings: columns group, x, m and y."""
        return self.session.drawn.data.copy()

    @property
    def result(self) -> MediationResult | None:
        """Under the centring that is looked at; None while it is fitted."""
        return self.session.result(self.session.state.centering)

    def code(self) -> str:
        """Return Python code that makes the data again and fits them."""
        return script(self.session.state)

    def widget(self) -> MediationWidget:
        """Return a widget on the present data and model."""
        state = self.session.state
        return MediationWidget(self.data, state.model(), name="playground")

    def close(self) -> None:
        """End all work and take the playground off the page."""
        session = self.__dict__.get("session")
        if session is not None:
            session.close()
        super().close()

    def __repr__(self) -> str:
        state = self.session.state
        values = {"seed": state.seed, **state.settings.as_dict(changed_only=True)}
        return f"Playground({', '.join(f'{k}={v!r}' for k, v in values.items())})"

    def _repr_mimebundle_(self, **arguments: Any) -> Any:
        self.session.wait(FIRST_ANSWER)
        shown: Any = super()._repr_mimebundle_(**arguments)
        data, metadata = shown if isinstance(shown, tuple) else (shown or {}, {})
        html = fallback_html(self.session.frame)
        return {**data, "text/html": html, "text/plain": repr(self)}, metadata


def _first(story: str | None, settings: Mapping[str, Any]) -> State:
    if story is None and settings:
        return State(Settings().changed(**settings))
    begun = State.of_story(next(iter(STORIES)) if story is None else story)
    for name, value in settings.items():
        begun = begun.with_setting(name, value)
    return begun

"""Python that makes the data of a playground again and fits them."""

from __future__ import annotations

from medwidget.widget.playground.fits import INTERVAL
from medwidget.widget.playground.state import State

__all__ = ["script"]


def script(state: State) -> str:
    """Return code for the data and the main rows of the table.

    Parameters
    ----------
    state : State
    """
    values = state.settings.as_dict(changed_only=True)
    given = [f"    {name}={value!r}," for name, value in {"seed": state.seed, **values}.items()]
    slopes = state.settings.random_slopes
    varying = [f"    random_slopes={slopes!r},"] if slopes else []
    return "\n".join(
        [
            "import medwidget as mw",
            "",
            "# The same seed and settings give the same data.",
            "playground = mw.Playground(",
            *given,
            ")",
            "data = playground.data",
            "print(playground.truth)",
            "",
            "model = mw.MediationModel(",
            '    "x", "m", "y", group="group",',
            f'    centering="{state.centering}",',
            *(varying or ["    random_slopes=(),"]),
            ")",
            f'result = mw.fit(model, data, interval="{INTERVAL}")',
            "print(result.effects)",
            "",
        ]
    )

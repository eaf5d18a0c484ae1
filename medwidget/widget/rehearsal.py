"""One small answer before the first real one: libraries are imported, pictures are prepared.

What takes a second once is done on a thread of its own while the user still looks at the page.
"""

from __future__ import annotations

import threading

__all__ = ["rehearse", "rehearsed"]

_done = threading.Event()
_one_at_a_time = threading.Lock()


def rehearsed() -> bool:
    """Tell whether an answer can be had without delay."""
    return _done.is_set()


def rehearse() -> None:
    """Fit a small made-up data set and show it to nobody; only the first call does anything."""
    with _one_at_a_time:
        if _done.is_set():
            return
        try:
            _answer()
        finally:
            _done.set()


def _answer() -> None:
    import numpy as np
    import pandas as pd

    from medwidget.pipeline.run import fit
    from medwidget.spec.model import MediationModel
    from medwidget.views.diagram.sketch import draw, legend, ribbon, sketch_of
    from medwidget.views.text.nouns import Nouns
    from medwidget.widget.panes.answer import answer_pane

    rng = np.random.default_rng(0)
    n_groups, size = 12, 6
    group = np.repeat(np.arange(n_groups), size)
    x, m, y = (
        rng.standard_normal((3, n_groups * size)) + rng.standard_normal((3, n_groups))[:, group]
    )
    data = pd.DataFrame({"x": x, "m": m + x, "y": y + m + x, "group": group})
    result = fit(MediationModel("x", "m", "y", group="group"), data)
    sketch = sketch_of(result)
    draw(sketch)
    ribbon(sketch)
    legend(sketch)
    answer_pane(result, Nouns(), 0)

"""The model ladder in the Specifications tab, as tables of texts."""

from __future__ import annotations

from medwidget.studies.ladder_record import Ladder
from medwidget.views.text.document import Listing, Paragraph, TextTable
from medwidget.views.text.ladder_words import document
from medwidget.widget import messages

__all__ = ["ladder_view"]


def ladder_view(
    ladder: Ladder | None = None, *, running: bool = False, stale: bool = False, reason: str = ""
) -> messages.LadderView:
    """Return what is shown of a ladder: its tables, then what limits their reading.

    Parameters
    ----------
    ladder : Ladder, optional
        The last one built.
    running, stale : bool
        Whether one is under way, and whether the model on screen is another one.
    reason : str
        Why it could not be built.
    """
    view: messages.LadderView = {
        "running": running,
        "stale": stale,
        "reason": reason,
        "tables": [],
        "notes": [],
    }
    if ladder is None:
        return view
    for section in document(ladder).sections:
        for block in section.blocks:
            if isinstance(block, TextTable):
                view["tables"].append(_table(section.title, block))
            elif isinstance(block, Listing):
                view["notes"] += [": ".join(filter(None, (i.tag, i.text))) for i in block.items]
            elif isinstance(block, Paragraph):
                view["notes"].append(block.text)
    return view


def _table(title: str, table: TextTable) -> messages.LadderTable:
    return {
        "title": title,
        "columns": list(table.header),
        "rows": [list(row) for row in table.rows],
        "n_labels": table.n_labels,
    }

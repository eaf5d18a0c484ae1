"""Undo and redo, against a list of all states."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medwidget.widget.history import LONGEST, History

STEPS = st.lists(st.one_of(st.integers(0, 3), st.sampled_from(["undo", "redo"])), max_size=60)


@given(STEPS)
def test_it_follows_a_list_of_states_with_a_place_in_it(steps: list[int | str]) -> None:
    history = History(0)
    states, place = [0], 0
    for step in steps:
        if step == "undo":
            assert history.undo() == (place > 0)
            place = max(place - 1, 0)
        elif step == "redo":
            assert history.redo() == (place < len(states) - 1)
            place = min(place + 1, len(states) - 1)
        else:
            assert isinstance(step, int)
            changed = step != states[place]
            assert history.change(step, f"to {step}") == changed
            if changed:
                states = [*states[: place + 1], step]
                place += 1
        assert history.state == states[place]
        assert bool(history.undo_label) == (place > 0)
        assert bool(history.redo_label) == (place < len(states) - 1)
        assert history.before == (states[place - 1] if place else None)


def test_labels_say_what_would_be_taken_back_and_made_again() -> None:
    history = History("a")
    history.change("b", "make it b")
    history.change("c", "make it c")
    assert (history.undo_label, history.redo_label) == ("make it c", "")
    history.undo()
    assert (history.undo_label, history.redo_label) == ("make it b", "make it c")


def test_only_so_many_steps_are_remembered() -> None:
    history = History(0)
    for number in range(1, LONGEST + 50):
        history.change(number, "count")
    steps = 0
    while history.undo():
        steps += 1
    assert steps == LONGEST


def test_to_amend_is_no_step() -> None:
    history = History(0)
    history.change(1, "one")
    history.amend(5)
    assert history.state == 5
    history.undo()
    assert history.state == 0

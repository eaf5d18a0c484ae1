import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medwidget as mw
from medwidget.errors import ModelError, UnsupportedError
from medwidget.spec.columns import ColumnInfo
from medwidget.spec.frozen import FrozenDict
from medwidget.spec.levels import Level
from medwidget.views.text.nouns import Nouns
from medwidget.widget.choices import GroupChoices, SpecificationChoices, State
from medwidget.widget.draft import Draft
from medwidget.widget.rebinding import differences
from medwidget.widget.saved import DataFacts, data_facts, read_record, session_record
from tests.views.results import CASES, TAG, dataset, hostile, result

NOUNS = Nouns("school", "pupil")
SCREEN = {"tab": "groups", "folded": True, "path": "a_within"}


def state_of(found, **settings):
    given = {"estimator": "reml", "level": 0.9, "seed": 7, **settings}
    return State(
        Draft.from_model(found.model, **given),
        GroupChoices("b", "size", "age", False, (3, 1)),
        SpecificationChoices(FrozenDict({"centering": ("none",)}), "indirect", "aic", 2),
    )


def record_of(found, data=None, **settings):
    labels = list(found.group_effects.index)
    return session_record(
        state_of(found, **settings),
        name="schools",
        nouns=NOUNS,
        data=data or DataFacts(tuple(found.model.columns), n_rows=9, n_groups=3),
        screen=SCREEN,
        result=found,
        labels=labels,
    )


@pytest.mark.parametrize("name", CASES)
def test_a_session_comes_back_as_it_was(name):
    found = result(name)
    record = json.loads(json.dumps(record_of(found), allow_nan=False))
    saved = read_record(record)
    before = state_of(found)
    assert saved.state.draft == before.draft
    assert saved.state.draft.to_model() == found.model
    assert saved.state.groups == GroupChoices("b", "size", "age", False)
    assert saved.state.specifications == SpecificationChoices(
        FrozenDict({"centering": ("none",)}), "indirect", "aic"
    )
    assert saved.nouns == NOUNS
    assert saved.screen == {"tab": "groups", "folded": True}


@pytest.mark.parametrize(
    "interval", ["profile", mw.Bootstrap(kind="parametric", samples=25), mw.Delta(order=2)]
)
def test_an_interval_keeps_its_options(interval):
    record = json.loads(json.dumps(record_of(result("army"), interval=interval)))
    assert read_record(record).state.draft.interval == interval


def test_what_cannot_be_saved_is_said():
    class Own:
        name = "own"

        def unsupported(self, model):
            return None

        def fit(self, *_):
            raise NotImplementedError

    with pytest.raises(UnsupportedError, match="object of your own"):
        record_of(result("army"), estimator=Own())


def test_selected_groups_are_kept_by_label():
    found = result("moderated")
    labels = list(found.group_effects.index)
    saved = read_record(json.loads(json.dumps(record_of(found))))
    assert saved.selected == (labels[3], labels[1])
    assert saved.positions(reversed(labels)) == (len(labels) - 4, len(labels) - 2)
    assert saved.positions(labels[:2]) == (1,)


def test_hostile_names_come_back():
    record = json.loads(json.dumps(record_of(hostile())))
    assert read_record(record).state.draft.exposure == TAG


def test_no_value_of_the_data_is_saved():
    text = json.dumps(record_of(result("moderated")))
    data = dataset("schools")
    assert repr(float(data["ses"].iloc[5])) not in text
    assert repr(float(data["mathach"].iloc[5])) not in text


# -- what is not a session ------------------------------------------------------------------------


@pytest.mark.parametrize("record", [None, [], {}, "text", {"kind": "medwidget session"}, 3.5])
def test_what_is_no_session_is_refused(record):
    with pytest.raises(ModelError, match=r"[Ss]ession"):
        read_record(record)


def test_a_newer_format_is_refused():
    record = {**record_of(result("army")), "format": 99}
    with pytest.raises(ModelError, match="format 99"):
        read_record(record)


def places(value, path=()):
    """Yield the way to every value inside a record."""
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield from places(item, (*path, key))


@given(data=st.data())
def test_a_damaged_session_is_refused_or_read(data):
    record = copy.deepcopy(json.loads(json.dumps(record_of(result("moderated")))))
    way = data.draw(st.sampled_from([path for path in places(record) if path]))
    junk = data.draw(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.text(max_size=3),
            st.just([]),
            st.just({}),
            st.just([[1]]),
            st.floats(),
        )
    )
    inside = record
    for key in way[:-1]:
        inside = inside[key]
    if data.draw(st.booleans()):
        inside[way[-1]] = junk
    else:
        del inside[way[-1]]
    try:
        saved = read_record(record)
    except (ModelError, UnsupportedError):
        return
    saved.state.draft.to_model()


# -- another data frame ---------------------------------------------------------------------------


def info(name, kind="numeric", level=Level.INDIVIDUAL):
    return ColumnInfo(name, kind, "float64", level)


ALL = (*result("moderated").model.columns, "old")


def facts(names=ALL, **changes):
    infos = {name: info(name) for name in ("minority", "ses", "mathach")}
    infos |= changes.pop("infos", {})
    return data_facts(names, changes.get("n_rows", 7185), changes.get("n_groups", 160), infos)


def saved_with(data):
    return read_record(json.loads(json.dumps(record_of(result("moderated"), data))))


def test_the_same_data_differ_in_nothing():
    assert differences(saved_with(facts()), facts(), result("moderated")) == ()


def test_columns_that_are_gone_or_new_are_told():
    now = facts(("minority", "mathach", "school", "new"))
    told = differences(saved_with(facts()), now)
    assert told[0] == (
        "ses, female, catholic, size, disclim are not in these data, so the roles they held are "
        "free."
    )
    assert "No longer in the data, and not used: old." in told
    assert "New in the data: new." in told


def test_types_and_levels_that_changed_are_told():
    now = facts(
        infos={"ses": info("ses", "categorical"), "minority": info("minority", level=Level.GROUP)}
    )
    told = differences(saved_with(facts()), now)
    assert "ses was numeric and is text now." in told
    assert "minority was individual-level and is group-level now." in told


def test_sizes_and_estimates_that_changed_are_told():
    found = result("moderated")
    data = dataset("schools")
    fewer = data[data["school"].isin(data["school"].unique()[:80])]
    again = mw.fit(found.model, fewer, estimator="reml", interval=mw.Delta(order=2))
    told = differences(saved_with(facts()), facts(n_rows=len(fewer), n_groups=80), again)
    assert f"{len(fewer):,} rows now, 7,185 before." in told
    assert "80 schools now, 160 before." in told
    effect = next(line for line in told if line.startswith("Indirect, within: "))
    assert "[" in effect
    assert effect.endswith(" before.")

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import medwidget as mw
from medwidget.spec.model import CENTERINGS, COVARIANCES
from medwidget.studies.plan import Plan
from tests.pipeline.strategies import HOSTILE
from tests.views.words import forbidden

WRITTEN = "2026-01-31T12:00:00Z"


@pytest.fixture(scope="module")
def bpg():
    return mw.load_dataset("bpg")


def model(**options):
    return mw.MediationModel("x", "m", "y", group="id", **options)


def plan_of(**options):
    return mw.preregister(model(), **{"written": WRITTEN, **options})


FULL = {
    "title": "Stress and conflict",
    "hypotheses": {"indirect_within": "positive: more of x goes with more of y by way of m"},
    "smallest_effects": {"indirect_within": 0.05},
    "interval": mw.Bootstrap(samples=500),
    "level": 0.9,
    "seed": 20,
    "n_rows": 800,
    "n_groups": 100,
    "stopping_rule": "100 persons have taken part",
    "exclusions": ["persons with fewer than four days"],
    "comparisons": ["without random slopes", model(random_slopes=())],
}

# -- the file ---------------------------------------------------------------------------------

texts = st.text(max_size=20) | st.sampled_from(HOSTILE)


@st.composite
def plans(draw):
    columns = draw(st.lists(texts.filter(bool), min_size=5, max_size=5, unique=True))
    chosen = mw.MediationModel(
        *columns[:4],
        covariates={columns[4]: draw(st.sampled_from([None, [columns[2]]]))},
        centering=draw(st.sampled_from([each for each in CENTERINGS if each != "latent"])),
        random_covariance=draw(st.sampled_from(COVARIANCES)),
        random_slopes=draw(st.sampled_from([(), ("a",), ("a", "b", "direct")])),
    )
    sizes = st.floats(min_value=1e-300, max_value=1e300)
    return mw.preregister(
        chosen,
        title=draw(texts),
        hypotheses=draw(st.lists(texts, max_size=3) | st.dictionaries(texts, texts, max_size=3)),
        smallest_effects=draw(st.dictionaries(texts, sizes, max_size=3)),
        interval=draw(st.sampled_from([None, "delta", mw.MonteCarlo(123), mw.Bootstrap()])),
        level=draw(st.floats(min_value=0.5, max_value=0.999)),
        seed=draw(st.integers(min_value=0, max_value=2**40)),
        n_rows=draw(st.none() | st.integers(min_value=1, max_value=10**9)),
        stopping_rule=draw(texts),
        exclusions=draw(st.lists(texts, max_size=3)),
        comparisons=draw(st.lists(texts | st.just(chosen), max_size=3)),
    )


@given(plans())
def test_a_plan_survives_json(plan):
    again = Plan.from_json(plan.to_json())
    assert again == plan
    assert again.sha256 == plan.sha256
    assert again.to_json() == plan.to_json()
    assert hash(again) == hash(plan)


@given(plans())
def test_markdown_holds_no_markup_of_the_users(plan):
    text = plan.to_markdown()
    outside = [line for line in text.splitlines() if "`" not in line and "    " not in line]
    assert not any("<img" in line.replace("\\<", "") for line in outside)
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert len([line for line in headings if line.startswith("## ")]) == 6
    assert plan.sha256 in text


def test_the_hash_is_that_of_canonical_json():
    plan = plan_of(**FULL)
    record = json.loads(plan.to_json())
    claimed = record.pop("sha256")
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":")).encode("ascii")
    assert claimed == hashlib.sha256(canonical).hexdigest() == plan.sha256


def paths_of(value, at=()):
    """Yield where every plain value of a record is."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths_of(item, (*at, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from paths_of(item, (*at, place))
    else:
        yield at


def changed(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return "other" if value is None else f"{value}!"


@pytest.mark.parametrize("path", list(paths_of(plan_of(**FULL).to_dict())), ids=str)
def test_any_change_shows(path):
    record = plan_of(**FULL).to_dict()
    inside = record
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = changed(inside[path[-1]])
    with pytest.raises(mw.ModelError, match=r"was changed after|not a plan|saved in format"):
        Plan.from_json(json.dumps(record))


def test_additions_and_removals_show():
    record = plan_of(**FULL).to_dict()
    with pytest.raises(mw.ModelError, match="was changed"):
        Plan.from_dict({**record, "extra": 1})
    for name in set(record) - {"kind", "format"}:
        with pytest.raises(mw.ModelError, match="was changed"):
            Plan.from_dict({key: value for key, value in record.items() if key != name})


def test_a_new_hash_for_a_changed_plan_shows_beside_the_one_that_was_kept():
    kept = plan_of(**FULL).sha256
    forged = plan_of(**{**FULL, "seed": 21})
    assert Plan.from_json(forged.to_json()) == forged
    with pytest.raises(mw.ModelError, match="another plan than the one whose hash was kept"):
        Plan.from_json(forged.to_json(), sha256=kept)
    assert Plan.from_json(plan_of(**FULL).to_json(), sha256=kept.upper()).seed == 20


def test_a_plan_of_an_older_version_keeps_its_hash():
    record = plan_of().to_dict()
    record.pop("sha256")
    record["model"].pop("covariate_centering")  # as if the model had not known it then
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":")).encode("ascii")
    record["sha256"] = hashlib.sha256(canonical).hexdigest()
    plan = Plan.from_dict(record)
    assert plan.sha256 == record["sha256"]
    assert plan.model == model()
    assert Plan.from_json(plan.to_json()).sha256 == plan.sha256


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "3", '{"kind": "medwidget session"}'])
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(mw.ModelError, match="not"):
        Plan.from_json(text)


def test_files_are_written_once(tmp_path):
    plan = plan_of(**FULL, path=tmp_path / "plan")
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["plan.json", "plan.md"]
    assert Plan.read(tmp_path / "plan.json") == plan
    with pytest.raises(mw.ModelError, match="not written over"):
        plan_of(path=tmp_path / "plan.json")
    with pytest.raises(mw.DataError, match="cannot be written"):
        plan_of(path=tmp_path / "absent" / "plan")
    with pytest.raises(mw.DataError, match="cannot be read"):
        Plan.read(tmp_path / "absent.json")


def test_half_a_surrogate_pair_in_a_name_is_saved(tmp_path):
    chosen = mw.MediationModel("\ud800", "m", "y", group="id")
    plan = mw.preregister(chosen, path=tmp_path / "odd")
    assert Plan.read(tmp_path / "odd.json") == plan


# -- what may be planned ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"estimator": "magic"}, "estimator='magic' cannot be planned"),
        ({"interval": "magic"}, "interval='magic'"),
        ({"level": 2}, "level=2"),
        ({"seed": -1}, "seed=-1"),
        ({"n_rows": 0}, "n_rows=0"),
        ({"n_groups": True}, "n_groups=True"),
        ({"smallest_effects": {"a": -1}}, "smallest_effects: 'a' has -1"),
        ({"smallest_effects": {"a": float("nan")}}, "smallest_effects: 'a' has nan"),
        ({"smallest_effects": [1]}, "must map an effect"),
        ({"exclusions": "none"}, "must be a list"),
        ({"hypotheses": [3]}, "must be text"),
        ({"title": 3}, "must be text"),
    ],
)
def test_arguments_are_checked(options, words):
    with pytest.raises(mw.ModelError, match=words):
        plan_of(**options)


def test_data_are_refused(bpg):
    with pytest.raises(mw.ModelError, match="takes a MediationModel and no data"):
        mw.preregister(bpg)
    with pytest.raises(mw.UnsupportedError, match="binomial"):
        mw.preregister(model(families={"y": "binomial"}))


# -- deviations -------------------------------------------------------------------------------


def test_what_was_done_as_planned_differs_in_nothing(bpg):
    found = mw.fit(model(), bpg).deviations(plan_of(n_rows=800, n_groups=100))
    assert len(found) == 0
    assert found.as_planned
    assert found.table.empty
    assert "Nothing that a result shows." in found.summary()


CHANGES = {
    "exposure": {"exposure": "m", "mediators": "x"},
    "centering": {"centering": "within"},
    "random_slopes": {"random_slopes": ()},
    "random_covariance": {"random_covariance": "diagonal"},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_model_shows(bpg, name):
    result = mw.fit(model().replace(**CHANGES[name]), bpg)
    found = result.deviations(plan_of())
    assert name in found.table.index
    assert set(found.table["kind"]) == {"changed"}
    assert set(found.table.index) == set(CHANGES[name])
    assert not found.as_planned
    assert all(sentence.endswith("was used.") for sentence in found.sentences)


@pytest.mark.parametrize(
    ("changes", "what", "planned", "done"),
    [
        ({"estimator": "reml"}, "estimator", "'ml'", "'reml'"),
        ({"interval": "delta"}, "interval", "'monte-carlo'", "'delta'"),
        ({"interval": None}, "interval", "'monte-carlo'", "none"),
        ({"interval": mw.MonteCarlo(500)}, "interval: samples", "10000", "500"),
        ({"level": 0.8}, "level", "0.95", "0.8"),
        ({"seed": 2}, "seed", "1", "2"),
    ],
)
def test_a_changed_setting_shows(bpg, changes, what, planned, done):
    found = mw.fit(model(), bpg, **changes).deviations(plan_of())
    assert found.table.index.tolist() == [what]
    assert found.table.loc[what, ["planned", "found", "kind"]].tolist() == [
        planned,
        done,
        "changed",
    ]


def test_another_sample_and_rows_left_out_show(bpg):
    holes = bpg.copy()
    holes.loc[:4, "m"] = np.nan
    found = mw.fit(model(), holes).deviations(plan_of(n_rows=900, n_groups=100))
    assert found.table["kind"].to_dict() == {"n_rows": "changed", "rows left out": "changed"}
    assert "900 rows were planned; the data have 800." in found.sentences
    assert any("5 of 800" in sentence and "'m'" in sentence for sentence in found.sentences)
    foreseen = mw.fit(model(), holes).deviations(plan_of(exclusions=["days without an answer"]))
    assert foreseen.table["kind"].to_dict() == {"rows left out": "to judge"}
    assert any("days without an answer" in text for text in foreseen.unseen)


def test_effects_that_the_result_lacks_show(bpg):
    rows = bpg.assign(x=bpg.groupby("id")["x"].transform("mean"))
    plan = plan_of(hypotheses={"indirect_within": "positive"}, smallest_effects={"nothing": 1})
    found = mw.fit(model(random_slopes=("b",)), rows).deviations(
        mw.preregister(
            model(random_slopes=("b",)),
            hypotheses={"indirect_within": "positive"},
            smallest_effects={"nothing": 1},
        )
    )
    assert set(found.table.index) == {"effect indirect_within", "effect nothing"}
    assert plan.hypotheses[0].effect == "indirect_within"


def test_a_stopped_bootstrap_shows(bpg):
    plan = mw.preregister(model(), interval=mw.Bootstrap(samples=100_000))
    done = []

    def stop(at, _):
        done.append(at)
        return at == 0

    result = mw.fit(model(), bpg, interval=mw.Bootstrap(samples=100_000), progress=stop)
    found = result.deviations(plan)
    assert found.table.index.tolist() == ["interval: stopped"]


def test_a_saved_result_and_a_saved_plan_will_do(bpg, tmp_path):
    plan = plan_of(**FULL, path=tmp_path / "plan")
    result = mw.fit(model(), bpg)
    saved = mw.MediationResult.from_dict(json.loads(json.dumps(result.to_dict())))
    by_path = saved.deviations(tmp_path / "plan.json")
    assert by_path.table.equals(result.deviations(plan).table)
    json.dumps(by_path.to_dict(), allow_nan=False)
    text = (tmp_path / "plan.json").read_text().replace('"seed": 20', '"seed": 1')
    (tmp_path / "forged.json").write_text(text)
    with pytest.raises(mw.ModelError, match="was changed"):
        result.deviations(str(tmp_path / "forged.json"))
    with pytest.raises(mw.ModelError, match="takes a Plan"):
        result.deviations(3)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_the_data_are_only_text(bpg, name):
    renamed = bpg.rename(columns={"m": name})
    chosen = mw.MediationModel("x", name, "y", group="id")
    plan = mw.preregister(chosen.replace(random_slopes=()), title=name)
    found = mw.fit(chosen, renamed).deviations(plan)
    assert found.table.index.tolist() == ["random_slopes"]
    assert "<img" not in found._repr_html_()
    assert max(map(len, found.summary().splitlines())) <= 100


def test_words(bpg):
    plan = plan_of(**FULL)
    assert not forbidden(plan.to_markdown().replace("Stress", ""))
    assert not forbidden(mw.fit(model(), bpg).deviations(plan).summary())
    assert "alpha = 0.1" in plan.to_markdown()
    assert "mw.Bootstrap(kind='cluster', samples=500, limits='percentile')" in plan.to_markdown()

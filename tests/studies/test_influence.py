from functools import cache

import numpy as np
import pytest

import medwidget as mw
from medwidget.errors import UnsupportedError
from medwidget.studies.influence import Influence, influence
from tests.views.results import dataset, result


@cache
def found() -> Influence:
    return influence(result("army"))


def test_leaving_out_a_group_is_fitting_without_it():
    army, fitted = dataset("army"), result("army")
    place = found().largest("indirect_within", 1)[0]
    label = found().labels[place]
    without = mw.fit(fitted.model, army[army["GRP"] != label], interval=None)
    expected = [
        without.effect(name).estimate - fitted.effect(name).estimate for name in found().effects
    ]
    np.testing.assert_allclose(found().change[place], expected, atol=2e-6)


def test_every_group_is_left_out_in_the_datas_order():
    groups = dataset("army")["GRP"].unique().tolist()
    assert list(found().labels) == groups
    assert found().complete
    assert found().n_failed == 0
    assert found().table.shape == (99, 2)
    assert found().table.index.name == "GRP"
    moved = found().table["indirect_within"].abs()
    assert found().labels[found().largest("indirect_within", 3)[0]] == moved.idxmax()


def test_the_effects_are_the_indirect_ones_of_each_mediator():
    names = influence(result("parallel"), progress=lambda done, total: done < 1).effects
    assert set(names) == {
        *("indirect_within", "indirect_within[LEAD]", "indirect_within[COHES]"),
        *("indirect_between", "indirect_between[LEAD]", "indirect_between[COHES]"),
    }


def test_stopping_keeps_what_is_done():
    calls: list[tuple[int, int]] = []

    def stop_soon(done: int, total: int) -> bool:
        calls.append((done, total))
        return False

    stopped = influence(result("army"), progress=stop_soon)
    assert calls == [(0, 99)]
    assert stopped.done == 0
    assert not stopped.complete
    assert np.isnan(stopped.change).all()
    assert stopped.largest("indirect_within") == []


def test_stopping_later_keeps_the_first_groups(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("medwidget.intervals.progress.SECONDS_BETWEEN_CALLS", 0.0)
    stopped = influence(result("army"), progress=lambda done, total: done < 20)
    assert 20 <= stopped.done < 99
    np.testing.assert_allclose(
        stopped.change[: stopped.done], found().change[: stopped.done], atol=1e-12
    )
    assert np.isnan(stopped.change[stopped.done :]).all()


def test_it_is_plain_values_for_json():
    import json

    record = json.loads(json.dumps(found().to_dict(), allow_nan=False))
    assert record["done"] == 99
    assert len(record["change"]) == 99


def test_results_that_cannot_be_refitted_say_so():
    model = mw.MediationModel("HRS", "LEAD", "WBEING", "GRP", random_slopes=())
    army = dataset("army")
    with pytest.raises(UnsupportedError, match="just fitted by 'ml' or 'reml'"):
        influence(mw.fit(model, army, estimator="statsmodels", interval=None))
    with pytest.raises(UnsupportedError, match="just fitted"):
        influence(mw.MediationResult.from_dict(result("army").to_dict()))

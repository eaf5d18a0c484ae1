"""The data sets that come with the package."""

from __future__ import annotations

import sys
from importlib.resources import files

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from medwidget.data.prepare import prepare
from medwidget.datasets import dataset_info, list_datasets, load_dataset
from medwidget.datasets.registry import REGISTRY
from medwidget.errors import DataError
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel


@pytest.mark.parametrize("name", REGISTRY)
def test_the_entry_describes_the_file(name):
    info, data = dataset_info(name), load_dataset(name)
    assert info.name == name
    assert list(data.columns) == list(info.columns)
    assert len(data) == info.n_rows
    assert not data.isna().any().any()
    assert all(info.columns.values())
    assert info.licence.startswith("GPL")
    text = str(info)
    for fact in (*info.columns, info.licence, f"{info.n_rows:,} rows", info.origin):
        assert fact in text
    assert max(map(len, text.splitlines())) <= 88


@pytest.mark.parametrize("name", REGISTRY)
def test_the_suggested_roles_make_a_model(name):
    info = dataset_info(name)
    model = MediationModel(info.exposure, info.mediators, info.outcome, info.group)
    prepared = prepare(model, load_dataset(name))
    assert prepared.problems == ()
    levels = {prepared.frame.columns[column].level for column in (info.exposure, *model.responses)}
    assert levels == {Level.INDIVIDUAL}


def test_columns_said_to_be_at_school_level_are():
    for name in ("schools", "students"):
        info, data = dataset_info(name), load_dataset(name)
        constant = data.groupby(info.group).nunique().max() == 1
        said = {column for column, meaning in info.columns.items() if "(school level)" in meaning}
        assert set(constant.index[constant]) == said


@pytest.mark.parametrize("name", REGISTRY)
def test_every_library_gives_the_same_numbers(name):
    expected = load_dataset(name)
    polars, pyarrow = load_dataset(name, as_="polars"), load_dataset(name, as_="pyarrow")
    assert isinstance(expected, pd.DataFrame)
    assert isinstance(polars, pl.DataFrame)
    assert isinstance(pyarrow, pa.Table)
    for frame in (polars.to_pandas(), pyarrow.to_pandas()):
        assert list(frame.columns) == list(expected.columns)
        np.testing.assert_allclose(frame.to_numpy(), expected.to_numpy(), rtol=1e-15)


def test_no_file_is_without_an_entry():
    found = {file.name for file in files("medwidget.datasets").joinpath("files").iterdir()}
    assert found == {info.file for info in REGISTRY.values()}


def test_the_list_has_a_row_for_each():
    table = list_datasets()
    assert list(table.index) == list(REGISTRY) == ["diary", "army", "schools", "bpg", "students"]
    assert table.loc["army", "mediators"] == "LEAD, COHES"
    assert table.loc["students", "rows"] == 9679


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(DataError, match=r"no data set 'dairy'.*Did you mean 'diary'"):
        load_dataset("dairy")
    with pytest.raises(DataError, match=r"there are 'diary', 'army'"):
        dataset_info("zzz")


def test_an_unknown_library_is_refused_and_an_absent_one_named(monkeypatch):
    with pytest.raises(DataError, match="Did you mean 'polars'"):
        load_dataset("bpg", as_="polar")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(DataError, match="pip install polars"):
        load_dataset("bpg", as_="polars")

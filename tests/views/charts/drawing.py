"""What every picture must be, checked by drawing it."""

from __future__ import annotations

import json

import vl_convert

from medwidget.views.charts.picture import Picture
from medwidget.views.theme import DARK, LIGHT


def check_picture(picture: Picture, capfd) -> str:
    """Draw a picture, light and dark; return its specification as text."""
    text = json.dumps(picture.spec, allow_nan=False)
    json.dumps(picture.wire(), allow_nan=False)
    picture.chart().to_dict()  # Altair validates it
    capfd.readouterr()
    for dark in (False, True):
        drawn = picture.standalone(dark=dark)
        vl_convert.vegalite_to_vega(drawn, vl_version="6.4", show_warnings=True)
    svg = vl_convert.vegalite_to_svg(picture.standalone(), vl_version="6.4", show_warnings=True)
    said = capfd.readouterr()
    assert "WARN" not in said.out + said.err
    assert svg.startswith("<svg")
    assert "NaN" not in svg
    dark_text = json.dumps({**picture.standalone(dark=True), "datasets": {}})
    for name, value in LIGHT.items():
        if value not in DARK.values():
            assert value not in dark_text, name
    assert picture.about
    for row in picture.rows:
        assert len(row) == len(picture.columns)
        assert all(isinstance(cell, str) for cell in row)
    return text

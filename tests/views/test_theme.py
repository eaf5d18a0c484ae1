"""The theme: one dark colour for each light one, files made from it, contrasts that can be read."""

from pathlib import Path

import pytest

from medwidget.views import theme
from medwidget.views.diagram.style import page_stylesheet

PAGE = Path(__file__).parents[2] / "js" / "src"
PANELS = ("bg", "bg2", "wp", "bp")


def test_each_light_colour_has_one_dark_colour() -> None:
    found: dict[str, set[str]] = {}
    for light, dark in theme.TOKENS.values():
        found.setdefault(light, set()).add(dark)
    assert {light: dark for light, dark in found.items() if len(dark) > 1} == {}


def test_a_darkened_picture_is_not_darkened_again() -> None:
    assert set(theme.DARK.values()).isdisjoint(theme.LIGHT.values())


def test_darkened_replaces_colours_anywhere_and_nothing_else() -> None:
    spec = {
        "mark": {"color": "#2563C9"},
        "expr": ["datum.x > 0 ? '#c2600f' : '#FFF'", "#123456", 3, None, "#2563c9ab"],
    }
    dark = theme.darkened(spec)
    assert dark == {
        "mark": {"color": "#7db0ff"},
        "expr": ["datum.x > 0 ? '#f09a4f' : '#212121'", "#123456", 3, None, "#2563c9ab"],
    }
    assert spec["mark"] == {"color": "#2563C9"}


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", PANELS)
def test_text_can_be_read_on_every_ground(colors: dict[str, str], ground: str) -> None:
    for name in ("ink", "ink2", "ink3", "wt", "bt", "n", "warn", "bad"):
        assert contrast(colors[name], colors[ground]) >= 4.5, name
    for name in ("w", "b", "wm"):
        assert contrast(colors[name], colors[ground]) >= 3, name
    for name, on in (("warn", "warnp"), ("bad", "badp"), ("onsolid", "solid")):
        assert contrast(colors[name], colors[on]) >= 4.5, name


@pytest.mark.parametrize(
    ("path", "made"),
    [
        ("styles/tokens.css", theme.stylesheet),
        ("tokens.ts", theme.typescript),
        ("styles/picture.css", page_stylesheet),
    ],
    ids=["css", "typescript", "picture"],
)
def test_the_files_made_for_the_page_are_current(path: str, made: object) -> None:
    assert (PAGE / path).read_text(encoding="utf-8") == made()  # type: ignore[operator]


def test_variables_carry_every_colour() -> None:
    light, dark = theme.css_variables(), theme.css_variables("dark", "--d-")
    assert "  --mw-w: #2563c9;" in light.splitlines()
    assert "  --d-w: #7db0ff;" in dark.splitlines()
    assert len(light.splitlines()) == len(dark.splitlines()) == len(theme.TOKENS)


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

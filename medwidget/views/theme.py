"""The look that every picture and the page share: colours for light and dark, sizes, fonts.

Two hues carry meaning: blue is within groups, ochre is between them. All else is ink on paper.
``python -m medwidget.views.theme`` prints the page's style sheet of these values, with
``--typescript`` the same colours for scripts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

__all__ = [
    "DARK",
    "FONT",
    "LIGHT",
    "MONO",
    "SIZES",
    "TOKENS",
    "css_variables",
    "darkened",
    "stylesheet",
    "typescript",
]

# name: (light, dark). A light colour that two names share has one dark colour, so that a
# picture drawn in light colours can be darkened by looking each of them up.
TOKENS: dict[str, tuple[str, str]] = {
    "bg": ("#ffffff", "#212121"),
    "bg2": ("#f7f8f9", "#282828"),
    "bg3": ("#eff0f3", "#323334"),
    "line": ("#e4e6ea", "#383a3d"),
    "line2": ("#ccd0d7", "#4b4e53"),
    "ink": ("#1d2026", "#ececef"),
    "ink2": ("#555b66", "#b6bbc5"),
    "ink3": ("#666c78", "#9da3af"),
    "w": ("#2563c9", "#7db0ff"),  # within: lines, markers
    "wt": ("#1c54b2", "#9cc3ff"),  # text
    "wm": ("#5f8ddb", "#5586cb"),  # many thin marks
    "wl": ("#b9d0f6", "#3a5a89"),  # paths without a number yet
    "ws": ("#d9e6fb", "#2a456b"),  # densities
    "wp": ("#f6f9fe", "#20252d"),  # panel
    "b": ("#c2600f", "#f09a4f"),  # between: the same five
    "bt": ("#9c4a07", "#f7b377"),
    "bl": ("#f0cda6", "#7c5228"),
    "bs": ("#fbe3cb", "#5c3b18"),
    "bp": ("#fefaf5", "#29241f"),
    "n": ("#555b66", "#b6bbc5"),  # neither: contextual, levels not separated
    "ns": ("#e6e8ec", "#3c3f45"),
    "warn": ("#7a5600", "#f0cf72"),
    "warnp": ("#fffaea", "#2c2820"),
    "warnl": ("#ecd999", "#65552a"),
    "bad": ("#b3213a", "#ff8a9a"),
    "badp": ("#fdf4f5", "#2f2224"),
    "badl": ("#efc3ca", "#6b3a42"),
    "r1": ("#f6d3ae", "#5a3a17"),  # ramp of a group-level column, low to high
    "r2": ("#e6a566", "#8a5720"),
    "r3": ("#cb762a", "#bd7730"),
    "r4": ("#9c4f10", "#eb9f58"),
    "r5": ("#5f2f08", "#ffd9b0"),
    "solid": ("#1d2026", "#ececef"),  # primary button
    "onsolid": ("#ffffff", "#212121"),
}
LIGHT: Mapping[str, str] = {name: pair[0] for name, pair in TOKENS.items()}
DARK: Mapping[str, str] = {name: pair[1] for name, pair in TOKENS.items()}

# What a picture never uses, for the page alone: (light, dark).
SURFACES: dict[str, tuple[str, str]] = {
    "raised": ("#fff", "#4a4c50"),
    "sh": (
        "0 1px 2px rgba(20,24,32,.08),0 0 0 .5px rgba(20,24,32,.10)",
        "0 1px 2px rgba(0,0,0,.4),0 0 0 .5px rgba(255,255,255,.10)",
    ),
    "pop": (
        "0 12px 32px -8px rgba(20,24,32,.22),0 2px 6px rgba(20,24,32,.08),"
        "0 0 0 1px rgba(20,24,32,.08)",
        "0 16px 40px -8px rgba(0,0,0,.7),0 0 0 1px rgba(255,255,255,.12)",
    ),
}

FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
MONO = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
# In CSS pixels; the same in light and dark.
SIZES: Mapping[str, int] = {
    "radius-tag": 4,
    "radius-control": 6,
    "radius-panel": 7,
    "radius-widget": 8,
    "radius-popover": 10,
    "gutter": 20,
    "control": 28,
    "control-small": 24,
}
_INDEPENDENT = {
    "font": f"var(--jp-ui-font-family, {FONT})",
    "mono": f"var(--jp-code-font-family, {MONO})",
    **{name: f"{size}px" for name, size in SIZES.items()},
}

_DARK_OF = dict(TOKENS.values())
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")


def css_variables(mode: str = "light", prefix: str = "--mw-") -> str:
    """Return the colours as CSS custom properties, one a line.

    Parameters
    ----------
    mode : {"light", "dark"}
    prefix : str
        Of every property; ``bg`` becomes ``--mw-bg``.
    """
    colors = DARK if mode == "dark" else LIGHT
    return "\n".join(f"  {prefix}{name}: {value};" for name, value in colors.items())


def darkened(spec: Any) -> Any:
    """Return a specification with each light colour of the theme replaced by its dark one.

    Parameters
    ----------
    spec : dict, list, str or other plain value
        Left as it is; colours may stand alone or inside an expression.
    """
    if isinstance(spec, Mapping):
        return {key: darkened(value) for key, value in spec.items()}
    if isinstance(spec, list | tuple):
        return [darkened(value) for value in spec]
    return _HEX.sub(_dark, spec) if isinstance(spec, str) else spec


def _dark(found: re.Match[str]) -> str:
    color = found.group().lower()
    if len(color) == 4:
        color = "#" + "".join(2 * digit for digit in color[1:])
    return _DARK_OF.get(color, found.group())


# -- files made from these values -----------------------------------------------------------------

_MADE = "made by python -m medwidget.views.theme"
_DARK_ROOTS = 'body[data-jp-theme-light="false"] .mw-root,\n.mw-root[data-mw-theme="dark"]'
# Themes of JupyterLab that come from elsewhere bring their own background: tints follow it.
_OTHER_THEMES = (
    'body[data-jp-theme-name]:not([data-jp-theme-name="JupyterLab Light"])'
    ':not([data-jp-theme-name="JupyterLab Dark"]) .mw-root'
)
_TINTS = {"bg2": ("ink", 4), "bg3": ("ink", 8), "wp": ("w", 5), "bp": ("b", 5)}


def stylesheet() -> str:
    """Return the page's style sheet of tokens."""
    blocks = [
        (".mw-root", _page_variables("light", independent=True)),
        (_DARK_ROOTS, _page_variables("dark", independent=False)),
        (_OTHER_THEMES, [_tint(name, *mixed) for name, mixed in _TINTS.items()]),
    ]
    rules = [f"{selector} {{\n{_lines(lines)}\n}}" for selector, lines in blocks]
    return f"/* {_MADE} */\n" + "\n\n".join(rules) + "\n"


def _page_variables(mode: str, *, independent: bool) -> list[str]:
    place = 0 if mode == "light" else 1
    values = {name: pair[place] for name, pair in (TOKENS | SURFACES).items()}
    values["bg"] = f"var(--jp-layout-color1, {values['bg']})"
    if independent:
        values |= _INDEPENDENT
    lines = [f"--mw-{name}: {value};" for name, value in values.items()]
    return [f"color-scheme: {mode};", *lines]


def _tint(name: str, color: str, share: int) -> str:
    return f"--mw-{name}: color-mix(in srgb, var(--mw-{color}) {share}%, var(--mw-bg));"


def _lines(lines: list[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


def typescript() -> str:
    """Return the colours as constants of a TypeScript module."""
    parts = [f"// {_MADE} --typescript"]
    for name, colors in (("LIGHT", LIGHT), ("DARK", DARK)):
        entries = "".join(f'  {key}: "{value}",\n' for key, value in colors.items())
        parts.append(f"export const {name}: Record<string, string> = {{\n{entries}}};")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(typescript() if "--typescript" in sys.argv[1:] else stylesheet())

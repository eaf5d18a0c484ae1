"""The scatters of a playground as one picture that stands alone, for places without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from medwidget.views.theme import FONT, LIGHT
from medwidget.widget.playground.shapes import Frame, Scatter

__all__ = ["still_svg"]

# Of one scatter, and the room for its title and for the names of its axes.
WIDTH, HEIGHT = 330, 220
TOP, LEFT, BOTTOM, GAP = 24, 22, 22, 18


def still_svg(frame: Frame) -> str:
    """Return both scatters side by side, in light colours on a ground of their own.

    Parameters
    ----------
    frame : Frame
    """
    scatters = frame["scatters"]
    step = LEFT + WIDTH + GAP
    width, height = step * len(scatters) + GAP - LEFT, TOP + HEIGHT + BOTTOM
    drawn = "".join(
        f'<g transform="translate({GAP / 2 + place * step} 0)">{"".join(_scatter(frame, one))}</g>'
        for place, one in enumerate(scatters)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{escape(FONT)}" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="{LIGHT["bg"]}"/>{drawn}</svg>'
    )


def _scatter(frame: Frame, scatter: Scatter) -> Iterator[str]:
    left, right, low, high = scatter["extent"]

    def places(values: Sequence[int]) -> Iterator[tuple[str, str]]:
        for across, up in zip(values[::2], values[1::2], strict=True):
            x, y = (across - left) / (right - left), (high - up) / (high - low)
            yield f"{WIDTH * x:.0f}", f"{HEIGHT * y:.0f}"

    def lines(values: Sequence[int]) -> str:
        ends = [f"{x} {y}" for x, y in places(values)]
        return "".join(f"M{begin}L{end}" for begin, end in zip(ends[::2], ends[1::2], strict=True))

    rows = [
        value
        for pair in zip(frame[scatter["across"]], frame[scatter["up"]], strict=True)
        for value in pair
    ]
    title = "".join(escape(span["text"]) for span in scatter["title"])
    yield f'<text x="{LEFT}" y="15" fill="{LIGHT["ink"]}">{title}</text>'
    yield f'<svg x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none">'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{LIGHT["bg2"]}"/>'
    dots = "".join(f"M{x} {y}h0" for x, y in places(rows))
    yield _path(dots, "wm", 4, ' stroke-linecap="round" opacity="0.45"')
    yield _path(lines(scatter["own"]), "w", 1.6)
    yield _path(lines(scatter["between"]), "b", 2.8)
    yield _path(lines(scatter["pooled"]), "ink2", 1.5, ' stroke-dasharray="5 4"')
    means = "".join(f"M{x} {y}m0-5l5 5-5 5-5-5z" for x, y in places(scatter["means"]))
    yield _path(means, "bg", 1, f' fill="{LIGHT["b"]}"')
    yield "</svg>"
    ink, middle = LIGHT["ink2"], TOP + HEIGHT / 2
    yield f'<text x="0" y="{middle + 4}" fill="{ink}">{scatter["up"].upper()}</text>'
    yield (
        f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 15}" text-anchor="middle" '
        f'fill="{ink}">{scatter["across"].upper()}</text>'
    )


def _path(d: str, color: str, width: float, more: str = "") -> str:
    return f'<path d="{d}" stroke="{LIGHT[color]}" stroke-width="{width}"{more}/>'

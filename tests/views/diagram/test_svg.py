"""The diagram as SVG: well-formed whatever the names, with keys, roles and names to rely on."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medwidget.views import theme
from medwidget.views.diagram.sketch import Sketch, draw, legend, ribbon, sketch_of
from medwidget.views.diagram.style import stylesheet
from medwidget.views.text.numbers import MINUS
from tests.views import results
from tests.views.diagram.drawings import (
    DRAFTS,
    EMPTY,
    MADE,
    NAMES,
    PERSONS,
    having,
    local,
    parsed,
    sketch,
    words,
)

TAGS = {"svg", "style", "g", "rect", "ellipse", "circle", "path", "line", "text", "tspan", "title"}
ROLES = {"group", "img", "button", "switch"}


def drawings(name: str) -> list[str]:
    shown = sketch(name)
    return [
        draw(shown),
        draw(shown, 606, narrow=True),
        draw(shown, interactive=False),
        ribbon(shown),
        ribbon(shown, 500),
        legend(shown),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_is_well_formed_and_does_nothing_by_itself(name: str) -> None:
    for svg in drawings(name):
        root = parsed(svg)
        assert {local(item.tag) for item in root.iter()} <= TAGS
        attributes = {key for item in root.iter() for key in item.attrib}
        assert not [key for key in attributes if key.startswith("on") or "href" in key]
        assert {item.get("role") for item in root.iter()} - {None} <= ROLES


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_unique_and_everything_live_has_a_name(name: str) -> None:
    for svg in drawings(name):
        root = parsed(svg)
        keys = [item.get("data-key") for item in root.iter() if item.get("data-key")]
        assert len(set(keys)) == len(keys)
        for item in root.iter():
            if item.get("role"):
                assert item.get("aria-label")
            if item.get("role") in {"button", "switch"}:
                assert item.get("tabindex") == "-1"
            if item.get("role") == "switch":
                assert item.get("aria-checked") in {"true", "false"}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_live_is_inside_something_live(name: str) -> None:
    for outer in parsed(draw(sketch(name))).iter():
        if outer.get("role") in {"button", "switch"}:
            assert [item.get("role") for item in outer.iter()].count(None) == len(
                list(outer.iter())
            ) - 1


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_for_reading_has_nothing_to_press(name: str) -> None:
    root = parsed(draw(sketch(name), interactive=False))
    assert root.get("role") == "img"
    found = {key for item in root.iter() for key in item.attrib}
    assert found.isdisjoint({"tabindex", "data-add", "aria-checked"})
    assert "drop a column" not in words(root)


def test_a_path_says_in_full_what_it_is() -> None:
    shown = replace(sketch("little between fitted"), nouns=PERSONS)
    root = parsed(draw(shown))
    (path,) = having(root, data_path="b_within")
    row = next(row for row in results.result("little between").path_rows if row.name == "b_within")
    assert path.get("aria-label") == (
        "Path b within, fwkdis to freldis, 0.16, 95% interval 0.10 to 0.21, "
        "varies across persons, SD 0.23"
    )
    assert row.estimate == pytest.approx(0.16, abs=0.005)
    assert (path.get("data-name"), path.get("data-side")) == ("b", "within")
    (number,) = having(root, data_key="number-within-mediator-0-to-outcome-0")
    assert words(number) == "b 0.16"
    (slope,) = having(root, data_slope="b")
    assert slope.get("aria-checked") == "true"
    (fixed,) = having(root, data_slope="direct")
    assert fixed.get("aria-checked") == "false"


def test_signs_are_true_minus_signs_and_dashes_tell_of_zero() -> None:
    fitted = results.result("army")
    root = parsed(draw(sketch("army fitted")))
    assert MINUS in words(root)
    assert not re.search(r"-\d", words(root.find(".//{*}g")))  # type: ignore[arg-type]
    for row in fitted.path_rows:
        (path,) = having(root, data_path=row.name)
        (line,) = having(path, **{"class": "line"})
        assert row.lower is not None
        assert row.upper is not None
        assert row.standardized is not None
        assert (line.get("stroke-dasharray") is not None) == (row.lower <= 0 <= row.upper)
        width = min(1.5 + 6 * abs(row.standardized), 6)
        assert float(line.get("stroke-width", "")) == pytest.approx(width, abs=0.06)


def test_an_empty_diagram_is_all_drop_targets() -> None:
    root = parsed(draw(EMPTY))
    targets = [item for item in root.iter() if item.get("data-empty") == "true"]
    assert sorted((item.get("data-node"), item.get("data-side") or "") for item in targets) == [
        ("exposure", "between"),
        ("exposure", "within"),
        ("group", ""),
        ("mediator", "between"),
        ("mediator", "within"),
        ("outcome", "between"),
        ("outcome", "within"),
    ]
    assert not having(root, role="switch")
    (group,) = having(root, data_node="group")
    assert "id looks right: 100 values, 21 rows each" in words(group)


@pytest.mark.parametrize(
    ("name", "absent", "paths"),
    [
        ("2-1-1", {"exposure"}, {"b_within", "a_between", "b_between", "direct_between"}),
        ("2-2-1", {"exposure", "mediator"}, {"a_between", "b_between", "direct_between"}),
        ("1-1-2", {"outcome"}, {"a_within", "a_between", "b_between", "direct_between"}),
        ("within", set(), {"a_within", "b_within", "direct_within"}),
        ("blended", set(), {"a", "b", "direct"}),
    ],
)
def test_what_varies_at_one_level_only_is_drawn_there_only(
    name: str, absent: set[str], paths: set[str]
) -> None:
    root = parsed(draw(sketch(name)))
    side = "conflated" if name == "blended" else "within"
    within = {item.get("data-node") for item in having(root, data_side=side)} - {None}
    assert within == {"exposure", "mediator", "outcome"} - absent
    assert {item.get("data-path") for item in root.iter()} - {None} == paths


def test_levels_that_are_not_separated_share_one_panel() -> None:
    root = parsed(draw(sketch("blended fitted")))
    panels = [item.get("data-key") for item in root.iter() if "panel-" in item.get("data-key", "")]
    assert panels == ["panel-conflated"]
    assert "LEVELS NOT SEPARATED" in words(root)


def test_shapes_tell_observed_from_latent_means() -> None:
    for name, shape in (("made", "rect"), ("latent", "ellipse")):
        root = parsed(draw(DRAFTS[name]))
        (node,) = having(root, data_node="mediator", data_side="between")
        (drawn,) = having(node, **{"class": "shape"})
        assert local(drawn.tag) == shape
        caption = "observed person mean" if name == "made" else "person mean"
        assert caption in [words(item) for item in node]


def test_a_column_without_a_latent_mean_is_drawn_so() -> None:
    root = parsed(draw(DRAFTS["observed"]))
    (node,) = having(root, data_node="exposure", data_side="between")
    (drawn,) = having(node, **{"class": "shape"})
    assert local(drawn.tag) == "rect"
    assert "observed person mean" in [words(item) for item in node]
    (other,) = having(root, data_node="outcome", data_side="between")
    assert "person mean" in [words(item) for item in other]

    root = parsed(draw(DRAFTS["split"]))
    assert having(root, data_node="exposure", data_side="between") == []
    assert "no part between persons" in words(root)
    sides = {item.get("data-path") for item in root.iter() if item.get("data-path")}
    assert sides == {"a_within", "b_within", "direct_within", "b_between"}


def test_paths_that_are_held_look_and_sound_like_it() -> None:
    root = parsed(draw(DRAFTS["held"]))
    (fixed,) = having(root, data_path="direct_between")
    assert "held" in fixed.get("class", "").split()
    assert fixed.get("aria-label", "").endswith(", fixed")
    for name, other in (("a_within", "between"), ("a_between", "within")):
        (path,) = having(root, data_path=name)
        assert f"held equal to {other}" in path.get("aria-label", "")
        assert "held" not in path.get("class", "").split()

    root = parsed(draw(sketch("latent fitted")))
    (fixed,) = having(root, data_path="direct_between")
    assert words(fixed) == "c′ 0  fixed"
    (equal,) = having(root, data_path="b_within")
    value, _, rest = words(equal).partition("  ")
    assert value.startswith("b ")
    assert rest.startswith("= between")
    (free,) = having(root, data_path="a_within")
    assert "=" not in words(free)


def test_the_legend_explains_what_is_drawn() -> None:
    told = words(parsed(legend(DRAFTS["held"])))
    assert "latent person mean" in told
    assert "fixed" in told
    assert "latent" not in words(parsed(legend(DRAFTS["made"])))
    assert "fixed" not in words(parsed(legend(DRAFTS["latent"])))


def test_a_refused_column_is_marked_within_and_its_paths_carry_no_number() -> None:
    root = parsed(draw(DRAFTS["refused"]))
    (node,) = having(root, data_node="mediator", data_side="within")
    assert "error" in node.get("class", "").split()
    assert "constant within each id" in words(node)
    (other,) = having(root, data_node="mediator", data_side="between")
    assert "error" not in other.get("class", "")
    (path,) = having(root, data_path="a_within")
    assert "refused" in path.get("class", "").split()


def test_a_variance_at_zero_is_said_at_its_path() -> None:
    shown = sketch("army fitted")
    shown = replace(shown, singular={"a": "SD estimated at 0"})
    root = parsed(draw(shown))
    (path,) = having(root, data_path="a_within")
    assert "SD estimated at 0" in words(path)
    assert "SD estimated at 0" in path.get("aria-label", "")
    (slope,) = having(root, data_slope="a")
    assert having(slope, **{"class": "alarm"})


def test_covariates_stand_at_their_level_and_moderators_at_their_path() -> None:
    root = parsed(draw(replace(MADE, moderators={"a": ("w",), "direct": ("v",)})))
    for side, column in (("within", "day"), ("between", "age")):
        (panel,) = having(root, data_key=f"panel-{side}")
        chips = having(panel, data_chip="covariate")
        assert [chip.get("data-column") for chip in chips] == [column]
    chips = having(root, data_chip="moderator")
    assert [(chip.get("data-name"), chip.get("data-column")) for chip in chips] == [
        ("a", "w"),
        ("direct", "v"),
    ]


def test_a_moderator_says_at_which_value_the_path_is_shown() -> None:
    root = parsed(draw(sketch("moderated fitted")))
    pills = {chip.get("data-name"): chip for chip in having(root, data_chip="moderator")}
    assert "size = 0" in words(pills["b"])
    assert "the path is shown at size = 0" in (pills["b"].get("aria-label") or "")
    paths = {path.get("data-name"): path for path in having(root, data_side="within")}
    assert "shown at size = 0" in (paths["b"].get("aria-label") or "")
    assert "moderators at their means" in words(root)
    bare = parsed(draw(replace(sketch("moderated fitted"), result=None)))
    (pill,) = (chip for chip in having(bare, data_chip="moderator") if chip.get("data-name") == "b")
    assert " = 0" not in words(pill)
    assert "moderators at their means" not in words(parsed(draw(sketch("army fitted"))))


def test_covariates_without_room_are_counted() -> None:
    root = parsed(draw(DRAFTS["many covariates"]))
    chips = having(root, data_chip="covariate")
    assert 2 < len(chips) < 40
    assert f"+{40 - len(chips)} more" in words(root)


def test_long_names_are_shortened_with_the_full_name_as_title() -> None:
    root = parsed(draw(sketch("hostile")))
    for node in having(root, data_node="mediator"):
        assert node.get("data-column") == results.LONG
        titles = [item.text for item in node if local(item.tag) == "title"]
        assert titles == [results.LONG]
        assert all(len(words(item)) < 40 for item in node if local(item.tag) == "text")


@given(
    st.lists(st.text(min_size=1, max_size=40), min_size=8, max_size=8, unique=True),
    st.sampled_from(["parallel", "serial"]),
    st.sampled_from(["group-mean", "none", "latent", "within"]),
)
@settings(max_examples=60, deadline=None)
def test_any_names_at_all(names: list[str], mediation: str, centering: str) -> None:
    x, first, second, y, group, covariate, moderator, words_of_group = names
    shown = Sketch(
        exposure=x,
        mediators=(first, second),
        outcome=y,
        group=group,
        covariates=(covariate,),
        moderators={"direct": (moderator,)},
        centering=centering,
        mediation=mediation,
        group_words=words_of_group,
        random_slopes=("direct",),
    )
    for svg in (draw(shown), draw(shown, 500, narrow=True), ribbon(shown)):
        root = parsed(svg)
        assert {local(item.tag) for item in root.iter()} <= TAGS
    root = parsed(draw(shown))
    forbidden = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
    (chip,) = having(root, data_chip="covariate")
    assert chip.get("data-column") == forbidden.sub("\ufffd", covariate)


def test_colours_are_named_in_the_style_sheet_alone() -> None:
    body = draw(sketch("moderated fitted"))
    assert "<style>" not in body
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|fill=|stroke=", body)


def test_the_plain_style_sheet_has_neither_variables_nor_preferences() -> None:
    plain = stylesheet(interactive=False, plain=True)
    assert "var(" not in plain
    assert "@media" not in plain
    assert set(re.findall(r"#[0-9a-f]{6}", plain)) <= set(theme.LIGHT.values())


@pytest.mark.parametrize("interactive", [True, False])
def test_every_rule_stays_inside_the_diagram(interactive: bool) -> None:
    sheet = re.sub(r"@media [^{]*\{", "", stylesheet(interactive=interactive))
    for selectors in re.findall(r"(?:^|\})\s*([^{}]+)\{", sheet, re.M):
        assert all(each.strip().startswith(".mw-diagram") for each in selectors.split(","))


def test_dimming_says_that_numbers_are_of_an_earlier_state() -> None:
    assert parsed(draw(DRAFTS["dimmed"])).get("class") == "mw-diagram dimmed"


def test_a_result_brings_its_own_words() -> None:
    shown = sketch_of(results.result("army"), PERSONS)
    assert shown.group_words == "GRP · 99 persons, 7,382 days"
    assert shown.levels["HRS"] == "individual"


def test_the_ribbon_shows_the_same_numbers() -> None:
    whole, folded = (parsed(made(sketch("army fitted"))) for made in (draw, ribbon))
    for name in ("a_within", "b_between"):
        (path,) = having(folded, data_path=name)
        (same,) = having(whole, data_path=name)
        assert path.get("aria-label") == same.get("aria-label")
    for side in ("within", "between"):
        (value,) = having(whole, data_key=f"effect-{side}")
        (row,) = having(folded, data_key=f"ribbon-effect-{side}")
        assert words(value) in words(row)


def test_the_legend_wraps_where_it_must() -> None:
    wide, small = (parsed(legend(EMPTY, width)) for width in (870, 300))
    assert float(small.get("height", "")) > float(wide.get("height", ""))
    assert "varies across persons" in words(wide)

"""What the notebooks say in words about their numbers holds for these numbers."""

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
# Cells that only show something take longer than all others.
SHOWN = ("MediationWidget(", "mw.explore(", "mw.charts.", "mw.diagram(")


def computed(name: str) -> dict[str, Any]:
    """Return the variables that a notebook ends with, without what it draws."""
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    variables: dict[str, Any] = {}
    for cell in notebook["cells"]:
        lines = "".join(cell["source"]).splitlines()
        kept = "\n".join(line for line in lines if not line.startswith(SHOWN))
        if cell["cell_type"] == "code" and not any(text in kept for text in SHOWN):
            exec(compile(kept, cell["id"], "exec"), variables)
    return variables


def includes_zero(row: Any) -> bool:
    return bool(row["lower"] < 0 < row["upper"])


def width(row: Any) -> float:
    return float(row["upper"] - row["lower"])


@pytest.fixture(scope="module")
def of_diary() -> dict[str, Any]:
    return computed("diary")


def test_persons_of_the_diary_have_the_same_stressors_on_average(of_diary):
    described = of_diary["mw"].describe(of_diary["diary"], group="id")
    assert described.loc["fwkstrs", "icc1"] < 0.001
    assert of_diary["mw"].check(of_diary["model"], of_diary["diary"]) == ()


def test_the_covariance_of_the_slopes_is_part_of_the_average_in_the_diary(of_diary):
    effects = of_diary["result"].effects
    product = of_diary["a"] * of_diary["b"]
    assert effects.loc["cov(a,b)", "lower"] > 0
    assert effects.loc["indirect_within", "estimate"] == pytest.approx(
        product + of_diary["covariance"]
    )
    separate = of_diary["separate"].effects.loc["indirect_within", "estimate"]
    assert separate < 0.6 * effects.loc["indirect_within", "estimate"]


def test_nothing_of_the_diary_is_seen_on_the_next_day(of_diary):
    next_day = of_diary["next_day"]
    assert includes_zero(next_day.effects.loc["indirect_within"])
    assert includes_zero(next_day.effects.loc["direct_within"])
    assert next_day.ledger.n_rows_total - next_day.ledger.n_rows_used == 100


def test_latent_means_matter_between_companies_and_hardly_within():
    army = computed("army")
    observed, latent = army["result"].effects, army["latent"].effects
    wider = width(latent.loc["indirect_between"]) / width(observed.loc["indirect_between"])
    assert wider > 1.1
    same = width(latent.loc["indirect_within"]) / width(observed.loc["indirect_within"])
    assert same == pytest.approx(1, abs=0.1)
    # what the mediators share is counted in each of the separate effects
    alone = [
        army["mw"].fit(army["model"].replace(mediators=name), army["army"]).effects
        for name in ("LEAD", "COHES")
    ]
    apart = sum(table.loc["indirect_within", "estimate"] for table in alone)
    assert apart < 1.2 * observed.loc["indirect_within", "estimate"] < 0
    # BIC and the tests do not agree
    table = army["ladder"].table
    assert table["bic"].astype(float).idxmin() == "fixed"
    assert (table["p"].iloc[4:] < 0.01).any()


def test_the_parts_of_the_effect_between_schools_add_up():
    schools = computed("schools")
    effects = schools["result"].effects["estimate"]
    parts = effects["indirect_individual"] + effects["indirect_contextual"]
    assert parts == pytest.approx(effects["indirect_between"])
    assert schools["result"].effects.loc["indirect_within", "reason"]
    assert schools["schools"].groupby("catholic")["mathach"].mean().is_monotonic_increasing
    assert schools["schools"].groupby("catholic")["ses"].mean().is_monotonic_increasing
    moderated = schools["result"].paths.loc["b_within:disclim"]
    assert moderated["lower"] > 0  # steeper where the climate is worse
    assert schools["result"].random_effects.loc["b", "b"] > 0  # and still another from the next
    flatter = schools["other"].paths.loc["b_within:catholic"]
    assert flatter["upper"] < 0


def test_specifications_agree_within_companies_where_they_ask_the_same():
    told = computed("specifications")
    same = told["comparison"].table.query("estimand == 'same'")
    within, between = same["indirect_within"], same["indirect_between"]
    spread = {
        name: (column.max() - column.min()) / abs(column.mean())
        for name, column in {"within": within, "between": between}.items()
    }
    assert spread["within"] < 0.05 < spread["between"]
    conditional = told["comparison"].table.query("covariates == 'COHES'").set_index("centering")
    free = told["comparison"].table.query("covariates == 'none'").set_index("centering")
    shares = [
        1 - means["latent"] / means["group-mean"]
        for table in (conditional, free)
        for means in [table["indirect_between"].groupby("centering").mean()]
    ]
    assert shares[0] > shares[1] > 0


def test_each_story_of_the_lesson_shows_what_the_class_is_asked():
    told = computed("lesson")

    def shown(story: str, centering: str = "group-mean") -> Any:
        told["playground"].load(story).wait()
        return told["beside_truth"](centering)

    opposite = shown("opposite")
    assert opposite.loc["indirect_within", "lower"] > 0 > opposite.loc["indirect_between", "upper"]
    assert opposite["truth"].prod() < 0
    sign = shown("sign")
    assert sign.loc["indirect_within", "upper"] < 0
    alike = shown("covariance").loc["indirect_within"]
    settings = told["playground"].settings
    assert (settings["a_within"], settings["b_within"]) == (0, 0)
    assert 0 < alike["lower"] < alike["truth"] == pytest.approx(settings["cov_ab"], abs=0.005)
    observed = shown("unreliable").loc["indirect_between"]
    latent = shown("unreliable", "latent").loc["indirect_between"]
    assert told["playground"].settings["size"] == 4
    assert observed["upper"] < observed["truth"]
    assert latent["lower"] < latent["truth"] < latent["upper"]
    assert width(latent) > 2 * width(observed)
    told["playground"].close()

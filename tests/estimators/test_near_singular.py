"""Draws where a variance is barely known: the interval must not run away."""

import medwidget as mw


def test_the_interval_of_a_barely_known_spread_is_that_of_the_profile() -> None:
    """On bpg the direct slope varies little: normal draws of log L put its SD at up to 0.75."""
    model = mw.MediationModel(
        "x", "m", "y", group="id", centering="none", random_slopes=("a", "b", "direct")
    )
    data = mw.load_dataset("bpg")
    drawn = mw.fit(model, data).effect("sd_direct")
    profile = mw.fit(model, data, interval="profile").effect("sd_direct")
    assert drawn.lower is not None
    assert drawn.upper is not None
    assert profile.lower is not None
    assert profile.upper is not None
    width = profile.upper - profile.lower
    assert abs(drawn.upper - profile.upper) < 0.15 * width
    assert abs(drawn.lower - profile.lower) < 0.25 * width

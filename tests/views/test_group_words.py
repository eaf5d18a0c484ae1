from medwidget.studies.group_column import group_column
from medwidget.studies.group_view import correlation, group_view
from medwidget.views.text.group_words import effect_words, group_label, group_stats, multiples_words
from medwidget.views.text.nouns import Nouns
from tests.views.results import dataset, result

NOUNS = Nouns("school", "pupil")


def test_effects_have_short_names():
    names = [effect_words(name) for name in ("indirect", "indirect[m]", "a", "b[m]", "direct")]
    assert names == ["indirect", "through m", "a", "b[m]", "c′"]


def test_a_share_of_groups_comes_with_the_count_of_two_negative_paths():
    view = group_view(result("little between"))
    value, text = group_stats(view, Nouns("person", "day"), 0.95)[0]
    assert value == f"{view.n_positive} of 100"
    assert text == (
        f"persons have a positive indirect effect, {view.n_both_negative} of them because both "
        f"paths are negative"
    )


def test_groups_that_are_too_small_are_counted():
    view = group_view(result("moderated"), shrink=False)
    texts = dict(group_stats(view, NOUNS, 0.95))
    left = 160 - view.n_known
    assert left > 0
    assert texts[f"{left} of 160"].startswith("schools without a line of their own")


def test_a_correlation_is_told_with_its_interval_and_direction():
    view = group_view(result("moderated"))
    column = group_column(result("moderated"), dataset("schools"), "size")
    related = correlation(view, column)
    value, text = group_stats(view, NOUNS, 0.95, column, related)[-1]
    assert value.startswith("r = −0.")
    assert "95% interval" in text
    assert text.endswith("lower for schools with more of it")


def test_an_sd_is_told_with_its_interval():
    stats = group_stats(group_view(result("army")), NOUNS, 0.95)
    assert "SD of the indirect effect across schools" in stats[1][1]
    assert "(95% interval " in stats[1][1]


def test_multiples_say_how_many_are_left_out():
    view = group_view(result("army"), shrink=False)
    words = multiples_words(view, NOUNS, 12, 30)
    assert words.startswith("the first 12 are drawn; each dot is a pupil")
    assert "this school by itself" in words


def test_labels_are_made_safe_to_print():
    assert group_label("a\n\u202e" + "x" * 99).isprintable()
    assert len(group_label("x" * 99)) == 24

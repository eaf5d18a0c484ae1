"""Code that cannot be run here, held against what its manuals ask for.

Mplus and Stata are not free, brms needs a compiler: none of the three was run. Syntax is after
Muthén & Muthén (Mplus User's Guide, chapters 9, 15, 16 and 17), the Stata manual [SEM] gsem, and
the reference manual of brms.
"""

import re

import pytest

import medwidget as mw
from medwidget.errors import UnsupportedError
from tests.views.export.cases import SIM, data_of, fitted


def body(code: str, mark: str) -> list[str]:
    """Return the statements of code, without comments."""
    return [line.strip() for line in code.splitlines() if line and line.strip()[0] != mark]


def after(lines: list[str], start: str, stop: str) -> list[str]:
    first = lines.index(start) + 1
    return lines[first : lines.index(stop, first)]


# -- Mplus ----------------------------------------------------------------------------------------


def test_mplus_with_observed_group_means() -> None:
    lines = body(fitted("1-1-1 random, means too").to_code("mplus"), "!")
    assert after(lines, "VARIABLE:", "DEFINE:") == [
        "NAMES = id x m y;",
        "MISSING = .;",
        "USEVARIABLES = m y x_w x_b m_w m_b;",
        "CLUSTER = id;",
        "WITHIN = x_w m_w;",
        "BETWEEN = x_b m_b;",
    ]
    assert after(lines, "DEFINE:", "ANALYSIS:") == [
        "x_w = x;",
        "x_b = CLUSTER_MEAN (x);",
        "m_w = m;",
        "m_b = CLUSTER_MEAN (m);",
        "CENTER x_w (GROUPMEAN);",
        "CENTER m_w (GROUPMEAN);",
    ]
    assert after(lines, "ANALYSIS:", "MODEL:") == ["TYPE = TWOLEVEL RANDOM;", "ESTIMATOR = ML;"]
    within = after(lines, "%WITHIN%", "%BETWEEN%")
    assert {"slope_a | m ON x_w;", "slope_b | y ON m_w;", "m WITH y@0;"} <= set(within)
    between = after(lines, "%BETWEEN%", "MODEL CONSTRAINT:")
    assert {
        "[slope_a] (a_w);",
        "m ON x_b (a_b);",
        "slope_a WITH slope_b (cov_a_b);",
        "m WITH y@0;",
        "m (var_m);",
    } <= set(between)
    constraint = after(lines, "MODEL CONSTRAINT:", "OUTPUT:")
    assert "ind_w = a_w * b_w + cov_a_b;" in constraint
    assert "ind_b = a_b * b_b;" in constraint


def test_mplus_labels_are_explained() -> None:
    code = fitted("1-1-1 random, means too").to_code("mplus")
    for line in ("! a_w: 'a_within'", "! cov_a_b: 'cov(a,b)'", "! r_y: 'residual(y)'", "! x: 'x'"):
        assert line in code


def test_mplus_with_latent_group_means() -> None:
    lines = body(fitted("latent constraints").to_code("mplus"), "!")
    assert "DEFINE:" not in lines
    assert "USEVARIABLES = x m y;" in lines
    assert not [line for line in lines if line.startswith(("WITHIN =", "BETWEEN ="))]
    assert "ESTIMATOR = ML;" in lines
    within = after(lines, "%WITHIN%", "%BETWEEN%")
    between = after(lines, "%BETWEEN%", "MODEL CONSTRAINT:")
    same = next(line for line in within if line.startswith("m ON x"))
    assert same in between
    assert "y ON x@0;" in between
    assert "[x] (mean_x);" in between
    assert "total_b = a_b * b_b + 0;" in lines


def test_mplus_takes_bayes_for_slopes_on_latent_parts() -> None:
    model = SIM["lat"].replace(centering="latent", random_slopes=("a",))
    result = mw.fit(model, data_of("lat"), interval=None)
    code = result.to_code("mplus")
    assert "ESTIMATOR = BAYES;" in code
    assert "Asparouhov & Muthen 2019" in code
    assert "slope_a | m ON x;" in code
    assert "y ON m (b_w);" in code
    assert "ALGORITHM = GIBBS(RW);" in code


def test_mplus_deviations_have_no_mean() -> None:
    lines = body(fitted("latent, X observed").to_code("mplus"), "!")
    assert "[x_w@0];" in after(lines, "%WITHIN%", "%BETWEEN%")
    assert "[x_b] (mean_x);" in after(lines, "%BETWEEN%", "MODEL CONSTRAINT:")
    assert "WITHIN = x_w;" in lines
    assert "BETWEEN = x_b;" in lines


def test_mplus_leaves_out_effects_that_constraints_fix() -> None:
    lines = body(fitted("latent constraints").to_code("mplus"), "!")
    assert not [line for line in lines if line.startswith("direct") and line.endswith("= 0;")]


def test_mplus_keeps_rows_with_holes_where_the_result_does() -> None:
    code = fitted("latent, holes").to_code("mplus")
    assert "LISTWISE" not in code
    assert "MISSING = .;" in code
    assert "LISTWISE = ON;" in fitted("latent 1-1-1").to_code("mplus")


def test_mplus_moderation_is_a_product_centred_by_group() -> None:
    lines = body(fitted("moderation").to_code("mplus"), "!")
    assert "x_w_x_W = x * W;" in lines
    assert "CENTER x_w_x_W (GROUPMEAN);" in lines


def test_mplus_refuses_products_of_two_centred_columns() -> None:
    model = SIM["mod"].replace(centering="grand-mean", random_slopes=())
    with pytest.raises(UnsupportedError, match="second run"):
        mw.fit(model, data_of("mod"), interval=None).to_code("mplus")


# -- Stata ----------------------------------------------------------------------------------------


def test_stata_fits_both_equations_with_free_and_zero_covariances() -> None:
    code = fitted("1-1-1 random, means too").to_code("stata")
    model = code[code.index("gsem ///") :].split("\n\n")[0]
    assert model.replace(" ///\n    ", " ") == (
        "gsem (m <- x_w x_b U_m[id]@1 c.x_w#U_a[id]@1)"
        " (y <- m_w m_b x_w x_b U_y[id]@1 c.m_w#U_b[id]@1)"
        " , nocapslatent latent(U_m U_a U_y U_b)"
        " covariance(U_m[id]*U_a[id]) covariance(U_m[id]*U_y[id]@0)"
        " covariance(U_m[id]*U_b[id]) covariance(U_a[id]*U_y[id])"
        " covariance(U_a[id]*U_b[id]) covariance(U_y[id]*U_b[id]) intmethod(laplace)"
    )
    assert (
        "nlcom (indirect_within: _b[m:x_w] * _b[y:m_w] + _b[/cov(U_a[id],U_b[id])]), level(95)"
        in code
    )


def test_stata_prepares_the_data() -> None:
    lines = body(fitted("2-2-1").to_code("stata"), "*")
    assert 'local file "data.csv"' in lines
    for line in ('scalar wanted = "X"', "take X", "drop in 1", "keep if !missing(group, X, M, y)"):
        assert line in lines
    assert "generate double M_of_groups = M if first" in lines
    assert "(M_of_groups <- X) ///" in lines
    lines = body(fitted("1-1-1 fixed").to_code("stata"), "*")
    assert "egen double x_w = mean(x), by(id)" in lines
    assert "replace x_w = x - x_w" in lines


def test_stata_reads_hostile_names_as_escapes() -> None:
    code = fitted("hostile").to_code("stata")
    assert 'scalar wanted = ustrunescape("x\\u0022y")' in code
    assert 'scalar wanted = ustrunescape("\\u65e5\\u672c")' in code
    assert 'scalar category = ustrunescape("w\\u0022\\u000a<b>")' in code


# -- brms -----------------------------------------------------------------------------------------


def test_brms_lets_random_effects_of_both_equations_covary() -> None:
    code = fitted("1-1-1 stacked").to_code("brms")
    formula = code[code.index("formula <- ") : code.index("fit <- ")]
    assert " ".join(formula.split()) == (
        "formula <- bf(m ~ 1 + xw + (1 + xw |p1| id)) + "
        "bf(y ~ 1 + mw + xw + (1 + mw |p1| id)) + set_rescor(FALSE)"
    )
    assert 'awithin = draws[["b_m_xw"]]' in code
    assert (
        'covab = draws[["sd_id__m_xw"]] * draws[["sd_id__y_mw"]] * '
        'correlation(draws, "m_xw", "y_mw")' in code
    )
    assert "awithin * bwithin + covab" in code


def test_brms_takes_equations_of_groups_on_their_own() -> None:
    code = fitted("2-2-1").to_code("brms")
    assert "formula <- bf(y ~ 1 + M + X + (1 | group))" in code
    assert "fit_M <- brm(M ~ 1 + X, data = groups" in code
    assert 'abetween = draws_M[["b_X"]]' in code


def test_brms_without_covariances() -> None:
    code = fitted("1-1-1 diagonal").to_code("brms")
    assert "(1 | id) + (0 + xw | id)" in code
    assert "|p" not in code.split("library(brms)")[1]


# -- what is said where a program cannot ----------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("lavaan", "1-1-1 stacked", "no slopes that differ"),
        ("lavaan", "1-1-1 fixed", "singular"),
        ("lavaan", "1-1-1 diagonal", "restricted likelihood"),
        ("lme4", "latent 1-1-1", "latent parts"),
        ("brms", "1-1-1 random, means too", "all covariances of a set or none"),
        ("stata", "latent 1-1-1", "latent parts"),
        ("stata", "1-1-1 diagonal", "restricted likelihood"),
        ("mplus", "1-1-1 diagonal", "restricted likelihood"),
    ],
)
def test_the_reason_is_told(language: str, name: str, words: str) -> None:
    with pytest.raises(UnsupportedError, match=re.escape(words)):
        fitted(name).to_code(language)

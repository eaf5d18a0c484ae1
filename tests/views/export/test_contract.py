"""What every exporter must hold to, run over all that are registered."""

import re
from dataclasses import replace
from functools import cache

import pytest

import medwidget as mw
from medwidget.views.export.registry import EXPORTERS, to_code
from tests.views.export.cases import BREAK, CASES, TAG, fitted
from tests.views.results import hostile, hostile_data, result

OTHERS = sorted(set(EXPORTERS) - {"python"})
REMEDY = re.compile(r"export|fit |put |add ", re.IGNORECASE)


def code_or_reason(name: str, language: str) -> tuple[str | None, str]:
    try:
        return fitted(name).to_code(language), ""
    except mw.UnsupportedError as error:
        return None, str(error)


@pytest.mark.parametrize("language", EXPORTERS)
@pytest.mark.parametrize("name", CASES)
def test_a_model_is_written_or_refused_in_a_sentence_with_a_remedy(name, language):
    code, reason = code_or_reason(name, language)
    if code is None:
        assert language != "python"
        assert reason.endswith(".")
        assert REMEDY.search(reason), reason
        assert len(reason) > 60
    else:
        assert code.endswith("\n")
        assert code == fitted(name).to_code(language)


@pytest.mark.parametrize("language", OTHERS)
def test_something_is_written_by_every_exporter(language):
    written = [name for name in CASES if code_or_reason(name, language)[0] is not None]
    assert len(written) >= 5
    assert any("hostile" in name for name in written)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", CASES)
def test_code_is_plain_text_without_names_of_the_data_outside_strings(name, language):
    code, _ = code_or_reason(name, language)
    if code is None:
        return
    assert code.isascii()
    assert set(code) <= {"\n", *map(chr, range(32, 127))}
    bare = statements(code, language)
    for fragment in ("alert(", "quit(", "onerror=", "<img", "</", "<b>"):
        assert fragment not in bare
    assert '"' not in bare
    assert bare.count("(") == bare.count(")")


def statements(code: str, language: str) -> str:
    """Return code without comments and strings."""
    mark = {"mplus": "!", "stata": "*"}.get(language, "#")
    lines = [line for line in code.splitlines() if not line.lstrip().startswith(mark)]
    return re.sub(r'"[^"]*"', "text", "\n".join(lines))


@pytest.mark.parametrize("language", OTHERS)
def test_every_column_is_named_once_in_a_string_or_a_comment(language):
    name = "hostile latent" if language == "lavaan" else "hostile"
    code, reason = code_or_reason(name, language)
    assert code is not None, reason
    assert TAG in code
    assert "\\u65e5\\u672c" in code
    if language != "lavaan":
        assert BREAK[:3] in code


@pytest.mark.parametrize("language", OTHERS)
def test_names_of_five_hundred_letters_are_cut(language):
    try:
        code = to_code(hostile(), language)
    except mw.UnsupportedError:
        code = to_code(short_of_slopes(), language)
    longest = 8 if language == "mplus" else 30
    words = re.findall(r"\bxx\w*", statements(code, language))
    assert words
    assert max(map(len, words)) <= longest
    if language == "mplus":  # which reads no further
        assert max(map(len, code.splitlines())) <= 90


@cache
def short_of_slopes():
    model = hostile().model.replace(random_slopes=(), moderators={}, centering="none")
    return mw.fit(model, hostile_data(), interval=None)


@pytest.mark.parametrize("language", OTHERS)
def test_a_result_read_back_is_refused(language):
    again = mw.MediationResult.from_dict(fitted("1-1-1 fixed").to_dict())
    with pytest.raises(mw.UnsupportedError, match="read back"):
        again.to_code(language)


@pytest.mark.parametrize("language", OTHERS)
def test_methods_from_elsewhere_are_refused(language):
    found = fitted("1-1-1 fixed")
    foreign = replace(found, settings={**found.settings, "estimator": "homemade"})
    with pytest.raises(mw.UnsupportedError, match="homemade"):
        foreign.to_code(language)


@pytest.mark.parametrize("language", OTHERS)
def test_every_column_of_a_large_model_is_there(language):
    try:
        code = to_code(result("moderated"), language)
    except mw.UnsupportedError:
        code = None  # restricted likelihood, of which these have none
    assert (code is None) == (language in {"lavaan", "mplus", "stata"})
    assert code is None or all(column in code for column in result("moderated").model.columns)


def test_a_name_with_a_character_that_no_file_holds_is_refused():
    data = mw.load_dataset("bpg").rename(columns={"x": "x\0y"})
    found = mw.fit(mw.MediationModel("x\0y", "m", "y", "id"), data, interval=None)
    with pytest.raises(mw.UnsupportedError, match="Rename the column"):
        found.to_code("lme4")

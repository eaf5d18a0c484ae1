"""The command line: what it writes, what it says, and how it ends."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

import medwidget as mw
from medwidget.command import demo
from medwidget.command.main import main
from tests.pipeline.strategies import HOSTILE
from tests.views.words import forbidden

ROLES = ["--exposure", "HRS", "--mediator", "LEAD", "--outcome", "WBEING", "--group", "GRP"]
PIPE = ("|", ".", ["--separator", "|"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    mw.load_dataset("army").to_csv(folder / "army.csv", index=False)
    return folder


@pytest.fixture
def here(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return folder


def ran(capsys, *arguments):
    """Return exit code, lines of stdout and lines of stderr."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as stopped:
        code = stopped.code
    out, err = capsys.readouterr()
    return code, out.splitlines(), err.splitlines()


class Page(HTMLParser):
    """What a page holds: elements with attributes, and the text outside of programs."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text, self._inside = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside not in {"script", "style"}:
            self.text.append(data)


# -- report -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(folder):
    target = folder / "report.html"
    assert main(["report", str(folder / "army.csv"), *ROLES, "-o", str(target)]) == 0
    return target.read_text(encoding="utf-8")


def test_a_report_holds_the_numbers_of_the_fit(report, folder):
    data = pd.read_csv(folder / "army.csv")
    result = mw.fit(mw.MediationModel("HRS", "LEAD", "WBEING", "GRP"), data)
    text = " ".join(Page(report).text)
    for name in ("indirect_within", "indirect_between"):
        assert name in text
    estimate = result.effect("indirect_within").estimate
    assert f"{abs(estimate):.4f}" in text
    assert "7,382 × 5" in text
    assert not forbidden(re.sub(r"data:image\S+", "", " ".join(Page(report).text)))


def test_a_report_needs_no_network_and_runs_what_it_carries(report):
    page = Page(report)
    assert report.startswith("<!DOCTYPE html>")
    for tag, attributes in page.elements:
        assert "src" not in attributes or attributes["src"].startswith("data:")
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert tag not in {"link", "iframe", "object", "embed", "base"}
    policy = next(a["content"] for t, a in page.elements if a.get("http-equiv"))
    assert "default-src 'none'" in policy
    charts = json.loads(re.search(r'id="charts">(.*?)</script>', report, re.S).group(1))
    figures = [tag for tag, _ in page.elements if tag == "figure"]
    assert len(charts) == len(figures) == 2


def test_the_code_in_a_report_gives_its_numbers(report, folder, monkeypatch, capsys):
    code = next(text for text in Page(report).text if text.startswith("import pandas"))
    names = {}
    monkeypatch.chdir(folder)
    exec(compile(code, "report", "exec"), names)
    capsys.readouterr()
    estimate = names["result"].effect("indirect_within").estimate
    assert f"{abs(estimate):.4f}" in " ".join(Page(report).text)


def test_the_same_report_twice_is_the_same_file(report, folder, tmp_path):
    target = tmp_path / "again.html"
    main(["report", str(folder / "army.csv"), *ROLES, "-o", str(target)])
    assert target.read_text(encoding="utf-8") == report


def test_options_reach_the_fit(here, capsys):
    code, out, err = ran(
        capsys,
        *("report", here / "army.csv", *ROLES, "--covariate", "COHES", "--random-slopes"),
        *("--centering", "within", "--estimator", "reml", "--interval", "delta", "--level", "0.9"),
        *("--title", "Hours <b>&", "--group-label", "company", "--row-label", "soldier"),
    )
    assert (code, out, err) == (0, ["army-report.html"], [])
    text = Path("army-report.html").read_text(encoding="utf-8")
    assert "<h1>Hours &lt;b&gt;&amp;</h1>" in text
    shown = "".join(Page(text).text)
    for argument in (
        "covariates=['COHES']",
        "random_slopes=[]",
        "centering='within'",
        "estimator='reml'",
        "interval=mw.Delta(",
        "level=0.9",
    ):
        assert argument in shown
    assert "No chart of the companies" in shown


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name, here, capsys, tmp_path):
    data = mw.load_dataset("bpg").rename(columns={"m": name})
    data.to_csv("odd.csv", index=False)
    arguments = ["odd.csv", "--exposure=x", f"--mediator={name}", "--outcome=y", "--group=id"]
    code, out, err = ran(capsys, "report", *arguments, "--random-slopes", "--interval=delta")
    assert (code, err) == (0, [])
    page = Page(Path(out[0]).read_text(encoding="utf-8"))
    scripts = [tag for tag, _ in page.elements if tag == "script"]
    images = [attributes for tag, attributes in page.elements if tag == "img"]
    assert len(scripts) == 3
    assert len(images) == 1
    assert ran(capsys, "check", *arguments)[0] == 0


def test_group_labels_are_read_as_they_stand(here, capsys):
    data = mw.load_dataset("bpg")
    data["id"] = data["id"].map("{:04d}".format)
    data.to_csv("padded.csv", index=False)
    roles = ["--exposure", "x", "--mediator", "m", "--outcome", "y", "--group", "id"]
    assert ran(capsys, "report", "padded.csv", *roles)[0] == 0
    assert ">0007<" in Path("padded-report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("separator", "decimal", "options"),
    [
        (";", ".", []),
        ("\t", ".", []),
        (";", ",", ["--decimal", ","]),
        ("|", ".", ["--separator", "|"]),
    ],
)
def test_separators_are_found(here, capsys, separator, decimal, options):
    mw.load_dataset("bpg").to_csv("table.csv", index=False, sep=separator, decimal=decimal)
    code, out, _ = ran(capsys, "check", "table.csv", *options)
    assert code == 0
    kinds = [line.split()[1:3] for line in out if line.strip().startswith(("x ", "m ", "y "))]
    assert kinds == [["numeric", "individual"]] * 3


# -- check ------------------------------------------------------------------------------------


def test_check_describes_columns(here, capsys):
    code, out, err = ran(capsys, "check", here / "army.csv")
    assert (code, err) == (0, [])
    assert any("99 groups" in line for line in out)
    assert max(map(len, out)) <= max(100, len(out[0]))


def test_check_finds_nothing_in_a_sound_model(here, capsys):
    code, out, err = ran(capsys, "check", here / "army.csv", *ROLES)
    assert (code, err) == (0, [])
    assert len(out) == 1


def test_check_says_every_error_and_ends_with_one(here, capsys):
    roles = [*ROLES[:1], "HOURS", *ROLES[2:5], "WELL", *ROLES[6:]]
    code, out, _ = ran(capsys, "check", here / "army.csv", *roles)
    assert code == 1
    text = " ".join(out)
    assert "'HOURS'" in text
    assert "'WELL'" in text
    assert "2 errors" in text


def test_warnings_alone_are_no_error(here, capsys):
    mw.load_dataset("army").query("GRP <= 10").to_csv("few.csv", index=False)
    code, out, _ = ran(capsys, "check", "few.csv", *ROLES)
    assert code == 0
    assert any("warning" in line for line in out)
    assert out[-1].strip() == "No errors."


# -- what cannot be done ----------------------------------------------------------------------


def bad_files():
    return {
        "absent.csv": None,
        "empty.csv": b"",
        "nameless.csv": b"\n\n",
        "binary.csv": bytes(range(256)) * 4,
        "ragged.csv": b"a,b\n1,2\n1,2,3\n",
        "repeated.csv": b"a,a\n1,2\n",
        "header.csv": b"HRS,LEAD,WBEING,GRP\n",
    }


@pytest.mark.parametrize("command", ["report", "check"])
@pytest.mark.parametrize("name", bad_files())
def test_a_bad_file_is_one_line_and_exit_code_2(here, capsys, command, name):
    content = bad_files()[name]
    if content is not None:
        Path(name).write_bytes(content)
    code, out, err = ran(capsys, command, name, *ROLES)
    assert code == 2
    assert out == []
    assert len(err) == 1
    assert err[0].startswith("medwidget: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required"),
        (["reprt"], "invalid choice"),
        (["report"], "required"),
        (["report", "{army}", *ROLES[:6]], "--group"),
        (["check", "{army}", "--exposure", "HRS"], "--mediator, --outcome, --group are not given"),
        (["report", "{army}", *ROLES, "--level", "2"], "--level 2.0 must"),
        (["report", "{army}", *ROLES, "--level", "high"], "--level"),
        (["report", "{army}", *ROLES, "--seed", "-1"], "--seed -1 must"),
        (["report", "{army}", *ROLES, "--centering", "middle"], "--centering"),
        (["report", "{army}", *ROLES, "--moderator", "COHES"], "must name a path and a column"),
        (
            ["report", "{army}", *ROLES, "--moderator", "z=COHES"],
            "--moderator: there is no path 'z'",
        ),
        (["report", "{army}", *ROLES, "--covariate", "HRS"], "named twice"),
        (["report", "{army}", *ROLES, "--split", "HRS"], "must name two things"),
        (["report", "{army}", *ROLES, "--constraint", "z=0"], "'z'"),
        (["report", "{army}", *ROLES, "-o", "absent/page.html"], "no folder"),
        (["report", "{army}", *ROLES, "-o", "{army}"], "file of the data"),
        (["report", "{army}", *ROLES, "-o", "."], "cannot be written"),
        (["report", "{army}", *ROLES, "--separator", "::"], "one character"),
        (["report", "{army}", *ROLES, "--encoding", "klingon"], "klingon"),
        (["report", "{army}", *[part.replace("HRS", "HOURS") for part in ROLES]], "'HOURS'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(here, capsys, arguments, words):
    given = [part.format(army=here / "army.csv") for part in arguments]
    code, out, err = ran(capsys, *given)
    assert code == 2
    assert out == []
    assert len(err) == 1
    assert err[0].startswith("medwidget: ")
    assert words in err[0]


def test_several_errors_are_one_line_too(here, capsys):
    roles = [*ROLES[:1], "HOURS", *ROLES[2:5], "WELL", *ROLES[6:]]
    code, _, err = ran(capsys, "report", here / "army.csv", *roles)
    assert code == 2
    assert len(err) == 1
    assert "2 reasons: (1)" in err[0]
    assert "(2)" in err[0]


def test_nothing_in_a_name_moves_the_cursor(here, capsys):
    code, _, err = ran(capsys, "report", "\x1b[2Jx\n.csv", *ROLES)
    assert code == 2
    assert len(err) == 1
    assert "\x1b" not in err[0]


# -- remedies ---------------------------------------------------------------------------------


def test_a_remedy_is_what_can_be_typed(here, capsys):
    data = mw.load_dataset("army")
    data.loc[data.index[:5], "HRS"] = None
    data.to_csv("holes.csv", index=False)
    _, out, _ = ran(capsys, "check", "holes.csv", *ROLES)
    remedy = "with --missing fiml and --centering latent"
    assert remedy in " ".join(" ".join(out).split())
    code, out, _ = ran(capsys, "report", "holes.csv", *ROLES, "--interval", "none")
    assert code == 0
    assert remedy in "".join(Page(Path(out[0]).read_text(encoding="utf-8")).text)
    code, _, err = ran(capsys, "report", "holes.csv", *ROLES, "--missing", "fiml")
    assert code == 2
    assert "Use --centering latent, or --missing listwise." in err[0]


# -- demo, and as a program -------------------------------------------------------------------


def test_demo_puts_the_tour_there_and_says_how(tmp_path, capsys):
    code, out, _ = ran(capsys, "demo", "--folder", tmp_path / "new", "--how")
    assert code == 0
    tour = tmp_path / "new" / demo.NAME
    assert json.loads(tour.read_text(encoding="utf-8"))["cells"]
    assert str(tour) in out[0]
    tour.write_text("mine", encoding="utf-8")
    ran(capsys, "demo", "--folder", tmp_path / "new", "--how")
    assert tour.read_text(encoding="utf-8") == "mine"


def test_demo_runs_jupyterlab_or_says_what_is_missing(tmp_path, capsys, monkeypatch):
    commands = []

    def run(command, check):
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(demo.subprocess, "run", run)
    monkeypatch.setattr(demo, "find_spec", lambda name: object())
    assert ran(capsys, "demo", "--folder", tmp_path)[0] == 0
    assert commands[0][1:4] == ["-m", "jupyterlab", str(tmp_path / demo.NAME)]
    monkeypatch.setattr(demo, "find_spec", lambda name: None)
    code, _, err = ran(capsys, "demo", "--folder", tmp_path)
    assert (code, len(err)) == (2, 1)
    assert "medwidget[lab]" in err[0]
    monkeypatch.setattr(demo, "PLACES", ())
    assert ran(capsys, "demo", "--folder", tmp_path)[0] == 2


def test_it_runs_as_a_module_where_the_terminal_knows_only_ascii(folder):
    done = subprocess.run(
        [sys.executable, "-m", "medwidget", "check", str(folder / "army.csv")],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "HRS" in done.stdout


def test_help_names_every_command(capsys):
    code, out, _ = ran(capsys, "--help")
    assert code == 0
    assert all(any(name in line for line in out) for name in ("report", "check", "demo"))


def test_a_moderated_path_has_its_curve(here, capsys):
    mw.load_dataset("schools").to_csv("schools.csv", index=False)
    roles = ["--exposure=minority", "--mediator=ses", "--outcome=mathach", "--group=school"]
    code, out, _ = ran(capsys, "report", "schools.csv", *roles, "--moderator", "a=disclim")
    assert code == 0
    page = Page(Path(out[0]).read_text(encoding="utf-8"))
    assert sum(tag == "figure" for tag, _ in page.elements) == 3


def test_a_latent_model_is_reported(here, capsys):
    mw.load_dataset("bpg").to_csv("bpg.csv", index=False)
    roles = ["--exposure=x", "--mediator=m", "--outcome=y", "--group=id", "--random-slopes"]
    options = ["--centering=latent", "--missing=fiml", "--split=x=observed"]
    held = ["--constraint=direct_between=0", "--constraint=b_within=b_between"]
    code, out, err = ran(capsys, "report", "bpg.csv", *roles, *options, *held)
    assert (code, err) == (0, [])
    text = "".join(Page(Path(out[0]).read_text(encoding="utf-8")).text)
    for argument in (
        "splits={'x': 'observed'}",
        "'direct_between': 0",
        "'b_within': 'b_between'",
        "missing='fiml'",
    ):
        assert argument in text

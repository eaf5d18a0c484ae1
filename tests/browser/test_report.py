"""A report of the command line: a page that draws with the network off, and runs no name."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

import medwidget as mw
from medwidget.command.main import main

AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    data = mw.load_dataset("schools").rename(columns={"ses": HOSTILE})
    data["school"] = data["school"].map("<b>{}</b>".format)
    data.to_csv(folder / "schools.csv", index=False)
    roles = ["--exposure=minority", f"--mediator={HOSTILE}", "--outcome=mathach", "--group=school"]
    options = ["--moderator=a=disclim", "--interval=delta", "-o", str(folder / "report.html")]
    assert main(["report", str(folder / "schools.csv"), *roles, *options]) == 0
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_draws_every_chart_offline_and_runs_no_name(folder, browser, watch, scheme):
    context = browser.new_context(
        offline=True, color_scheme=scheme, viewport={"width": 900, "height": 1200}
    )
    page = context.new_page()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    watch.follow(page)
    page.goto((folder / "report.html").as_uri())
    expect(page.locator("body[data-drawn]")).to_be_attached()
    expect(page.locator("figure")).to_have_count(3)
    for place in range(3):
        expect(page.locator(f"#chart-{place} svg")).to_be_visible()
    expect(page.locator("img")).to_have_count(1)
    assert page.locator("img").evaluate("image => image.naturalWidth") > 0
    assert asked == []
    # long names and wide charts scroll within the page, not the page itself
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 900
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(folder, browser, scheme):
    # the page lets no script in but its own, so the policy is put aside for axe
    context = browser.new_context(offline=True, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto((folder / "report.html").as_uri())
    expect(page.locator("body[data-drawn]")).to_be_attached()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async () => (await axe.run(document, { resultTypes: ['violations'] }))
        .violations.map((each) => [each.id, each.nodes[0].html.slice(0, 200)])"""
    )
    assert found == []
    context.close()

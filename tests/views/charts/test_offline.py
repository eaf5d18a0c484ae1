import json
import re

from medwidget.views.charts import offline, settling
from tests.views.results import TAG


def test_a_program_stays_what_it_is_within_its_element():
    program = 'f = (t) => t.replace(/</g, "&lt;").replace(/<\\//, "</SCRIPT><!-- <script>")'
    text = offline._program_inside_script(program)
    assert 't.replace(/</g, "&lt;")' in text
    assert not re.search(r"</?script|<!--", text, re.IGNORECASE)
    assert text.replace("\\x3c", "<") == program


def test_data_in_a_page_can_neither_end_its_element_nor_break_it(monkeypatch):
    monkeypatch.setattr(offline, "_bundle", lambda: "export const parse = 1;")
    picture = settling.picture("total", [1], [0], [1], [2], total=3)
    spec = {**picture.standalone(), "description": f"{TAG}</script><!-- \\"}
    page = offline.page(spec, TAG, ["a"], [[TAG]])
    held = re.search(r'id="spec">(.*?)</script>', page, re.DOTALL)
    assert held is not None
    assert json.loads(held.group(1))["description"] == spec["description"]
    assert TAG not in page

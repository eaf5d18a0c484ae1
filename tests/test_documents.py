"""Every python block in README.md and docs/ runs, in order, without a warning."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```python[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]


def blocks(text: str) -> list[tuple[int, str]]:
    """Return each block with the number of lines above it."""
    return [(text.count("\n", 0, m.start(1)), m.group(1)) for m in FENCE.finditer(text)]


def has_blocks(path: Path) -> bool:
    return bool(blocks(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, id=p.relative_to(ROOT).as_posix()) for p in documents() if has_blocks(p)],
)
def test_examples_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "__document__"}
    for above, source in blocks(path.read_text(encoding="utf-8")):
        # Blank lines in front make a traceback point at the line of the document.
        code = compile("\n" * above + source, str(path), "exec")
        exec(code, namespace)


def test_blocks_are_found_with_their_line() -> None:
    text = "a\n```python\nx = 1\n```\n```text\nno\n```\n```python\ny = 2\n\nz = 3\n```\n"
    assert blocks(text) == [(2, "x = 1\n"), (8, "y = 2\n\nz = 3\n")]

"""Rules of the house that no other tool looks after."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*(ROOT / "medwidget").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
MOST_LINES = 400


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_are_short_enough_to_read(path: Path) -> None:
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines < MOST_LINES, f"{n_lines} lines: split it by subject"


def test_the_package_is_typed_for_its_users() -> None:
    assert (ROOT / "medwidget" / "py.typed").is_file()

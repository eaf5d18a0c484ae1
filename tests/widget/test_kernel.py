"""The widget in a real kernel: comm messages as a page sends them, and what comes back."""

from __future__ import annotations

import gzip
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

SETUP = """
import medwidget as mw
data = mw.load_dataset("diary")
widget = mw.MediationWidget(data, group_label="person", row_label="day")
widget
"""
ROLES = {"fwkstrs": "exposure", "fwkdis": "mediator", "freldis": "outcome", "id": "group"}


class Page:
    """As much of a page as a test needs: the state of a widget's model, and its messages."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client
        self.comm = ""
        self.state: dict[str, Any] = {}
        self.updates: list[dict[str, Any]] = []
        self.customs: list[tuple[dict[str, Any], list[Any]]] = []
        self.errors: list[str] = []
        self.printed = ""

    def listen(self, until: Callable[[], bool], seconds: float = 30.0) -> None:
        """Take messages in until something is the case."""
        end = time.monotonic() + seconds
        while not until():
            message = self.client.get_iopub_msg(timeout=max(end - time.monotonic(), 0.01))
            self._take(message["msg_type"], message["content"], message["buffers"])

    def _take(self, kind: str, content: dict[str, Any], buffers: list[Any]) -> None:
        if kind == "error":
            self.errors.append("\n".join(content["traceback"]))
        if kind == "stream":
            self.printed += content["text"]
        if kind == "comm_open" and "_columns" in content["data"].get("state", {}):
            self.comm, self.state = content["comm_id"], dict(content["data"]["state"])
        if kind != "comm_msg" or content["comm_id"] != self.comm:
            return
        data = content["data"]
        if data["method"] == "update":
            self.state.update(data["state"])
            self.updates.append(data["state"])
        if data["method"] == "custom":
            self.customs.append((data["content"], buffers))

    def send(self, **gesture: Any) -> None:
        """Send a gesture as the page does."""
        content = {
            "comm_id": self.comm,
            "data": {"method": "custom", "content": gesture},
        }
        client = self.client
        message = client.session.msg("comm_msg", content)
        client.shell_channel.send(message)

    def run(self, code: str) -> None:
        """Run code in the kernel, without waiting for it."""
        self.client.execute(code)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    manager = KernelManager()
    manager.start_kernel(extra_arguments=["--HistoryManager.enabled=False"])
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        page = Page(client)
        page.run(SETUP)
        page.listen(lambda: bool(page.comm) or bool(page.errors))
        assert not page.errors
        yield page
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _answered(page: Page) -> bool:
    status = page.state["_status"]
    return bool(status["revision"] == page.state["_draft"]["revision"] == status["answered"])


def _map(page: Page) -> None:
    for column, role in ROLES.items():
        page.send(kind="assign", column=column, role=role)
    page.listen(lambda: page.state["_draft"]["group"] == "id" and _answered(page))


@pytest.fixture
def mapped(page: Page) -> Page:
    """Give the page with its roles assigned, whichever tests came before."""
    if not page.state["_draft"]["group"] or not _answered(page):
        _map(page)
    return page


def test_the_page_opens_with_the_columns_and_no_row(page: Page) -> None:
    page.listen(lambda: page.state["_columns"]["n_described"] == 5)
    assert page.state["_columns"]["group_guess"] == "id"
    assert page.state["_columns"]["subtitle"] == "2,100 rows · 100 persons · 21 days each"
    assert page.state["_esm"]


def test_four_gestures_give_an_answer_and_each_change_comes_in_one_update(page: Page) -> None:
    _map(page)
    assert page.state["_status"]["kind"] == "good"
    page.updates.clear()
    before = page.state["_answer"]["revision"]
    page.send(kind="choose", control="centering", value="within")
    page.listen(lambda: page.state["_answer"]["revision"] > before)
    changed = [set(update) for update in page.updates if "_answer" in update]
    assert len(changed) == 1
    assert {"_draft", "_diagram"} <= changed[0]
    page.send(kind="undo")
    page.listen(lambda: _answered(page) and page.state["_draft"]["can_redo"])


def test_a_wrong_gesture_becomes_a_message_and_nothing_is_lost(mapped: Page) -> None:
    draft = mapped.state["_draft"]
    mapped.send(kind="assign", column="no such column", role="mediator")

    def complained() -> bool:
        return any("no such column" in item["title"] for item in mapped.state["_messages"])

    mapped.listen(complained)
    assert mapped.state["_draft"] == draft
    mapped.send(kind="show", tab="effects")
    mapped.listen(lambda: not complained())


def test_a_ping_is_answered_while_a_bootstrap_runs(mapped: Page) -> None:
    mapped.send(kind="choose", control="interval", value="bootstrap")
    mapped.listen(lambda: mapped.state["_progress"] is not None)
    mapped.customs.clear()
    times = []
    for number in range(5):
        began = time.monotonic()
        mapped.send(kind="ask", id=number, what="ping")
        mapped.listen(lambda number=number: any(c["id"] == number for c, _ in mapped.customs))
        times.append(time.monotonic() - began)
    assert mapped.state["_progress"] is not None, "the job ended too soon to say anything"
    assert sorted(times)[2] < 0.5
    mapped.send(kind="cancel", keep=False)
    began = time.monotonic()
    mapped.listen(lambda: mapped.state["_progress"] is None)
    assert time.monotonic() - began < 2.0
    mapped.listen(lambda: _answered(mapped) and mapped.state["_status"]["kind"] != "busy")
    mapped.listen(lambda: mapped.state["_answer"]["method"].startswith("Monte Carlo"))


def test_the_second_bundle_comes_as_one_compressed_buffer(page: Page) -> None:
    page.customs.clear()
    page.send(kind="ask", id=77, what="vega")
    page.listen(lambda: bool(page.customs))
    reply, buffers = page.customs[0]
    if reply["error"]:
        assert "make build" in reply["error"]
    else:
        assert gzip.decompress(bytes(buffers[0]))


def test_python_changes_the_page(mapped: Page) -> None:
    mapped.run("widget.model = widget.model.replace(random_slopes=())")

    def fixed() -> bool:
        slopes = mapped.state["_draft"]["slopes"]
        return not any(slope["on"] for slope in slopes) and _answered(mapped)

    mapped.listen(fixed)
    marker = uuid.uuid4().hex
    mapped.run(f"assert widget.result.model.random_slopes == (); print({marker!r})")
    mapped.listen(lambda: marker in mapped.printed or bool(mapped.errors))
    assert not mapped.errors

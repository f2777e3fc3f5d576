"""A child that its document took over: whatever it says, the worker goes on and ends in time."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from tests.samples.sandbox_tricks import LIES
from workers.inspecting import document as inspection
from workers.sandbox import one_answer
from workers.sandbox.client import Ending, Job, Sandbox, events

TRICKS = "tests.samples.sandbox_tricks"


class Possessed(Sandbox):
    """Asks for lies instead of what was asked for."""

    lie = "nothing"

    def spawn(self, job: Job, document: int):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Let the child tell the lie."""
        told = Job(call=f"{TRICKS}:tell", arguments={"lie": self.lie}, cpu_seconds=job.cpu_seconds)
        return super().spawn(told, document)


@pytest.fixture(scope="module")
def possessed() -> Iterator[Possessed]:
    """One fork server whose children lie."""
    with Possessed(preload=[TRICKS, "threading"], prepare=[], required=True) as sandbox:
        yield sandbox


@pytest.mark.parametrize("kind", list(DocumentKind))
@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_lie_is_a_refusal(
    possessed: Possessed,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    lie: str,
    kind: DocumentKind,
) -> None:
    possessed.lie = lie
    monkeypatch.setattr(inspection, "start_sandbox", lambda: None)
    for asking in (inspection, one_answer):
        monkeypatch.setattr(asking, "the_sandbox", lambda: possessed)
    file = tmp_path / "document"
    file.write_bytes(b"anything")
    report = inspection.inspect(file, kind=kind, limits=UploadLimits())
    assert report.reason is not None
    assert not report.pages


def test_a_child_that_keeps_talking_is_ended_all_the_same(possessed: Possessed) -> None:
    job = Job(call=f"{TRICKS}:chatter", cpu_seconds=1, quiet_seconds=1)
    memory = os.memfd_create("document")
    started = time.monotonic()
    try:
        ending = None
        for _, event in events([Sandbox.spawn(possessed, job, memory)]):
            ending = event if isinstance(event, Ending) else ending
    finally:
        os.close(memory)
    assert ending is not None
    assert ending.overran
    assert job.most_seconds <= time.monotonic() - started < job.most_seconds + 10

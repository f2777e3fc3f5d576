"""One child of the sandbox that answers once: its last frame and how it ended."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from workers.sandbox.client import Ending, Job, SandboxError, events
from workers.sandbox.keeper import the_sandbox
from workers.sandbox.wire import Frame, is_failure, missing_walls


def only_frame(job: Job, document: int) -> tuple[Frame | None, Ending]:
    """Run one child on an open descriptor; return its last frame, None when it gave no result.

    Raises ``SandboxError``.
    """
    frame: Frame | None = None
    ending: Ending | None = None
    for _, event in events([the_sandbox().spawn(job, document)]):
        if isinstance(event, Ending):
            ending = event
        elif missing_walls(event) is None:
            frame = event
    if ending is None:
        raise SandboxError("a child without an end")
    return (None if frame is None or is_failure(frame) else frame), ending


@contextmanager
def nameless(name: str) -> Iterator[int]:
    """Give a descriptor of nameless memory; closes it."""
    descriptor = os.memfd_create(name)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte to a descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]

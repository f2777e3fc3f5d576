"""Sends a file that is made row by row once it is whole: who reads slowly keeps nobody waiting."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from flask import Response

IN_MEMORY_BYTES: Final = 256 * 1024
"""A longer file waits on disk, under no name."""
PIECE_BYTES: Final = 64 * 1024


def spooled(write: Callable[[IO[bytes]], object], *, content_type: str, name: str) -> Response:
    """Let ``write`` make the file, then return the answer that sends it under this name."""
    with ExitStack() as held:
        file = held.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        write(file)
        size_bytes = file.seek(0, 2)
        file.seek(0)
        response = Response(iter(partial(file.read, PIECE_BYTES), b""), content_type=content_type)
        response.call_on_close(held.pop_all().close)
    response.content_length = size_bytes
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response

"""Nameless memory for a child, written to the last byte."""

import os
from pathlib import Path

import pytest

from workers.sandbox.one_answer import nameless, write_all


def test_nameless_memory_holds_every_byte_and_has_no_path() -> None:
    data = bytes(range(256)) * 5000
    with nameless("page") as descriptor:
        write_all(descriptor, data)
        assert os.pread(descriptor, len(data) + 1, 0) == data
        assert str(Path(f"/proc/self/fd/{descriptor}").readlink()) == "/memfd:page (deleted)"


def test_nameless_memory_is_closed_even_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), nameless("page") as descriptor:
        raise ValueError("x")
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(descriptor)

"""The relay of ``benchmarks/kills.py`` really gives wrong bytes, and nothing else is changed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from kills_store import with_wrong_byte

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"


def test_the_last_byte_of_a_file_is_another_one() -> None:
    assert with_wrong_byte(HEAD + b"abc") == HEAD + b"ab" + bytes([ord("c") ^ 0xFF])
    assert with_wrong_byte(b"more of it") == b"more of i" + bytes([ord("t") ^ 0xFF])


def test_a_head_alone_is_passed_on_as_it_is() -> None:
    assert with_wrong_byte(HEAD) == HEAD
    assert with_wrong_byte(HEAD[:20]) == HEAD[:20]

"""The allow-list as a program: read by a small interpreter of BPF, call by call."""

import struct

import pytest

from workers.sandbox import filters

X86, PID = 0xC000003E, 4711
REFUSED, ALLOWED, KILLED = 0x00050001, 0x7FFF0000, 0x80000000


@pytest.fixture(autouse=True)
def _on_x86(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")


def _verdict(number: int, *arguments: int, architecture: int = X86) -> int:
    """Run the program on one system call."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("=iIQ6Q", number, architecture, 0, *padded)
    lines = list(struct.iter_unpack("=HBBI", filters.program(PID)))
    accumulator = place = 0
    while True:
        code, yes, no, value = lines[place]
        place += 1
        if code == filters.LOAD:
            (accumulator,) = struct.unpack_from("=I", data, value)
        elif code == filters.RETURN:
            return int(value)
        else:
            holds = {
                filters.JUMP_EQUAL: accumulator == value,
                filters.JUMP_SET: bool(accumulator & value),
                filters.JUMP_GREATER_EQUAL: accumulator >= value,
            }[code]
            place += yes if holds else no


@pytest.mark.parametrize("number", [0, 1, 3, 12, 17, 38, 202, 228, 231, 318])
def test_allows_what_a_parser_in_memory_needs(number: int) -> None:
    assert _verdict(number) == ALLOWED


@pytest.mark.parametrize(
    "number",
    [2, 257, 437, 41, 42, 49, 53, 56, 57, 58, 435, 59, 322, 62, 101, 310, 321, 425, 165, 157, 16,
     72, 87, 263, 90, 319, 324 + 100, 272],
)  # fmt: skip
def test_refuses_files_network_programs_and_the_rest(number: int) -> None:
    assert _verdict(number) == REFUSED


def test_allows_memory_but_no_new_code() -> None:
    for number in (9, 10):
        assert _verdict(number, 0, 4096, 0x1 | 0x2) == ALLOWED
        assert _verdict(number, 0, 4096, 0x1 | 0x4) == REFUSED


def test_allows_to_look_at_open_files_only() -> None:
    assert _verdict(262, 3, 0, 0, 0x1000) == ALLOWED
    assert _verdict(262, 0, 0, 0, 0) == REFUSED


def test_allows_signals_to_itself_only() -> None:
    assert _verdict(234, PID, PID, 6) == ALLOWED
    assert _verdict(234, PID + 1, PID, 6) == REFUSED


def test_kills_calls_of_another_architecture() -> None:
    assert _verdict(0, architecture=0x40000003) == KILLED
    assert _verdict(0x40000000) == KILLED


def test_has_about_forty_calls() -> None:
    assert 35 <= sum(_verdict(number) == ALLOWED for number in range(500)) <= 50


def test_says_when_it_does_not_know_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(filters.UnknownArchitectureError):
        filters.program(PID)
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert len(filters.program(PID)) % 8 == 0

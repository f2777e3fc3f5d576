"""Receipts are printed by a process that knows nothing else, one at a time."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from review_service.adapters import receipt_printer
from review_service.adapters.receipt_printer import ReceiptPrinter
from review_service.domain.errors import OutsideError
from review_service.domain.receipts import Receipt, ReceivedFile

NOON = datetime(2026, 11, 27, 17, tzinfo=UTC)
RECEIPT = Receipt(
    reference="AR-2026-000001",
    holder="ÑAUPARI MUÑOZ MARÍA",
    ruc="1760001550001",
    kind="primer Acuerdo",
    trade="tejidos",
    place="Otavalo, Imbabura",
    received_at=NOON,
    due_at=None,
    files=(ReceivedFile(name="a.jpg", what="Foto", size_bytes=3, sha256="0" * 64),),
    institution="Ministerio",
    support="Escríbanos.",
    address="https://rum.example.ec/solicitudes/1",
    demonstration=False,
)


class Program:
    """Stands for ``subprocess.run``: notes what it was given and how many run at once."""

    def __init__(self) -> None:
        self.given: list[dict[str, Any]] = []
        self.inside = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, _command: object, **given: Any) -> subprocess.CompletedProcess[bytes]:  # noqa: ANN401 -- options
        with self._lock:
            self.given.append(given)
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.05)
        with self._lock:
            self.inside -= 1
        return subprocess.CompletedProcess([], 0, stdout=b"%PDF-")


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    """Print nothing."""
    program = Program()
    monkeypatch.setattr(subprocess, "run", program)
    return program


@pytest.mark.parametrize("due_at", [None, NOON])
def test_a_receipt_comes_whole_to_the_program(due_at: datetime | None) -> None:
    receipt = Receipt.from_json({**RECEIPT.to_json(), "due_at": due_at and due_at.isoformat()})
    assert Receipt.from_json(receipt.to_json()) == receipt
    assert receipt.due_at == due_at
    assert receipt.files == RECEIPT.files


def test_the_program_is_told_no_key(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a key")
    assert ReceiptPrinter().render(RECEIPT) == b"%PDF-"
    assert "SECRET_KEY" not in program.given[0]["env"]


def test_one_is_printed_at_a_time(program: Program) -> None:
    printer = ReceiptPrinter()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(printer.render, [RECEIPT] * 4)) == [b"%PDF-"] * 4
    assert program.most == 1


def test_whoever_waits_too_long_is_told_to_come_again(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_printer, "LONGEST_WAIT_SECONDS", 0.01)
    printer = ReceiptPrinter()
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(printer.render, RECEIPT) for _ in range(2)]
        errors = [each.exception() for each in asked]
    assert sorted(type(error).__name__ for error in errors) == ["NoneType", "OutsideError"]
    assert len(program.given) == 1


def test_a_program_that_fails_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    printer = ReceiptPrinter()
    for _ in range(2):
        with pytest.raises(OutsideError, match="not printed"):
            printer.render(RECEIPT)

"""The antivirus: one contract against the real clamd, and every way in which it may fail."""

import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import pytest

from review_service.adapters.clamd_scanner import ClamdScanner
from review_service.domain.errors import ScannerError
from review_service.settings import ScannerSettings
from tests.samples import raw_pdf
from tests.samples.raw_pdf import one_page, stream
from tests.servers import EICAR, LOOPBACK, Server, ServerRoom, free_port

MEBIBYTE = 1024 * 1024
Talk = Callable[[socket.socket], None]


def over_tcp(port: int, *, seconds: float = 20.0) -> ClamdScanner:
    settings = ScannerSettings(socket=None, host=LOOPBACK, port=port, timeout_seconds=seconds)
    return ClamdScanner(settings)


@pytest.fixture(params=["socket", "tcp"])
def scanner(request: pytest.FixtureRequest, clamd_server: Server, room: ServerRoom) -> ClamdScanner:
    """The real clamd, both ways in."""
    if request.param == "tcp":
        return over_tcp(clamd_server.port)
    path = room.folder / "clamd" / "socket"
    return ClamdScanner(ScannerSettings(socket=path, host="", port=0, timeout_seconds=20.0))


def pdf_with_attachment(data: bytes) -> bytes:
    """Return a PDF that carries a file, compressed: no byte search would find what is in it."""
    packed = stream(zlib.compress(data, 9), b"/Type /EmbeddedFile /Filter /FlateDecode")
    return one_page(page=b"/AF [10 0 R]", objects={10: packed})


def test_an_honest_file_is_clean(scanner: ClamdScanner) -> None:
    honest = raw_pdf.photo_pdf([raw_pdf.small_photo()])
    result = scanner.scan(BytesIO(honest))
    assert result.is_clean
    assert result.found == ""


def test_the_test_virus_is_found(scanner: ClamdScanner) -> None:
    result = scanner.scan(BytesIO(EICAR))
    assert not result.is_clean
    assert not result.is_over_limits
    assert result.found == "Test.Eicar.UNOFFICIAL"


def test_it_is_found_in_a_compressed_attachment_of_a_pdf(scanner: ClamdScanner) -> None:
    infected = pdf_with_attachment(EICAR)
    assert EICAR not in infected
    assert scanner.scan(BytesIO(infected)).found == "Test.Eicar.UNOFFICIAL"
    assert scanner.scan(BytesIO(pdf_with_attachment(b"nothing bad"))).is_clean


def test_the_last_byte_counts(scanner: ClamdScanner) -> None:
    """The file is longer than one piece and its virus ends it."""
    assert not scanner.scan(BytesIO(bytes(700_000) + EICAR)).is_clean


@pytest.mark.parametrize("beyond", [0, 1])
def test_what_passes_the_length_that_clamd_takes_has_no_verdict(
    scanner: ClamdScanner, beyond: int
) -> None:
    data = BytesIO(bytes(MEBIBYTE + beyond))
    if not beyond:
        assert scanner.scan(data).is_clean
        return
    with pytest.raises(ScannerError) as refused:
        scanner.scan(data)
    assert refused.value.retryable is True, "it waits: giving up would let it in unscanned"


def test_a_file_far_over_the_length_has_no_verdict_either(scanner: ClamdScanner) -> None:
    with pytest.raises(ScannerError) as refused:
        scanner.scan(BytesIO(bytes(30 * MEBIBYTE)))
    assert refused.value.retryable is True


def test_it_tells_its_version(scanner: ClamdScanner) -> None:
    assert scanner.version().startswith("ClamAV 1.")


# --- what a real one seldom does ---


@contextmanager
def speaking(talk: Talk) -> Iterator[int]:
    """Give the port of a server that reads what comes and says what it is told to."""
    with socket.create_server((LOOPBACK, 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def after_the_file(*answers: bytes, pause: float = 0.0) -> Talk:
    """Read a whole INSTREAM, then answer in so many pieces."""

    def talk(connection: socket.socket) -> None:
        heard = b""
        while not heard.endswith(bytes(4)):
            heard += connection.recv(65536)
        for answer in answers:
            connection.sendall(answer)
            time.sleep(pause)

    return talk


@pytest.mark.parametrize(
    "answers",
    [
        (b"",),
        (b"\0",),
        (b"stream: OK",),
        (b"stream: OK\n",),
        (b"stream: OK\0\0",),
        (b"stream: OK\0stream: OK\0",),
        (b"stream: ok\0",),
        (b"xstream: OK\0",),
        (b"OK\0",),
        (b"stream: OK FOUND maybe\0",),
        (b"stream:  FOUND\0",),
        (b"stream: Win.Test FOUND\nstream: OK\0",),
        (b"stream: Access denied. ERROR\0",),
        (b"UNKNOWN COMMAND\0",),
        (b"INSTREAM size limit exceeded. ERROR\0",),
        (b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0",),
        (b"\xff" * 300 + b"\0",),
        (b"A" * 5000 + b"\0",),
        (b"stream: " + b"V" * 201 + b" FOUND\0",),
    ],
    ids=repr,
)
def test_only_its_two_answers_are_believed(answers: tuple[bytes, ...]) -> None:
    with speaking(after_the_file(*answers)) as port, pytest.raises(ScannerError) as failed:
        over_tcp(port, seconds=2).scan(BytesIO(b"a photo"))
    assert failed.value.retryable is True
    assert "a photo" not in str(failed.value)


def test_an_answer_in_pieces_is_one_answer() -> None:
    with speaking(
        after_the_file(b"stre", b"am: Some.Vi", b"rus-1 FOUND", b"\0", pause=0.05)
    ) as port:
        assert over_tcp(port).scan(BytesIO(b"x")).found == "Some.Virus-1"


def test_what_unpacks_beyond_its_limits_is_told_apart_from_a_virus() -> None:
    answer = b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0"
    with speaking(after_the_file(answer)) as port:
        result = over_tcp(port).scan(BytesIO(b"x"))
    assert not result.is_clean
    assert result.is_over_limits


def test_silence_ends_at_the_time_limit() -> None:
    def mute(connection: socket.socket) -> None:
        while connection.recv(65536):
            pass

    started = time.monotonic()
    with speaking(mute) as port, pytest.raises(ScannerError):
        over_tcp(port, seconds=0.5).scan(BytesIO(b"x"))
    assert time.monotonic() - started < 4


def test_a_drop_at_a_time_does_not_prolong_it() -> None:
    drops = (b"s",) * 40
    started = time.monotonic()
    with speaking(after_the_file(*drops, pause=0.1)) as port, pytest.raises(ScannerError):
        over_tcp(port, seconds=0.6).scan(BytesIO(b"x"))
    assert time.monotonic() - started < 6


def test_one_that_hangs_up_in_the_middle_of_the_file_has_said_nothing() -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.recv(10)

    with speaking(hang_up) as port, pytest.raises(ScannerError) as failed:
        over_tcp(port).scan(BytesIO(bytes(40 * MEBIBYTE)))
    assert failed.value.retryable is True


@pytest.mark.parametrize("where", ["port", "socket"])
def test_one_that_is_not_there_is_an_outage(tmp_path: Path, where: str) -> None:
    settings = ScannerSettings(
        socket=tmp_path / "none" if where == "socket" else None,
        host=LOOPBACK,
        port=free_port(),
        timeout_seconds=2,
    )
    for ask in (ClamdScanner(settings).version, lambda: ClamdScanner(settings).scan(BytesIO(b"x"))):
        with pytest.raises(ScannerError) as failed:
            ask()
        assert failed.value.retryable is True


def test_a_version_that_is_none_is_an_outage() -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(b"PONG\0")

    with speaking(talk) as port, pytest.raises(ScannerError):
        over_tcp(port, seconds=2).version()

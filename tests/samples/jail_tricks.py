"""What a child may try in the jail, and an older kernel to try it on. Loaded by the fork server."""

import ctypes
import os
import time
from collections.abc import Iterator

from workers.jail import fences
from workers.jail.wire import Frame


def pretend_an_old_kernel() -> None:
    """Let the fork server believe that its kernel has no Landlock."""
    fences.landlock_version = lambda: 0


def prepare_without_ocr() -> None:
    """Prepare everything on a machine without the Spanish model."""
    from workers import ocr, parsers  # noqa: PLC0415 -- heavy, and only here

    ocr.TESSDATA_PLACES = ()  # type: ignore[assignment,misc]
    parsers.prepare()


def echo(document: int, *, times: int) -> Iterator[Frame]:
    """Give back the document, as often as asked."""
    data = os.pread(document, 1 << 20, 0)
    for number in range(times):
        yield Frame(header={"number": number}, blobs=(data,))


def fall(_document: int) -> Iterator[Frame]:
    """Give one result, then fall as a parser does."""
    yield Frame(header={"number": 1})
    ctypes.string_at(0)


def raise_memory(_document: int) -> Iterator[Frame]:
    """Ask for more memory than there is."""
    yield Frame(header={"number": 1})
    bytearray(4 << 30)


def spin(_document: int) -> Iterator[Frame]:
    """Burn processor time and say nothing."""
    while True:
        pass
    yield Frame(header={})


def sleep(_document: int) -> Iterator[Frame]:
    """Say nothing, without any work."""
    with open("/dev/null", "rb") as nothing:  # noqa: PTH123 -- refused inside
        nothing.read()
    time.sleep(60)
    yield Frame(header={})


def wait_forever(_document: int) -> Iterator[Frame]:
    """Wait for a lock that nobody opens."""
    import threading  # noqa: PLC0415 -- loaded by the server already

    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
    yield Frame(header={})


def talk_nonsense(_document: int) -> Iterator[Frame]:
    """Write to the result stream what is no frame."""
    os.write(4, b"\xff" * 4096)
    while True:
        os.write(4, b"\xff" * 4096)
    yield Frame(header={})


def surroundings(_document: int) -> Iterator[Frame]:
    """Tell what the child can see of the process it came from."""
    open_descriptors = []
    for number in range(256):
        try:
            os.fstat(number)
        except OSError:
            continue
        open_descriptors.append(number)
    yield Frame(header={"environment": dict(os.environ), "descriptors": open_descriptors})

"""What a child may try in the sandbox, and an older kernel to try it on."""

import ctypes
import os
import time
from collections.abc import Iterator

from workers.sandbox import policy
from workers.sandbox.wire import Frame


def pretend_an_old_kernel() -> None:
    """Let the fork server believe that its kernel has no Landlock."""
    policy.landlock_version = lambda: 0


def prepare_with_work() -> None:
    """Use 0.4 s of processor time before the fork server is ready."""
    until = time.process_time() + 0.4
    while time.process_time() < until:
        pass


def prepare_for_ever() -> None:
    """Never be ready."""
    while True:
        time.sleep(60)


def prepare_without_ocr() -> None:
    """Prepare everything on a machine without the Spanish model."""
    from workers.inside import prepare  # noqa: PLC0415 -- heavy, and only here
    from workers.inside.ocr import engines  # noqa: PLC0415

    engines.TESSDATA_PLACES = ()  # type: ignore[assignment,misc]
    prepare.prepare()


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


def work(_document: int, *, seconds: float) -> Iterator[Frame]:
    """Use so much processor time, then say so."""
    while time.process_time() < seconds:
        pass
    yield Frame(header={"worked": True})


def give_way(_document: int) -> Iterator[Frame]:
    """Be ready to run for ever, and let everybody else go first."""
    while True:
        os.sched_yield()
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


def chatter(_document: int) -> Iterator[Frame]:
    """Send an empty word now and then, for ever, without any work."""
    import threading  # noqa: PLC0415 -- loaded by the server already

    lock = threading.Lock()
    lock.acquire()
    while True:
        yield Frame(header={})
        lock.acquire(timeout=0.2)


PIXELS = b"\xff\xd8\xff pixels"
FINE = {"number": 1, "kind": "photo", "width_px": 9, "height_px": 9, "light": None, "photos": []}
LIES: dict[str, Frame] = {
    "nothing": Frame(header={}),
    "no pixels": Frame(header={"page": FINE}),
    "one picture": Frame(header={"page": FINE}, blobs=(PIXELS,)),
    "a page of HTML": Frame(header={"page": FINE}, blobs=(b"<script>", b"<script>")),
    "a reason of its own": Frame(header={"reason": "because"}),
    "a reason that is no word": Frame(header={"reason": {"a": 1}}),
    "a figure that is no text": Frame(header={"reason": "damaged", "figure": [1]}),
    "a giant": Frame(header={"page": FINE | {"width_px": 10**30}}, blobs=(PIXELS, PIXELS)),
    "infinity": Frame(header={"page": FINE | {"width_pt": float("inf")}}, blobs=(PIXELS, PIXELS)),
    "another page": Frame(header={"page": FINE | {"number": 7}}, blobs=(PIXELS, PIXELS)),
    "a page that is no page": Frame(header={"page": [1]}, blobs=(PIXELS, PIXELS)),
    "a thousand million pages": Frame(header={"page_count": 10**9}),
    "fewer pages than none": Frame(header={"page_count": -1}),
    "pages in words": Frame(header={"page_count": "many"}),
    "no pages": Frame(header={"page_count": 0}),
    "active content in words": Frame(header={"page_count": 1, "active": {"js": "x"}}),
}
"""What a taken-over child might say instead of the truth."""


def tell(_document: int, *, lie: str, **_what: object) -> Iterator[Frame]:
    """Say one of ``LIES``."""
    yield LIES[lie]


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

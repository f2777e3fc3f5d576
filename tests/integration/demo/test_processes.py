"""The demo's processes: none outlives it, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest

from review_service.adapters.smtp_mailer import SmtpMailer
from review_service.demo.people.mailbox import Mailbox
from review_service.demo.stage import mail_catcher, processes
from review_service.demo.stage.errors import StoryFailedError
from review_service.demo.stage.processes import Children
from review_service.domain.errors import MailError
from review_service.settings import MailSecurity, MailSettings
from tests.servers import LOOPBACK

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF_PROGRAM = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
DEAF = [sys.executable, "-c", DEAF_PROGRAM]
PARENT_PROGRAM = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
WITH_GRANDCHILD = [sys.executable, "-c", PARENT_PROGRAM]
TELLING_PROGRAM = """
import signal, sys, time
def end(*_):
    time.sleep(float(sys.argv[2]))
    with open(sys.argv[3], "a") as told:
        print(sys.argv[1], file=told)
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("up", flush=True)
time.sleep(600)
"""


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    with Children(tmp_path) as made:
        yield made


def start(children: Children, command: list[str], *, name: str = "child") -> int:
    return children.start(name, command, env=os.environ).process.pid


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError, FileNotFoundError):
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return state != "Z"
    return False


def wait_until(ready: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_every_child_ends_with_the_block(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        pids = [start(children, SLEEP), start(children, SLEEP, name="other")]
        assert all(map(is_alive, pids))
        assert children.ended() is None
    assert not any(map(is_alive, pids))


def test_a_child_that_will_not_end_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.3)
    with Children(tmp_path) as children:
        pid = start(children, DEAF)
        wait_until(lambda: (tmp_path / "child.log").read_bytes() == b"deaf\n")
    assert not is_alive(pid)


def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    with Children(tmp_path) as children:
        start(children, WITH_GRANDCHILD)
        wait_until(lambda: log.exists() and log.read_bytes().endswith(b"\n"))
        grandchild = int(log.read_text())
        assert is_alive(grandchild)
    wait_until(lambda: not is_alive(grandchild))


def test_a_child_that_ends_by_itself_is_noticed(children: Children) -> None:
    start(children, SLEEP, name="steady")
    start(children, [sys.executable, "-c", "print('bye')"], name="brief")
    wait_until(lambda: children.ended() is not None)
    ended = children.ended()
    assert ended is not None
    assert ended.name == "brief"


def test_what_the_others_need_ends_last(tmp_path: Path) -> None:
    told = tmp_path / "told"

    def command(name: str, seconds: str) -> list[str]:
        return [sys.executable, "-c", TELLING_PROGRAM, name, seconds, str(told)]

    with Children(tmp_path) as children:
        children.start("queue", command("queue", "0"), env=os.environ, ends_last=True)
        children.start("worker", command("worker", "0.3"), env=os.environ)
        logs = [tmp_path / f"{name}.log" for name in ("queue", "worker")]
        wait_until(lambda: all(log.exists() and log.read_bytes() == b"up\n" for log in logs))
    assert told.read_text().split() == ["worker", "queue"]


def test_children_end_when_the_demo_is_killed(tmp_path: Path) -> None:
    program = f"""
import os, sys, time
from pathlib import Path
from review_service.demo.stage.processes import Children
with Children(Path({str(tmp_path)!r})) as children:
    child = children.start("child", {SLEEP!r}, env=os.environ)
    print(child.process.pid, flush=True)
    time.sleep(600)
"""
    demo = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert demo.stdout is not None
    with demo.stdout:
        child = int(demo.stdout.readline())
    assert is_alive(child)
    demo.send_signal(signal.SIGKILL)
    demo.wait()
    wait_until(lambda: not is_alive(child))


def test_the_mail_catcher_keeps_a_message_and_its_addressee_finds_it(
    children: Children, tmp_path: Path
) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    with mail_catcher.listen() as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-m", "review_service.demo.stage.mail_catcher"]
        children.start(
            "mail",
            [*command, str(folder), str(server.fileno())],
            env=os.environ,
            descriptors=[server.fileno()],
        )
    settings = MailSettings(
        host=LOOPBACK,
        port=port,
        security=MailSecurity.NONE,
        user=None,
        password=None,
        sender="no-responder@demostracion.example",
        timeout_seconds=10,
    )
    mine, theirs = Mailbox(folder, "ana@correo.example"), Mailbox(folder, "luz@correo.example")
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, "ana@correo.example"
    message["Subject"] = "Su enlace"
    message.set_content("Señora: http://localhost:8000/ingresar/enlace/abc\n")
    SmtpMailer(settings).send(message)

    letter = mine.next_letter("/ingresar/enlace/")
    assert letter.subject == "Su enlace"
    assert letter.link("/ingresar/") == "http://localhost:8000/ingresar/enlace/abc"
    [kept] = folder.glob("*.eml")
    assert kept.stat().st_mode & 0o077 == 0
    with pytest.raises(StoryFailedError, match=r"llegara a luz@correo\.example"):
        theirs.next_letter("/ingresar/enlace/", seconds=0.2)
    children.stop()
    with pytest.raises(MailError):
        SmtpMailer(settings).send(message)

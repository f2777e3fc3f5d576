"""Real private servers for the tests: PostgreSQL, Redis, SeaweedFS and MinIO on loopback.

They are started on first use, shared by all test processes of one run, and stopped when the run
ends; a watcher stops them too when the run is killed.
"""

import fcntl
import json
import os
import pwd
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

START_SECONDS = 40
STOP_SECONDS = 10
LOOPBACK = "127.0.0.1"
MEMORY = Path("/dev/shm")  # noqa: S108 -- in containers it often has 64 MB only
MEMORY_BYTES = 2 << 30
"""Free room that the data of a run needs there; it leaves some 100 MB of databases at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server; killing its process group ends it."""

    pid: int
    port: int
    user: str
    password: str

    @property
    def endpoint(self) -> str:
        """Host and port."""
        return f"{LOOPBACK}:{self.port}"

    def kill(self, signal_number: int = signal.SIGKILL) -> None:
        """Send a signal to the whole group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal_number)

    def wait(self, seconds: float = STOP_SECONDS) -> bool:
        """Say whether it ended in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if _has_ended(self.pid):
                return True
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """End it now: its data is thrown away."""
        self.kill(signal.SIGQUIT)  # PostgreSQL: immediate, and its shared memory is given back
        self.kill(signal.SIGTERM)
        if not self.wait():
            self.kill()
            self.wait()


def start_postgres(
    folder: Path, *, durable: bool = False, settings: Mapping[str, str] = MappingProxyType({})
) -> Server:
    """Start PostgreSQL in a folder, with more settings of its own.

    ``durable`` keeps fsync, for tests that kill it.
    """
    account = _unprivileged()
    programs = _postgres_programs()
    password = secrets.token_hex(16)
    data, secret = folder / "data", folder / "password"
    if not data.exists():
        _give(folder, account)
        secret.write_text(password)
        _give(secret, account)
        initdb = [f"{programs}/initdb", "-D", f"{data}", "-U", "review", "-E", "UTF8"]
        # Signs come before digits and capitals beside small letters, as on most servers in use.
        initdb += ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
        initdb += ["--auth=scram-sha-256", "--no-sync", f"--pwfile={secret}"]
        subprocess.run(
            initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **_run_as(account)
        )
    password = secret.read_text()
    port = free_port()
    options = ["-c", f"listen_addresses={LOOPBACK}", "-p", f"{port}", "-k", f"{folder}"]
    if not durable:
        options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        options += ["-c", "max_wal_size=128MB"]
    for name, value in settings.items():
        options += ["-c", f"{name}={value}"]
    command = [f"{programs}/postgres", "-D", f"{data}", *options, "-c", "max_connections=200"]
    pid = _spawn(command, folder, **_run_as(account))
    _wait_until(lambda: _postgres_answers(port, password), pid, folder)
    return Server(pid=pid, port=port, user="review", password=password)


def crash_postgres(server: Server, folder: Path) -> Server:
    """Crash PostgreSQL and start it again on the same port and data; return it anew."""
    command = [f"{_postgres_programs()}/pg_ctl", "-D", f"{folder}/data", "-w", "-s"]
    command += ["-l", f"{folder}/data/log", "restart", "-m", "immediate"]
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **_run_as(_unprivileged())
    )
    pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    return replace(server, pid=pid)


def start_redis(folder: Path, *, port: int | None = None, password: str | None = None) -> Server:
    """Start Redis that keeps nothing on disk; it also listens on ``folder/socket``."""
    password = password or secrets.token_hex(16)
    port = port or free_port()
    command = ["redis-server", "--port", f"{port}", "--bind", LOOPBACK, "--dir", f"{folder}"]
    command += ["--unixsocket", f"{folder}/socket", "--databases", "64"]
    command += ["--save", "", "--appendonly", "no", "--requirepass", password]
    pid = _spawn(command, folder)
    # Redis listens on the socket a moment after it does on the port.
    _wait_until(lambda: _tcp_answers(port) and _socket_answers(folder / "socket"), pid, folder)
    return Server(pid=pid, port=port, user="default", password=password)


def start_seaweedfs(folder: Path) -> Server:
    """Start SeaweedFS with its S3 gateway, from the wheel's ``weed``."""
    user, password = "tests", secrets.token_hex(20)
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    # Beside the administrator one that may only work in buckets whose name begins so.
    fewer = [f"{action}:only-*" for action in ("Read", "Write", "List", "Tagging")]
    identities = [
        {
            "name": name,
            "credentials": [{"accessKey": name, "secretKey": password}],
            "actions": allowed,
        }
        for name, allowed in ((user, actions), ("processes", fewer))
    ]
    (folder / "identities.json").write_text(json.dumps({"identities": identities}))
    (folder / "data").mkdir()
    port = free_port()
    weed = shutil.which("weed", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    command = [weed or "weed", "server", f"-dir={folder}/data", "-filer", "-s3"]
    command += [f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}", f"-s3.port={port}"]
    ports = [port, *(free_port() for _ in range(7))]
    (folder / "ports").write_text(" ".join(map(str, ports)))
    for part, http, grpc in zip(("master", "volume", "filer"), ports[1:4], ports[4:7], strict=True):
        command += [f"-{part}.port={http}", f"-{part}.port.grpc={grpc}"]
    command += [f"-s3.port.grpc={ports[7]}", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += [f"-s3.config={folder}/identities.json", "-s3.iam=false", "-master.telemetry=false"]
    # Each bucket of a test takes volumes for good: one each, not seven, and more than a run needs,
    # however small the disk (of its own accord it would count the disk's free space in volumes).
    command += ["-master.volumeSizeLimitMB=64", "-volume.max=4000"]
    pid = _spawn(command, folder, env={**os.environ, "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"})
    _wait_until(lambda: _http_answers(f"http://{LOOPBACK}:{port}/healthz"), pid, folder)
    return Server(pid=pid, port=port, user=user, password=password)


def start_minio(folder: Path, *, program: Path) -> Server:
    """Start a MinIO server."""
    user, password = "tests", secrets.token_hex(20)
    port = free_port()
    command = [f"{program}", "server", f"{folder}/data", "--address", f"{LOOPBACK}:{port}"]
    command += ["--console-address", f"{LOOPBACK}:{free_port()}", "--quiet"]
    account = {"MINIO_ROOT_USER": user, "MINIO_ROOT_PASSWORD": password}
    pid = _spawn(command, folder, env={**os.environ, **account, "MINIO_UPDATE": "off"})
    # «ready» is said already while buckets are still answered with 503.
    _wait_until(
        lambda: _http_answers(f"http://{LOOPBACK}:{port}/minio/health/cluster"), pid, folder
    )
    return Server(pid=pid, port=port, user=user, password=password)


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every antivirus agrees to find; harmless. In two pieces: this file is not one itself."""


def has_clamd() -> bool:
    """Whether the antivirus is installed here; it is optional in the service too."""
    return _clamd() is not None


def start_clamd(folder: Path, *, port: int | None = None) -> Server:
    """Start clamd with one signature of our own; it also listens on ``folder/socket``."""
    port = port or free_port()
    signatures = folder / "db"
    signatures.mkdir(exist_ok=True)
    (signatures / "own.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/socket\nFixStaleSocket yes\nTCPSocket {port}\n"
        f"TCPAddr {LOOPBACK}\nDatabaseDirectory {signatures}\nForeground yes\n"
        "StreamMaxLength 1M\nAlertExceedsMax yes\nMaxThreads 4\n"
    )
    pid = _spawn([f"{_clamd()}", f"--config-file={folder}/clamd.conf"], folder)
    _wait_until(lambda: _tcp_answers(port), pid, folder)
    return Server(pid=pid, port=port, user="", password="")


def _clamd() -> str | None:
    return shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class ServerRoom:
    """The servers of one test run, in one short folder that all its processes share."""

    def __init__(self, path: Path, *, owner: int) -> None:
        self.path = path
        self.owner = owner

    @classmethod
    def open(cls) -> "ServerRoom":
        """Make a room that belongs to this process. Sockets in it stay under 107 characters."""
        return cls(Path(f"/tmp/tests-{secrets.token_hex(6)}"), owner=os.getpid())  # noqa: S108

    @classmethod
    def join(cls, folder: str, owner: int) -> "ServerRoom":
        """Use the room of another process of this run."""
        return cls(Path(folder), owner=owner)

    @property
    def folder(self) -> Path:
        """The room's folder. It is made when first asked for, together with its watcher."""
        with suppress(FileExistsError):
            self.path.mkdir()
            self.path.chmod(0o711)  # PostgreSQL runs as somebody else when we are root
            _spawn([sys.executable, __file__, f"{self.path}", f"{self.owner}"], self.path)
        return self.path

    def server(
        self, name: str, start: Callable[[Path], Server], *, in_memory: bool = False
    ) -> Server:
        """Return the server of that name; whoever comes first starts it.

        ``in_memory``: its data stays off the disk where the system has the room for that.
        """
        note = self.folder / f"{name}.json"
        with self._locked():
            if not note.exists():
                folder = self.folder / name
                if in_memory and has_memory_folder():
                    inside = self._memory / name
                    inside.mkdir(parents=True)
                    self._memory.chmod(0o711)
                    folder.symlink_to(inside)
                else:
                    folder.mkdir()
                note.write_text(json.dumps(asdict(start(folder))))
            return Server(**json.loads(note.read_text()))

    def note(self, name: str, server: Server) -> None:
        """Note that the server of that name was started anew, so that this one is ended."""
        (self.folder / f"{name}.json").write_text(json.dumps(asdict(server)))

    def close(self) -> None:
        """Stop every server and forget all data; safe to repeat."""
        for note in self.path.glob("*.json"):
            Server(**json.loads(note.read_text())).stop()
        _remove_sockets(self.path / "seaweedfs" / "ports")
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.rmtree(self._memory, ignore_errors=True)

    @property
    def _memory(self) -> Path:
        return MEMORY / self.path.name

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def has_memory_folder() -> bool:
    """Tell whether files can be kept in memory here, with room for those of a whole run."""
    return MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES


def free_port() -> int:
    """Return a port that nobody listens on just now, below those of outgoing connections."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


def _spawn(command: Sequence[str], folder: Path, **options: Any) -> int:  # noqa: ANN401
    """Start a process that outlives this one, in a group of its own."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=folder,
            **options,
        )
    process.returncode = 0  # it is ended by its note, not by this object
    return process.pid


def _wait_until(answers: Callable[[], bool], pid: int, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not _has_ended(pid):
        if answers():
            return
        time.sleep(0.05)
    log = (folder / "log").read_text(errors="replace")[-2000:]
    raise RuntimeError(f"{folder.name} did not start:\n{log}")


def _has_ended(pid: int) -> bool:
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _socket_answers(path: Path) -> bool:
    with suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.connect(str(path))
        return True
    return False


def _tcp_answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


def _http_answers(url: str) -> bool:
    with suppress(HTTPError, URLError, OSError), urlopen(url, timeout=2) as answer:  # noqa: S310
        return bool(answer.status == 200)
    return False


def _postgres_answers(port: int, password: str) -> bool:
    import psycopg  # noqa: PLC0415 -- the watcher needs none of it

    url = f"postgresql://review:{password}@{LOOPBACK}:{port}/postgres"
    with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=2):
        return True
    return False


def _postgres_programs() -> Path:
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    if installed:
        return installed[-1]
    found = shutil.which("postgres")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: run scripts/test, which installs it")
    return Path(found).parent


def _unprivileged() -> pwd.struct_passwd | None:
    """Return the account PostgreSQL runs as when we are root: it refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _run_as(account: pwd.struct_passwd | None) -> Mapping[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _give(path: Path, account: pwd.struct_passwd | None) -> None:
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)


def _remove_sockets(ports: Path) -> None:
    """Remove what SeaweedFS leaves in /tmp, wherever it is told to work."""
    for port in ports.read_text().split() if ports.exists() else []:
        for leftover in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108
            leftover.unlink(missing_ok=True)


def _watch(folder: Path, owner: int) -> None:
    """Wait for the owner's end, then clean up what it left."""
    with suppress(ProcessLookupError):
        ended = select.poll()
        ended.register(os.pidfd_open(owner), select.POLLIN)
        ended.poll()
    if folder.exists():
        ServerRoom(folder, owner=owner).close()


if __name__ == "__main__":
    _watch(Path(sys.argv[1]), int(sys.argv[2]))

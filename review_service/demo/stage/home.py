"""The demo's folder: its files, and its secrets, which are made once."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from review_service.demo.stage.errors import CannotStartError, in_spanish

OVERRIDE: Final = "DEMO_DIR"
NOTE: Final = "LEAME.txt"
NOTE_TEXT: Final = (
    "Carpeta de la demostración del Registro Único de MIPYMES.\n"
    "Todo lo de aquí es de prueba. «review-service demo --reset» la vacía y empieza de nuevo.\n"
)
SECRET_BYTES: Final = 48
KEPT_THROUGH_RESET: Final = frozenset({"lock"})
OWNER_ONLY: Final = 0o700


def _random() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """Which runs of the story were begun and finished in the folder, numbered from 1."""

    folder: Path

    @property
    def told(self) -> int:
        """Number of the last story that was finished; 0 when none was."""
        return self._read("stories")

    @property
    def begun(self) -> int:
        """Number of the last story that was begun: each one shows other photos."""
        return max(self.told, self._read("stories-begun"))

    def note_begun(self, number: int) -> None:
        """Write down that a story begins."""
        self._write("stories-begun", number)

    def note_told(self, number: int) -> None:
        """Write down that a story was finished."""
        self._write("stories", number)

    def _read(self, name: str) -> int:
        place = self.folder / name
        return int(place.read_text(encoding="ascii")) if place.exists() else 0

    def _write(self, name: str, number: int) -> None:
        making = self.folder / f"{name}.new"
        making.write_text(str(number), encoding="ascii")
        making.rename(self.folder / name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The folder of one demo; it is the service's ``DATA_DIR`` too."""

    folder: Path

    @property
    def mail(self) -> Path:
        """Caught mail, one ``.eml`` file each."""
        return self.folder / "mail"

    @property
    def samples(self) -> Path:
        """Ready files to upload, good and bad."""
        return self.folder / "samples"

    @property
    def registry(self) -> Path:
        """The catastro, the e-mail feed and the list of prior agreements."""
        return self.folder / "registry"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.folder / "logs"

    @property
    def issued(self) -> Path:
        """Copies of the papers that the story received by mail."""
        return self.folder / "issued"

    @property
    def stories(self) -> Stories:
        """Which stories were begun and finished here."""
        return Stories(folder=self.folder)

    def backup_key(self) -> Path:
        """Return the file of the key of backups; the commands find it by ``DATA_DIR`` alone."""
        from review_service.adapters.age_cipher import new_key  # noqa: PLC0415

        return self.secret_file("backup_key", make=new_key)

    def secret_file(self, name: str, *, make: Callable[[], str] = _random) -> Path:
        """Return the file of a secret; it is made at first use, readable by its owner only."""
        place = self.folder / "secrets" / name
        if not place.exists():
            place.parent.mkdir(mode=OWNER_ONLY, exist_ok=True)
            making = place.with_suffix(".new")
            descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(make())
            making.rename(place)
        return place


def choose_folder(env: Mapping[str, str], *, current: Path) -> Path:
    """Return where the demo lives: ``DEMO_DIR``, else the checkout's ``.demo``, else the user's."""
    if given := env.get(OVERRIDE):
        return Path(given).expanduser().absolute()
    if _is_checkout(current) and os.access(current, os.W_OK):
        return current.absolute() / ".demo"
    data = env.get("XDG_DATA_HOME")
    return (Path(data) if data else _user_data(env)) / "review-service" / "demo"


@contextmanager
def opened(folder: Path, *, reset: bool) -> Iterator[Home]:
    """Lock the folder for this process, emptied first if asked.

    Raises ``CannotStartError`` when it cannot be written, is somebody else's, or is in use.
    """
    home = Home(folder=folder)
    with ExitStack() as held:
        try:
            _require_ours(folder)
            folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
            lock = held.enter_context((folder / "lock").open("a"))
            _take(lock.fileno(), folder)
            if reset:
                _empty(folder)
            (folder / NOTE).write_text(NOTE_TEXT, encoding="utf-8")
            for place in (home.mail, home.samples, home.registry, home.logs, home.issued):
                place.mkdir(exist_ok=True)
        except OSError as error:
            raise CannotStartError(_unwritable(folder, error)) from error
        yield home


def _is_checkout(folder: Path) -> bool:
    return (folder / "pyproject.toml").is_file() and (folder / "review_service").is_dir()


def _user_data(env: Mapping[str, str]) -> Path:
    if not env.get("HOME"):
        raise CannotStartError(
            "No sé en qué carpeta guardar la demostración: indíquela así: "
            f"{OVERRIDE}=/una/carpeta review-service demo"
        )
    return Path(env["HOME"]) / ".local" / "share"


def _require_ours(folder: Path) -> None:
    """Refuse a folder that holds other things: a reset would delete them."""
    if folder.exists() and not folder.is_dir():
        raise CannotStartError(
            f"{folder} no es una carpeta: elija otra con {OVERRIDE}=/una/carpeta."
        )
    if folder.is_dir() and any(folder.iterdir()):
        known = (folder / NOTE).exists() or {each.name for each in folder.iterdir()} == {"lock"}
        if not known:
            raise CannotStartError(
                f"La carpeta {folder} tiene otras cosas y no las quiero tocar: elija una vacía "
                f"con {OVERRIDE}=/una/carpeta."
            )


def _take(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotStartError(
            f"Ya corre una demostración en {folder}: termínela con Ctrl-C, o use otra carpeta "
            f"con {OVERRIDE}=/una/carpeta."
        ) from error


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.name in KEPT_THROUGH_RESET:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            with suppress(FileNotFoundError):
                entry.unlink()


def _unwritable(folder: Path, error: OSError) -> str:
    return (
        f"No puedo escribir en {folder} ({in_spanish(error)}): dé permiso a esa carpeta, "
        f"o elija otra con {OVERRIDE}=/una/carpeta."
    )

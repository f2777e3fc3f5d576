# ruff: noqa: INP001 -- a program of its own, not a package
"""Times imports of a generated catastro, and the peak memory of the importing process.

python benchmarks/registry.py [--lines 1000000] [--only sqlite|postgresql] [--json] [--strict]

``review-service registry import`` runs as a process of its own, start and report included: a tenth
of the lines into an empty database, then all of them (nine tenths are new), then the file of the
next month (3 % of the places changed, 0.1 % of the names). SQLite gets a fifth of the lines and no
bar of speed. Every fifth taxpayer has two places of business; one line in 10,000 is Latin-1.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.db.engine import make_engine
from review_service.db.migrate import migrate
from review_service.db.models import EstablishmentRow
from review_service.demo.stage.registry_files import CATASTRO_COLUMNS
from tests.servers import start_postgres

BAR_ROWS_A_SECOND: Final = 50_000
BAR_GROWTH_MIB: Final = 32
"""How much more memory ten times the lines may take: it must not grow with them."""
SQLITE_SHARE: Final = 5
SMALL_SHARE: Final = 10
SECOND_PLACE_EVERY: Final = 5
LATIN_EVERY: Final = 10_000
CHANGED_PLACE_EVERY: Final = 33
CHANGED_NAME_EVERY: Final = 1_000
FIRST_NAMES: Final = ("MARÍA", "JOSÉ", "ROSA", "LUIS", "BEGOÑA", "SEGUNDO", "IÑIGO", "LUZ", "ÁNGEL")
FAMILY_NAMES: Final = (
    "TITUAÑA",
    "MUÑOZ",
    "LEMA",
    "QUILUMBA",
    "PEÑAFIEL",
    "CHANGO",
    "MAIGUA",
    "CAIZA",
)
CANTONS: Final = tuple(f"CANTON {number}" for number in range(221))
ACTIVITIES: Final = tuple(
    (f"C{1000 + number}01", f"ACTIVIDAD NÚMERO {number} DE FABRICACIÓN DE OTROS ARTÍCULOS N.C.P.")
    for number in range(900)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One import: lines, wall time in seconds, peak of resident memory in MiB."""

    lines: int
    seconds: float
    peak_mib: float

    def told(self) -> dict[str, Any]:
        """Return the figures for the table and for JSON."""
        return {
            "lines": self.lines,
            "seconds": round(self.seconds, 2),
            "rows_per_second": round(self.lines / self.seconds),
            "peak_mib": round(self.peak_mib),
        }


def main() -> int:
    """Generate, import, print a table or one JSON object; 1 when a bar is missed."""
    options = _options()
    figures: dict[str, dict[str, Any]] = {}
    for kind, lines in (
        ("sqlite", options.lines // SQLITE_SHARE),
        ("postgresql", options.lines),
    ):
        if options.only in (None, kind):
            with tempfile.TemporaryDirectory(prefix="registry-", dir=options.folder) as folder:
                figures[kind] = _measured(kind, Path(folder), lines, latin=options.latin)
    missed = _missed(figures)
    told = {
        "bar_rows_per_second": BAR_ROWS_A_SECOND,
        "bar_growth_mib": BAR_GROWTH_MIB,
        "missed": missed,
        **figures,
    }
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(figures))
    return 1 if missed and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--latin", action="store_true", help="every line in Latin-1")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--folder", help="where to put databases and files")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    return parser.parse_args()


def _measured(kind: str, folder: Path, lines: int, *, latin: bool) -> dict[str, Any]:
    with _database(kind, folder) as url:
        engine = make_engine(url)
        migrate(engine)
        figures = {}
        for name, count, month in (
            ("small", lines // SMALL_SHARE, 1),
            ("first", lines, 1),
            ("next_month", lines, 2),
        ):
            file = folder / f"{name}.csv"
            _write(file, count, month, latin_every=1 if latin else LATIN_EVERY)
            figures[name] = _import(file, _environment(folder, url), count)
        with engine.connect() as connection:
            stored = connection.execute(
                sa.select(sa.func.count()).select_from(EstablishmentRow)
            ).scalar_one()
        engine.dispose()
    if stored != lines:
        raise SystemExit(f"{kind}: {stored} places are stored, {lines} were imported")
    return {
        **{name: figure.told() for name, figure in figures.items()},
        "growth_mib": round(figures["first"].peak_mib - figures["small"].peak_mib),
    }


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/review.db"
        return
    place = folder / "postgres"
    place.mkdir()
    folder.chmod(0o755)  # the server runs as another user
    server = start_postgres(place)
    try:
        yield f"postgresql://{server.user}:{server.password}@{server.endpoint}/postgres"
    finally:
        server.stop()


def _environment(folder: Path, url: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "REDIS_URL": f"unix://{folder}/no.sock",
        "DEMONSTRATION": "1",
        "SECRET_KEY": random.Random(1).randbytes(32).hex(),  # noqa: S311 -- guards nothing here
        "VERIFICATION_KEY": random.Random(2).randbytes(32).hex(),  # noqa: S311 -- the same
    }


def _import(file: Path, env: Mapping[str, str], lines: int) -> Figure:
    """Import one file in a process. Raises ``SystemExit`` when a line was not taken."""
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [sys.executable, "-m", "review_service.cli", "registry", "import", str(file)],
        env=dict(env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{file.name}: the import ended with {process.returncode}")
    return Figure(lines=lines, seconds=seconds, peak_mib=usage.ru_maxrss / 1024)


def _write(file: Path, lines: int, month: int, *, latin_every: int = LATIN_EVERY) -> None:
    """Write a catastro of so many lines; later months change some names and places."""
    chance = random.Random(9)  # noqa: S311 -- the same at every run
    with file.open("wb") as out:
        out.write("|".join(CATASTRO_COLUMNS).encode() + b"\r\n")
        taxpayer = written = 0
        while written < lines:
            taxpayer += 1
            name = " ".join(
                (
                    chance.choice(FAMILY_NAMES),
                    chance.choice(FAMILY_NAMES),
                    chance.choice(FIRST_NAMES),
                )
            )
            if month > 1 and taxpayer % CHANGED_NAME_EVERY == 0:
                name += " VIUDA DE CAIZA"
            ruc = f"{1 + taxpayer % 24:02}{taxpayer:08}001"
            for place in range(1 if taxpayer % SECOND_PLACE_EVERY else 2):
                if written == lines:
                    break
                written += 1
                number = chance.randrange(len(ACTIVITIES))
                if month > 1 and written % CHANGED_PLACE_EVERY == 0:
                    number = (number + 1) % len(ACTIVITIES)
                line = _line(ruc, name, place + 1, ACTIVITIES[number], chance)
                out.write(line.encode("latin-1" if written % latin_every == 0 else "utf-8"))


def _line(ruc: str, name: str, place: int, activity: tuple[str, str], chance: random.Random) -> str:
    day = (
        f"{chance.randrange(1, 29):02}/{chance.randrange(1, 13):02}/{chance.randrange(1990, 2026)}"
    )
    canton = chance.choice(CANTONS)
    return (
        f"{ruc}|{name}|DZ-{canton}|ACTIVO|RMP|{day}|18/08/2026|||N|PERSONA NATURAL|{place}||ABI|"
        f"PROVINCIA DE {canton}|{canton}|PARROQUIA {canton}|{activity[0]}|{activity[1]}|N|N\r\n"
    )


def _missed(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    missed = [
        f"{kind} growth_mib"
        for kind, found in figures.items()
        if found["growth_mib"] > BAR_GROWTH_MIB
    ]
    found = figures.get("postgresql", {})
    return missed + [
        f"postgresql {name}"
        for name in ("first", "next_month")
        if found and found[name]["rows_per_second"] < BAR_ROWS_A_SECOND
    ]


def _table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    missed = _missed(figures)
    lines = [f"bar {BAR_ROWS_A_SECOND} rows a second on PostgreSQL, {BAR_GROWTH_MIB} MiB of growth"]
    for kind, found in figures.items():
        lines.append(f"\n{kind}: ten times the lines take {found['growth_mib']} MiB more")
        for name in ("small", "first", "next_month"):
            one = found[name]
            verdict = "MISSED" if f"{kind} {name}" in missed else "ok"
            lines.append(
                f"  {name:<11}{one['lines']:>9} lines{one['seconds']:>8.2f} s"
                f"{one['rows_per_second']:>8} rows/s{one['peak_mib']:>6} MiB  {verdict}"
            )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())

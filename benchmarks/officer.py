# ruff: noqa: INP001 -- a program of its own, not a package
"""Lets a script decide cases by what an officer's page says, and counts where it is misled.

python benchmarks/officer.py --photos FOLDER [--cases 200] [--defects N] [--seed N]
    [--pages FOLDER] [--json] [--strict]

Each round is a real service on a database of its own: web, workers, scheduler, PostgreSQL, Redis.
Applicants send their cases through the services of the pages, with four photos of the folder each
and none twice in a round. One case in ten has a planted defect: a photo copied from an earlier
case of the round (its file, or saved anew), a mirrored copy, an altered prior Acuerdo, a theme
without photos, a paper of another person's RUC, an altered certificate. Certificates belong to
emprendedores, who send no photos; a clean one of theirs is granted by a rule and meets no officer.
Everybody sends before anything is decided, so that who was copied from is judged beside the copy:
who sent the photo first must be approved.

The officer takes one case after the other, fetches its page over HTTP, and reads its text alone;
it waits as long as the page says that checks are going on. It sends a case back when the page says
- «Alerta», or «Duda» on anything but how well a photo was taken: that an officer sees in the photo;
- of a value or a paper «No coincide», «Parece …» or «No se reconoce …»;
- that no page shows a theme;
- of a prior Acuerdo, a value that is not read, or is not the register's, signs and accents aside.
Anything else is approved. ``keys_median`` counts the keys of some of these approvals in Chromium.

Bars: no defect approved; of 180 clean cases at most 3 sent back. A folder with fewer than 100
photos makes smaller rounds, and more of them; 8 are the fewest.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from officer_applicants import Applicant, Sent, registered, send, was_granted
from officer_desk import Desk, Read
from officer_keys import KeyboardOfficer
from officer_photos import FEWEST_CASES, TooFewPhotosError, photos_in
from officer_plan import Kind, Plan, defects_of, planned

from review_service.db.models import SessionKind
from review_service.services import sessions
from review_service.web.auth import COOKIES
from tests.conftest import _create_database, _postgres_url
from tests.e2e.stack import Stack, running
from tests.servers import Server, ServerRoom, start_postgres, start_redis
from tests.smtp_sink import smtp_sink

CASES: Final = 200
CLEAN_OF_ONE_SENT_BACK: Final = 60
"""Of so many clean cases, one may be sent back: 3 of 180."""
KEYED: Final = 2
"""Approvals of a round that are made with a keyboard in Chromium."""
WORKERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One case, what was wrong with it, and what the officer did."""

    case: int
    kind: str
    defect: str
    how: str
    is_approved: bool
    reasons: tuple[str, ...] = ()
    """The lines of the page that spoke against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All cases of one run."""

    photos: str
    rounds: list[int] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    round_seconds: list[float] = field(default_factory=list)

    @property
    def approved(self) -> list[Decided]:
        """The defects that were approved."""
        return [each for each in self.decided if each.defect and each.is_approved]

    @property
    def sent_back(self) -> list[Decided]:
        """The clean cases that were sent back."""
        return [each for each in self.decided if not each.defect and not each.is_approved]

    @property
    def clean(self) -> int:
        """How many cases are clean."""
        return sum(not each.defect for each in self.decided)


def missed(result: Mapping[str, Any]) -> list[str]:
    """Return the bars that are missed, in words."""
    found, most = [], result["clean"] // CLEAN_OF_ONE_SENT_BACK
    if result["defects_approved"]:
        found.append(f"{result['defects_approved']} defects approved (bar 0)")
    if result["clean_sent_back"] > most:
        found.append(f"{result['clean_sent_back']} clean cases sent back (bar {most})")
    return found


def figures(measured: Measured) -> dict[str, Any]:
    """Return what ``--json`` prints, but for the missed bars."""
    found = [each for each in measured.decided if each.defect and not each.is_approved]
    return {
        "defects_approved": len(measured.approved),
        "clean_sent_back": len(measured.sent_back),
        "keys_median": statistics.median(measured.keys) if measured.keys else None,
        "keys_measured": len(measured.keys),
        "cases": len(measured.decided),
        "clean": measured.clean,
        "photos": measured.photos,
        "rounds": measured.rounds,
        "round_seconds": measured.round_seconds,
        "approved": [asdict(each) for each in measured.approved],
        "sent_back": [asdict(each) for each in measured.sent_back],
        "found": [asdict(each) for each in found],
    }


def measure(
    folder: Path, *, cases: int, defects: int, seed: int, pages: Path | None = None
) -> Measured:
    """Decide all cases. Raises ``TooFewPhotosError`` for a folder without enough photos."""
    found = photos_in(folder)
    plans = planned(found.photos, cases=cases, defects=defects, seed=seed)
    measured = Measured(photos=found.words, rounds=[len(each) for each in plans])
    _tell(f"{folder}: {found.words}; rounds of {measured.rounds} cases")
    with _servers() as (postgres, redis):
        for place, own in enumerate(plans):
            began = time.monotonic()
            url = _postgres_url(postgres, _create_database(postgres, "template1"))
            queue = f"redis://:{redis.password}@{redis.endpoint}/{place % 64}"
            with (
                tempfile.TemporaryDirectory(prefix="officer-") as name,
                smtp_sink() as sink,
                running(
                    Path(name), database_url=url, redis_url=queue, sink=sink, workers=WORKERS
                ) as stack,
            ):
                _Round(stack, Path(name), measured, pages).go(own)
            measured.round_seconds.append(round(time.monotonic() - began, 1))
            _tell(
                f"round {place + 1} of {len(plans)}: {measured.round_seconds[-1]} s; so far "
                f"{len(measured.approved)} defects approved, {len(measured.sent_back)} clean sent "
                "back"
            )
    return measured


class _Round:
    """The cases of one database."""

    def __init__(self, stack: Stack, folder: Path, measured: Measured, pages: Path | None) -> None:
        self._stack, self._folder, self._measured, self._pages = stack, folder, measured, pages
        self._keys_left = KEYED
        self._cookie = _signed_in(stack)
        self._desk = Desk(stack.base, self._cookie)

    def go(self, plans: Sequence[Plan]) -> None:
        """Let everybody send, then decide all: who was copied from beside who copied."""
        applicants = registered(self._stack, plans, self._folder)
        with KeyboardOfficer(self._stack.base, self._cookie) as keyboard:
            self._decide(self._sent(applicants), keyboard)

    def _sent(self, applicants: Sequence[Applicant]) -> list[Sent]:
        found = []
        for applicant in applicants:
            sent = send(self._stack, applicant, applicants)
            if applicant.plan.kind is Kind.VENTURE and was_granted(
                self._stack, sent.application_id
            ):
                self._note(sent, is_approved=True, reasons=("a rule granted it",))
            else:
                found.append(sent)
        return found

    def _decide(self, cases: Sequence[Sent], keyboard: KeyboardOfficer) -> None:
        open_cases = {each.application_id: each for each in cases}
        following = None
        while open_cases:
            found = following or self._desk.next_case()
            if found is None:
                raise SystemExit(f"{len(open_cases)} cases never reached the officer")
            read = self._desk.read(found)
            following = self._act(read, keyboard)
            reasons = tuple(line.text for line in read.verdict.reasons)
            sent = open_cases.pop(found)
            self._keep(sent, read)
            self._note(sent, is_approved=read.verdict.approves, reasons=reasons)

    def _act(self, read: Read, keyboard: KeyboardOfficer) -> Any:  # noqa: ANN401 -- the next case
        if not read.verdict.approves:
            return self._desk.send_back(read)
        if self._keys_left:
            self._keys_left -= 1
            self._desk.give_back(read.application_id)
            self._measured.keys.append(keyboard.approve_next(read.application_id))
        else:
            self._desk.approve(read)
        return None

    def _keep(self, sent: Sent, read: Read) -> None:
        if self._pages is not None:
            self._pages.mkdir(parents=True, exist_ok=True)
            text = "".join(f"{line.point:<16}{line.text}\n" for line in read.lines)
            (self._pages / f"{sent.plan.number:03}.txt").write_text(text, encoding="utf-8")

    def _note(self, sent: Sent, *, is_approved: bool, reasons: tuple[str, ...]) -> None:
        plan = sent.plan
        self._measured.decided.append(
            Decided(
                case=plan.number,
                kind=plan.kind.value,
                defect=plan.defect.value if plan.defect else "",
                how=sent.how,
                is_approved=is_approved,
                reasons=reasons,
            )
        )
        _tell(f"  {len(self._measured.decided)} of {sum(self._measured.rounds)} decided")


def _signed_in(stack: Stack) -> tuple[str, str]:
    officer = stack.officer()
    with stack.container.writing() as uow:
        signed = sessions.start_officer(uow, officer_id=officer.id, second_factor=True)
        uow.commit()
    return COOKIES[SessionKind.OFFICER], signed.token


@contextmanager
def _servers() -> Iterator[tuple[Server, Server]]:
    room = ServerRoom.open()
    try:
        yield room.server("postgres", start_postgres), room.server("redis", start_redis)
    finally:
        room.close()


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def table(measured: Measured) -> str:
    """Return the figures as lines."""
    kinds = Counter(each.defect for each in measured.decided if each.defect)
    passed = Counter(each.defect for each in measured.approved)
    lines = [
        f"{len(measured.decided)} cases in rounds of {measured.rounds}; {measured.photos}",
        f"{'defect':<24}{'cases':>8}{'approved':>10}",
        *(f"{name:<24}{count:>8}{passed[name]:>10}" for name, count in sorted(kinds.items())),
        f"{'clean, sent back':<24}{measured.clean:>8}{len(measured.sent_back):>10}",
    ]
    for each in (*measured.approved, *measured.sent_back):
        wrong = f"{each.defect} ({each.how})" if each.defect else "clean"
        lines.append(f"  case {each.case}, {each.kind}, {wrong}: {'; '.join(each.reasons) or '-'}")
    if measured.keys:
        lines.append(
            f"keys of a clean approval: median {statistics.median(measured.keys):g}, "
            f"of {len(measured.keys)} in Chromium"
        )
    lines.append(f"seconds of each round: {measured.round_seconds}")
    bars = missed(figures(measured))
    lines.append(f"missed: {'; '.join(bars)}" if bars else "bars reached")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table or one JSON object; 1 with ``--strict`` when a bar is missed."""
    parser = argparse.ArgumentParser(
        prog="benchmarks/officer.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--photos", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--defects", type=int, help="of the cases; one in ten if not said")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--pages", type=Path, metavar="FOLDER", help="keep the text of each page there"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    options = parser.parse_args(arguments)
    if options.cases < FEWEST_CASES:
        parser.error(f"--cases: {FEWEST_CASES} are the fewest")
    defects = defects_of(options.cases) if options.defects is None else options.defects
    try:
        found = measure(
            options.photos,
            cases=options.cases,
            defects=defects,
            seed=options.seed,
            pages=options.pages,
        )
    except (TooFewPhotosError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    result = figures(found)
    result["missed"] = missed(result)
    sys.stdout.write(json.dumps(result) + "\n" if options.json else table(found))
    return int(options.strict and bool(result["missed"]))


if __name__ == "__main__":
    sys.exit(main())

# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Rows of a database of many applications, as lines of tab-separated text, the same at every run.

Each application has 3 documents, 12 pages with their texts, 6 review items and 8 events that go on
the chain and carry the digests of the rows; six in ten are issued, with an agreement and its proof.
Of the newest fiftieth nearly half are drafts.
Both databases take the lines.
"""

import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from scale_facts import FrequentDigests, digest, member, moment, salt_of

from review_service.db.audit import GENESIS
from review_service.db.base import Base
from review_service.db.models import AgreementRow, ApplicationRow, CorrectionRow, OfficerRow
from review_service.domain.numbering import (
    application_reference,
    hash_secret,
    verification_code,
    verification_token,
)
from review_service.domain.paper_proof import PaperProof, record_digest
from review_service.domain.provinces import cantons_of, provinces
from review_service.domain.roles import OfficerRole

NULL: Final = "\\N"
YEARS: Final = 10
CORRECTED_EVERY: Final = 20
ITEMS: Final = ("workshop", "people", "machinery", "process", "data_sheet", "prior_agreement")
PAGES_OF: Final = (("evidence", 8), ("agreement", 2), ("evidence", 2))
COLUMNS: Final[Mapping[str, str]] = {
    "taxpayers": "ruc name status taxpayer_class taxpayer_type started_on source imported_at",
    "establishments": "ruc number trade_name is_open province canton parish ciiu activity"
    " imported_at",
    "registered_emails": "ruc email source imported_at",
    "officers": "id user_name full_name unit password_hash totp_secret totp_last_step active"
    " created_at role cedula",
    "applications": "id reference ruc holder kind state version sheet sheet_saved_at registry_facts"
    " open_key created_at changed_at sent_at confirmed_at confirm_by due_at correct_by decided_by"
    " decided_at track",
    "documents": "id application_id kind state upload_key file_name size_bytes sha256 storage_key"
    " page_count pages_checked comment created_at checked_at round assembled",
    "pages": "id document_id number kind width_px height_px image_key image_sha256 thumbnail_key"
    " thumbnail_sha256 photos words suggested_from comment",
    "page_texts": "position page_id search",
    "review_items": "application_id item verdict",
    "findings": "id application_id document_id page check_name code severity message advice"
    " compared",
    "corrections": "id application_id round item reason instruction asked_by asked_at answered_at"
    " answer reason_code legal_basis",
    "agreements": "id application_id year serial number ruc state snapshot valid_from valid_until"
    " token_hash code_hash file_identifier sha256 size_bytes storage_key numbered_at published_at"
    " kind",
    "paper_proofs": "agreement_id record_sha256 file_sha256 checked_at signatures faults mac",
    "outgoing_mails": "id application_id event recipient context created_at sent_at last_error",
    "tasks": "id kind lane subject_id idempotency_key state attempts outages run_after last_error"
    " created_at finished_at",
    "events": "sequence at actor action subject_id details previous_hash hash",
    "fact_salts": "subject_id salt",
}
"""Columns of the lines, by table, in an order in which parents come first."""
TRADES: Final = (
    "Tejidos de lana a mano", "Cerámica negra", "Joyería de plata en filigrana", "Talla en madera",
    "Sombreros de paja toquilla", "Bordados", "Calzado de cuero", "Máscaras de cartón",
    "Guitarras y requintos", "Panadería tradicional", "Hojalatería", "Tagua labrada",
)  # fmt: skip
FIRST: Final = (
    "MARÍA", "JOSÉ", "ROSA", "LUIS", "BEGOÑA", "SEGUNDO", "IÑIGO", "LUZ", "ÁNGEL", "CARMEN",
    "MANUEL", "INÉS", "FABIÁN", "NARCISA", "WILSON", "GLADYS", "ÉDGAR", "MERCEDES", "RAÚL", "NELLY",
)  # fmt: skip
BEGIN: Final = ("CHI", "LE", "QUI", "TI", "MAI", "PE", "GUA", "CA", "TU", "MO", "SA", "YU", "AN",
                "RE", "CO", "VE", "IZA", "LLU", "PI", "ÑA", "CHU", "BA", "JA", "FLO")  # fmt: skip
MIDDLE: Final = ("MA", "LUM", "TUA", "GUA", "ÑA", "CA", "RE", "MBO", "LLI", "SA", "QUI", "NO")
END: Final = ("BA", "ÑA", "GO", "ZA", "MA", "FIEL", "QUE", "LEMA", "RES", "NTE")
PLACES: Final = tuple((name, canton) for name in provinces() for canton in cantons_of(name))
DARK_EVERY: Final = 300
DARK: Final = 96
"""Which applications have the rarer finding: such as are in review."""
NEWEST_SHARE: Final = 50
"""Of so many applications one is of late: there more are drafts, as not all are ever sent."""
DRAFTS: Final = range(85, 92)
"""Which parts in a hundred are drafts everywhere."""
LATE_DRAFTS: Final = range(10, 50)
"""Which parts in a hundred are drafts there and decided elsewhere."""
KEPT_STATES: Final = {"awaiting": "awaiting_confirmation", "correction": "correction_requested"}


def identifier(kind: int, number: int) -> str:
    """Return 32 hex digits, scattered like random ones, so that indexes are as wide as in truth."""
    mixed = (number * 0x9E3779B97F4A7C15 + kind * 0xD1B54A32D192ED03) & (2**64 - 1)
    return f"{mixed:016x}{kind:02x}{number:014x}"


def application_id(number: int) -> UUID:
    """Return the id of an application, counted from 0."""
    return UUID(hex=identifier(1, number))


def agreement_id(number: int) -> UUID:
    """Return the id of the agreement of an application that ``is_issued``."""
    return UUID(hex=identifier(2, number))


def _code(number: int) -> str:
    """Return the code of an application's finding: of one in a hundred it is another."""
    return "photo_dark" if number % DARK_EVERY == DARK else "photo_blurred"


def is_issued(number: int, total: int) -> bool:
    """Whether an application has an agreement."""
    return _state(number, total) == "issued"


def _state(number: int, total: int) -> str:
    part = number % 100
    is_late = number >= total - total // NEWEST_SHARE
    if is_late and part in LATE_DRAFTS and (number - taxpayers(total)) % 100 not in DRAFTS:
        return "draft"  # unless its RUC has one, of which no RUC has two
    for state, until in (("issued", 60), ("refused", 75), ("withdrawn", DRAFTS.start),
                         ("draft", DRAFTS.stop), ("awaiting", 94), ("correction", 96)):  # fmt: skip
        if part < until:
            return KEPT_STATES.get(state, state)
    return "in_review"


def taxpayers(total: int) -> int:
    """Return how many taxpayers have so many applications; so far apart lie two of one."""
    return max(1, total * 5 // 7)


class Rows:
    """Makes the lines of all tables, application by application; keep it for the whole filling."""

    def __init__(self, *, total: int, key: str, officer: UUID, is_sqlite: bool) -> None:
        self._total, self._key, self._officer = total, key, officer
        self._is_sqlite = is_sqlite
        self._now = datetime.now(UTC).replace(microsecond=0)
        self._chance = random.Random(20261126)  # noqa: S311 -- the same at every run
        self._taxpayers = taxpayers(total)
        self._previous, self.sequence = GENESIS, 0
        self.counters: Counter[tuple[str, int]] = Counter()
        self.lines: dict[str, list[str]] = defaultdict(list)
        self._texts = [self._words() for _ in range(5_000)]
        self._frequent = FrequentDigests(ITEMS, PAGES_OF)
        self._add_officer()

    @property
    def head(self) -> str:
        """Hash of the newest event."""
        return self._previous

    def ruc(self, number: int) -> str:
        """Return the RUC of an application."""
        return f"{1_700_000_000 + number * 7919 % self._taxpayers:010d}001"

    def _add_officer(self) -> None:
        facts = {
            "id": self._officer, "user_name": "banco", "full_name": "Banco de Pruebas",
            "unit": "Zonal 1", "password_hash": "", "totp_secret": "", "totp_last_step": 0,
            "active": True, "created_at": self._now, "role": OfficerRole.SUPERVISOR.value,
            "cedula": "0900000007",
        }  # fmt: skip
        subject = self._officer.hex
        told = {**facts, "id": subject, "active": "1", "created_at": _at(self._now)}
        self.lines["officers"].append("\t".join(str(value) for value in told.values()))
        held = member("officers", digest(OfficerRow, facts, self._salt(subject)))
        self._event(self._now, "operator", "officer_added", subject, _facts(held))

    def _salt(self, subject: str) -> str:
        """Return the new salt of a subject."""
        salt = salt_of(subject)
        self.lines["fact_salts"].append(f"{subject}\t{salt}")
        return salt

    def take(self) -> dict[str, list[str]]:
        """Return the lines made since the last call."""
        taken, self.lines = self.lines, defaultdict(list)
        return taken

    def add(self, number: int) -> None:
        """Make the lines of one application."""
        state, ruc = _state(number, self._total), self.ruc(number)
        opened = self._now - timedelta(days=365 * YEARS * (self._total - number) / self._total)
        opened = opened.replace(microsecond=0)
        holder, trade = self._name(), self._chance.choice(TRADES)
        if number < self._taxpayers:
            self._taxpayer(ruc, holder)
        self.counters["application", opened.year] += 1
        reference = application_reference(opened.year, self.counters["application", opened.year])
        subject, confirmed = identifier(1, number), opened + timedelta(hours=2)
        decided = opened + timedelta(days=2)
        is_confirmed = state not in {"draft", "awaiting_confirmation"}
        is_decided = state in {"issued", "refused"}
        due = self._now + timedelta(days=number % 11 - 3, seconds=number % 3600)
        sheet = {"trade": trade, "ciiu": "C139209", "province": "Imbabura", "canton": "Otavalo",
                 "address": "Calle Sucre 12-40 y Morales", "workers": 2, "apprentices": 1,
                 "phone": "0991234567", "notice_email": ""}  # fmt: skip
        kind, track = "renewal", "artisan"
        if state == "in_review":  # the queue is filtered by these
            sheet["province"], sheet["canton"] = PLACES[number * 31 % len(PLACES)]
            kind = "new" if number % 3 else "renewal"
            track = "artisan" if number // 100 % 5 else "mipyme"
        facts: dict[str, Any] = {
            "id": UUID(hex=subject), "reference": reference, "ruc": ruc, "holder": holder,
            "kind": kind, "state": state, "version": 4, "sheet": sheet,
            "sheet_saved_at": opened,
            "registry_facts": {"establishments": [], "email": "taller@example.org"},
            "open_key": ruc if state == "draft" else None, "created_at": opened,
            "changed_at": decided, "sent_at": opened if state != "draft" else None,
            "confirmed_at": confirmed if is_confirmed else None,
            "confirm_by": self._now + timedelta(days=2) if state == "awaiting_confirmation"
            else None,
            "due_at": due if state == "in_review" else None,
            "correct_by": (self._now + timedelta(days=20)).date()
            if state == "correction_requested" else None,
            "decided_by": self._officer if is_decided else None,
            "decided_at": decided if is_decided else None, "track": track,
        }  # fmt: skip
        self._add_row(ApplicationRow, facts)
        salt = self._salt(subject)
        held = member("applications", digest(ApplicationRow, facts, salt))
        sha256, documents = self._documents(number, subject, reference, opened)
        corrections = self._review(number, subject, state, decided)
        held_rows = (held, documents, self._frequent.items(dashed(subject), salt), corrections)
        snapshot = {"number": "", "application_reference": reference, "holder": holder, "ruc": ruc,
                    "trade": trade, "ciiu": "C139209", "activity": "Tejidos", "canton": "Otavalo",
                    "workshop_address": "Calle Sucre 12-40 y Morales", "province": "Imbabura",
                    "place": "Quito", "considerations": ["Que, es prueba."], "demonstration": True,
                    "benefits": ["Los de la ley."], "obligations": ["Las de la ley."],
                    "ministries": [], "verification_host": "localhost"}  # fmt: skip
        moments = (opened, confirmed, decided)
        self._history(number, subject, state, moments, snapshot, sha256, held_rows)

    def _add_row(self, table: type[Base], facts: Mapping[str, Any]) -> None:
        """Add the line of a row from its facts, which stand in the order of the columns."""
        cells = (_cell(facts[name]) for name in COLUMNS[table.__tablename__].split())
        self.lines[table.__tablename__].append("\t".join(cells))

    def _documents(
        self, number: int, subject: str, reference: str, at: datetime
    ) -> tuple[str, str]:
        """Add the documents and pages; return a file's hash, and the digests."""
        page, sha256, document = number * 12, "", ""
        salt, held = salt_of(subject), []
        for place, (kind, pages) in enumerate(PAGES_OF):
            document = identifier(3, number * 3 + place)
            sha256 = hashlib.sha256(document.encode()).hexdigest()
            self.lines["documents"].append(
                f"{document}\t{subject}\t{kind}\tchecked\tkey{place}\tarchivo.pdf\t800000\t{sha256}"
                f"\toriginals/{dashed(document)}\t{pages}\t{pages}\t\t{_at(at)}\t{_at(at)}\t0\t0"
            )
            named = dashed(document)
            told = self._frequent.document(
                place, dashed(subject), salt, id=named, sha256=sha256, at=moment(at)
            )
            held.append(member(f"documents/{named}", told))
            self._task(number * 8 + place, "check_document", "intake", document, at)
            folder = f"derived/{dashed(document)}/1"
            for count in range(1, pages + 1):
                mine = identifier(4, page)
                self.lines["pages"].append(
                    f"{mine}\t{document}\t{count}\tphoto\t1240\t1754\t{folder}/{count}.jpg\t"
                    f"{sha256}\t{folder}/{count}-small.jpg\t{sha256}\t[]\t[]\t\t"
                )
                text = self._texts[page % len(self._texts)]
                rare = reference.replace("-", "").lower()
                more = f"{rare}" if self._is_sqlite else f"'{rare}':99"
                self.lines["page_texts"].append(f"{page + 1}\t{mine}\t{text} {more}")
                page += 1
        if number % 3 == 0:
            self.lines["findings"].append(
                f"{number + 1}\t{subject}\t{document}\t1\tsharpness\t{_code(number)}\tdoubt\t"
                "Borrosa.\tRepita la foto.\t0"
            )
        return sha256, ",".join(sorted(held))

    def _review(self, number: int, subject: str, state: str, at: datetime) -> str:
        """Add items, a correction and mails; return the digest of the correction."""
        held = ""
        self.lines["review_items"] += [f"{subject}\t{item}\tpending" for item in ITEMS]
        if state == "correction_requested" or number % CORRECTED_EVERY == CORRECTED_EVERY - 1:
            facts = {
                "id": UUID(hex=identifier(5, number)), "application_id": UUID(hex=subject),
                "round": 1, "item": "workshop", "reason": "No se ve el taller.",
                "instruction": "Repita la foto.",
                "reason_code": "photo_dark", "legal_basis": "",
                "asked_by": self._officer, "asked_at": at,
                "answered_at": None if state == "correction_requested" else at,
                "answer": "Otra foto.",
            }  # fmt: skip
            self._add_row(CorrectionRow, facts)
            told = digest(CorrectionRow, facts, salt_of(subject))
            held = member(f"corrections/{facts['id']}", told)
        for place, event in enumerate(("confirm", "received", "decided")):
            mail = identifier(6, number * 3 + place)
            self.lines["outgoing_mails"].append(
                f"{mail}\t{subject}\t{event}\ttaller@example.org\t{{}}\t{_at(at)}\t{_at(at)}\t"
            )
            self._task(number * 8 + 3 + place, "send_mail", "mail", mail, at)
        return held

    def _history(
        self,
        number: int,
        subject: str,
        state: str,
        moments: tuple[datetime, datetime, datetime],
        snapshot: dict[str, Any],
        file_sha256: str,
        held: tuple[str, ...],
    ) -> None:
        opened, confirmed, decided = moments
        applicant, officer = "applicant", f"officer:{self._officer}"
        row, documents, items, corrections = held
        document = dashed(identifier(3, number * 3 + 2))
        event = self._event
        event(opened, applicant, "application_opened", subject, _facts(row, items))
        told = f'"kind":"evidence","reason":"","sha256":"{file_sha256}"}}'
        received = f'{{"document_id":"{document}",{_facts(documents)[1:-1]},{told}'
        event(opened, applicant, "document_received", subject, received)
        told_of = 2
        if state != "draft":
            event(opened, applicant, "application_awaiting_confirmation", subject, _facts(row))
            told_of += 1
        if state not in {"draft", "awaiting_confirmation"}:
            event(confirmed, applicant, "application_in_review", subject, _facts(row))
            told_of += 1
        changed = _facts(row, corrections, items, more='"origin":"in_review"')
        if state == "issued":
            event(decided, officer, "application_approved", subject, changed)
            self._agreement(number, subject, decided, snapshot, row)
            return
        if state in {"refused", "withdrawn", "correction_requested"}:
            event(decided, officer, f"application_{state}", subject, changed)
            told_of += 1
        for _ in range(told_of, 7):
            event(decided, officer, "case_seen", subject, "{}")
        event(decided, officer, "case_seen", subject, _facts(corrections) if corrections else "{}")

    def _agreement(
        self,
        number: int,
        subject: str,
        at: datetime,
        snapshot: dict[str, Any],
        row: str,
    ) -> None:
        agreement, year = agreement_id(number), at.year
        self.counters["agreement", year] += 1
        serial = self.counters["agreement", year]
        name = f"MPCEI-MDT-{year}-{serial:06d}"
        stored = at + timedelta(minutes=1)
        sha256 = hashlib.sha256(agreement.bytes).hexdigest()
        until = date(at.year + 3, at.month, min(at.day, 28))
        key = f"agreements/{agreement}/{dashed(identifier(7, number))}.pdf"
        days = {
            "issued_on": f"{at.date()}",
            "valid_from": f"{at.date()}",
            "valid_until": f"{until}",
        }
        plain = {
            "id": str(agreement), "application_id": dashed(subject), "year": year,
            "serial": serial, "number": name, "ruc": snapshot["ruc"],
            "snapshot": {**snapshot, **days, "number": name},
            "valid_from": days["valid_from"], "valid_until": days["valid_until"],
            "token_hash": hash_secret(verification_token(self._key, agreement)),
            "code_hash": hash_secret(verification_code(self._key, agreement)),
            "file_identifier": agreement.hex, "sha256": sha256, "size_bytes": 90_000,
            "storage_key": key,
        }  # fmt: skip
        record = record_digest(plain)
        facts = {
            **plain, "id": agreement, "application_id": UUID(hex=subject), "state": "published",
            "valid_from": at.date(), "valid_until": until, "numbered_at": at,
            "published_at": stored, "kind": "agreement",
        }  # fmt: skip
        self._add_row(AgreementRow, facts)
        held = member(f"agreements/{agreement}", digest(AgreementRow, facts, salt_of(subject)))
        checked = self._now - timedelta(hours=number % 600)
        proof = PaperProof(agreement_id=agreement, record_sha256=record, file_sha256=sha256,
                           checked_at=checked, signatures=2, faults=())  # fmt: skip
        self.lines["paper_proofs"].append(
            f"{agreement.hex}\t{record}\t{sha256}\t{_at(checked)}\t2\t[]\t{proof.mac(self._key)}"
        )
        self._task(number * 8 + 6, "issue_agreement", "issue", agreement.hex, at)
        numbered = _facts(held, more=f'"number":"{name}"')
        self._event(at, "service", "agreement_numbered", subject, numbered)
        told = _facts(held, more=f'"record":"{record}","sha256":"{sha256}"')
        self._event(stored, "worker", "agreement_stored", subject, told)
        issued = _facts(held, row, more='"origin":"approved"')
        self._event(stored, "worker", "application_issued", subject, issued)

    def _event(self, at: datetime, actor: str, action: str, subject: str, told: str) -> None:
        """Add an event; what it tells is canonical JSON."""
        self.sequence += 1
        previous = self._previous
        said = (
            f'[{self.sequence},{int(at.timestamp()) * 1_000_000},"{actor}","{action}",'
            f'"{dashed(subject)}",{told},"{previous}"]'
        )
        self._previous = hashlib.sha256(said.encode()).hexdigest()
        self.lines["events"].append(
            f"{self.sequence}\t{_at(at)}\t{actor}\t{action}\t{subject}\t{told}\t{previous}\t"
            f"{self._previous}"
        )

    def _task(self, number: int, kind: str, lane: str, subject: str, at: datetime) -> None:
        self.lines["tasks"].append(
            f"{identifier(8, number)}\t{kind}\t{lane}\t{subject}\t{kind}:{dashed(subject)}:\tdone"
            f"\t1\t0\t{_at(at)}\t\t{_at(at)}\t{_at(at)}"
        )

    def _taxpayer(self, ruc: str, name: str) -> None:
        at = _at(self._now)
        self.lines["taxpayers"].append(
            f"{ruc}\t{name}\tACTIVO\tRMP\tPERSONA NATURAL\t2015-03-02\tcatastro.csv\t{at}"
        )
        self.lines["establishments"].append(
            f"{ruc}\t001\t\t1\tIMBABURA\tOTAVALO\tJORDAN\tC139209\tTEJIDOS\t{at}"
        )
        self.lines["registered_emails"].append(f"{ruc}\ttaller@example.org\tfeed.csv\t{at}")

    def _name(self) -> str:
        """Return a name; some family names are frequent, most are rare."""
        return f"{self._family()} {self._family()} {self._chance.choice(FIRST)}"

    def _family(self) -> str:
        chance = self._chance.random() ** 3 * len(BEGIN) * len(MIDDLE) * len(END)
        begin, rest = divmod(int(chance), len(MIDDLE) * len(END))
        middle, end = divmod(rest, len(END))
        return f"{BEGIN[begin]}{MIDDLE[middle]}{END[end]}"

    def _words(self) -> str:
        words = sorted({self._family().lower().replace("ñ", "n") for _ in range(20)})
        if self._is_sqlite:
            return " ".join(words)
        return " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))


_NORMAL: Final = json.JSONEncoder(ensure_ascii=False)


@lru_cache(maxsize=64)
def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def dashed(digits: str) -> str:
    """Return 32 hex digits as a UUID is written."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _cell(value: object) -> str:
    """Return a value as it stands in a line."""
    match value:
        case None:
            return NULL
        case UUID():
            return value.hex
        case datetime():
            return _at(value)
        case dict():
            return _NORMAL.encode(value)
    return str(value)


def _facts(*held: str, more: str = "") -> str:
    """Return an event's details in canonical JSON; members stand in the order of their names."""
    told = f'{{"facts":{{{",".join(each for each in held if each)}}}'
    return f"{told},{more}}}" if more else f"{told}}}"

"""Finds what is missing before sending: files, pages without a theme, items without evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from review_service.db.item_evidence import evidence_of, seen_in, unsorted_pages
from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.shared_photos import own_repeats, shared_photos
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain import associations
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.data_sheet import DataSheet, problems_of
from review_service.domain.documents import DocumentKind, DocumentState, SupportKind, Theme
from review_service.domain.errors import SettingsError
from review_service.domain.finding_codes import FindingCode
from review_service.domain.item_evidence import item_of_file
from review_service.domain.item_words import lost_sentence, unsorted_sentence
from review_service.domain.looked_up import Answer, Found, answers_in, institution_of
from review_service.domain.not_applicable import said_in
from review_service.domain.sheet_comparison import advice_on_sheet
from review_service.domain.support_papers import Doubt
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import Decider, track_of
from review_service.domain.wording import gettext_noop, worded
from review_service.services.applicant import replacing
from review_service.services.applicant.needed import needed_of
from review_service.services.case import allowed_in, review_entries
from review_service.services.findings.comparing import themes_shown
from review_service.services.findings.support_documents import answer_doubts, doubts_on

MOST_EARLIER: Final = 20
"""Most applications looked at for each page, others' included, to find those of the same RUC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing missing, in the applicant's words."""

    sentence: str
    blocking: bool
    waits_for: UUID | None = None
    """The file that is still being read: nobody has to do anything about it."""


def sheet(
    uow: UnitOfWork, row: ApplicationRow, *, rulebook: Mapping[str, Any] | None = None
) -> list[Gap]:
    """Return what prevents sending the data sheet, and what officers will be warned of in it.

    What only an organisation says is asked of a draft: in a correction nobody may have asked for
    the sheet.
    """
    typed, asked = DataSheet.from_json(row.sheet), track_of(row.track).questions
    problems = problems_of(typed, asked)
    if "organisation" in asked.fields and row.state is ApplicationState.DRAFT:
        problems |= associations.problems_of(
            typed,
            ruc=row.ruc,
            holder=row.holder,
            taxpayer_type=str(row.registry_facts.get("taxpayer_type") or ""),
            on=ecuador_day(uow.now),
            document=rulebook,
        )
    advice = advice_on_sheet(holder=row.holder, sheet=typed, facts=row.registry_facts, asked=asked)
    return [
        *(Gap(sentence=sentence, blocking=True) for sentence in problems.values()),
        *(Gap(sentence=sentence, blocking=False) for sentence in advice if not problems),
    ]


def unsorted(uow: UnitOfWork, row: ApplicationRow, documents: Sequence[DocumentRow]) -> list[Gap]:
    """Return the pages to which nobody has given a theme; they are evidence for none.

    Advice in a draft; a PDF that was sent as a correction is not taken like that.
    """
    allowed, found = allowed_in(uow, row), []
    for document in documents:
        if document.kind is not DocumentKind.EVIDENCE or document.assembled:
            continue
        pages = unsorted_pages(uow.session, document)
        if pages:
            found.append(
                Gap(
                    sentence=unsorted_sentence(document.file_name, pages),
                    blocking=allowed.asked is not None and document.round == allowed.round,
                )
            )
    return found


def lost(uow: UnitOfWork, row: ApplicationRow) -> list[Gap]:
    """Return the items not asked for that a correction would leave without evidence."""
    allowed = allowed_in(uow, row)
    if allowed.asked is None:
        return []
    standing = evidence_of(uow.session, row)
    found = []
    for entry in review_entries(uow, row.id):
        seen = seen_in(entry)
        had_something = seen is not None and not seen.is_missing
        if had_something and standing[entry.item].is_missing and not allowed.item(entry.item):
            found.append(Gap(sentence=lost_sentence(entry.item), blocking=True))
    return found


def evidence(uow: UnitOfWork, row: ApplicationRow, documents: Sequence[DocumentRow]) -> list[Gap]:
    """Return what photos and PDF lack; themes that nothing shows are advice.

    A theme that is said not to apply lacks nothing; with photos beside, the applicant is asked.
    """
    if not track_of(row.track).shows_photos:
        return []
    given = [d for d in documents if item_of_file(d.kind) is None and not d.assembled]
    found = _refused(
        uow,
        row,
        given,
        otherwise=gettext_noop("«%(file_name)s» no se pudo aceptar. Cámbielo o quítelo."),
    )
    accepted = [document for document in given if document.state is not DocumentState.REFUSED]
    if not accepted:
        return [
            *found,
            Gap(sentence=gettext_noop("Agregue las fotos de su taller."), blocking=True),
        ]
    sentence = gettext_noop("Todavía estamos preparando las páginas de su PDF. Espere un momento.")
    running = [
        Gap(sentence=sentence, blocking=True, waits_for=document.id)
        for document in accepted
        if document.kind is DocumentKind.EVIDENCE and not document.state.is_final
    ]
    if running:
        return [*found, *running]
    shown, said = themes_shown(uow, accepted), said_in(row.not_applicable)
    sentences = [
        *(
            worded(
                "Falta mostrar: %(theme)s. Puede atrasar su trámite.", theme=worded(theme.within)
            )
            for theme in Theme
            if theme not in shown and theme not in said
        ),
        *(
            worded(
                "Dijo que no aplica «%(theme)s», y hay fotos: quien revisa verá las dos cosas. "
                "Quite una si no es así.",
                theme=worded(theme.within),
            )
            for theme in said
            if theme in shown
        ),
    ]
    return found + [Gap(sentence=sentence, blocking=False) for sentence in sentences]


def repeated(uow: UnitOfWork, row: ApplicationRow, documents: Sequence[DocumentRow]) -> list[Gap]:
    """Return which photos of several files are one, and which an earlier application has too.

    Nothing is said of other people's applications: who copies must not be able to try.
    """
    names = {document.id: document.file_name for document in documents}
    pairs = {
        tuple(sorted((names[pair.document_id], pair.other_file_name)))
        for pair in own_repeats(uow.session, row.id)
        if pair.is_exact and pair.document_id != pair.other_document_id
    }
    earlier = {
        (names[shared.document_id], shared.reference)
        for shared in shared_photos(uow.session, row, most=MOST_EARLIER)
        if shared.ruc == row.ruc
    }
    sentences = [
        *(
            worded("«%(one)s» y «%(other)s» son la misma foto. Cambie una.", one=one, other=other)
            for one, other in sorted(pairs)
        ),
        *(
            worded(
                "«%(name)s» es igual o casi igual a una foto de su solicitud %(reference)s. "
                "Si puede, tome una de ahora.",
                name=name,
                reference=reference,
            )
            for name, reference in sorted(earlier)
        ),
    ]
    return [Gap(sentence=sentence, blocking=False) for sentence in sentences]


def prior_agreement(
    uow: UnitOfWork, row: ApplicationRow, documents: Sequence[DocumentRow]
) -> list[Gap]:
    """Return what the prior agreement of a renewal lacks."""
    given = [document for document in documents if document.kind is DocumentKind.AGREEMENT]
    if ReviewItem.PRIOR_AGREEMENT not in track_of(row.track).items_for(row.kind):
        return []
    if not given:
        return [
            Gap(
                sentence=gettext_noop("Agregue su Acuerdo anterior escaneado, en PDF."),
                blocking=True,
            )
        ]
    otherwise = gettext_noop("Su Acuerdo anterior no se pudo aceptar. Envíelo otra vez.")
    return _refused(uow, row, given, otherwise=otherwise)


def papers(
    uow: UnitOfWork,
    row: ApplicationRow,
    documents: Sequence[DocumentRow],
    *,
    rulebook: Mapping[str, Any] | None = None,
) -> list[Gap]:
    """Return what the papers of other institutions lack: what is missing prevents sending.

    So does a paper that is still being read where a rule decides as soon as it is confirmed. What
    may be told of its doubts is advice. One that is not asked for, but was sent, is looked at like
    the others. In a correction nothing is missing that nobody asked for: it could not be sent.
    """
    track = track_of(row.track)
    if not track.asks_papers:
        return []
    found: list[Gap] = []
    allowed, needed = allowed_in(uow, row), needed_kinds(uow, row, rulebook=rulebook)
    for kind in SupportKind:
        given = [document for document in documents if document.kind.sent_as is kind]
        answer = _in_place(row, kind) if kind in needed else None
        if answer is not None:
            found += _looked_up(uow, row, answer, rulebook=rulebook)
        elif kind in needed and not given and allowed.item(ReviewItem(kind.value)):
            missing = worded(kind.short_label)
            sentence = (
                worded("Falta %(paper)s: agréguela.", paper=missing)
                if kind.is_feminine
                else worded("Falta %(paper)s: agréguelo.", paper=missing)
            )
            found.append(Gap(sentence=sentence, blocking=True))
        if kind in needed and answer is None:
            otherwise = gettext_noop("«%(file_name)s» no se pudo aceptar. Envíelo otra vez.")
            found += _refused(uow, row, given, otherwise=otherwise)
        for document in given:
            if not document.state.is_final and track.decider is Decider.RULE:
                sentence = worded(
                    "Todavía leemos «%(file_name)s». Espere un momento.",
                    file_name=document.file_name,
                )
                found.append(Gap(sentence=sentence, blocking=True, waits_for=document.id))
            elif document.state is DocumentState.CHECKED and answer is None:
                doubts = doubts_on(uow, row, document, rulebook=rulebook)
                told = dict.fromkeys(_told_of(kind, doubt) for doubt in doubts if doubt.told)
                found += [Gap(sentence=each, blocking=False) for each in told]
    return found


def _told_of(place: SupportKind, doubt: Doubt) -> str:
    """Return what is told of a paper on a page that lists several: where a wrong one stands too."""
    if doubt.code is not FindingCode.SUPPORT_MISPLACED:
        return doubt.told
    return worded(
        "En «%(label)s»: %(told)s",
        label=worded(place.label),
        told=f"{doubt.told[:1].lower()}{doubt.told[1:]}",
    )


def _in_place(row: ApplicationRow, kind: SupportKind) -> Answer | None:
    """Return what an institution said that stands where the applicant would send a paper.

    None in a correction: officers may ask for the paper all the same.
    """
    answer = answers_in(row.registry_facts).get(kind)
    if answer is None or row.confirmed_at is not None:
        return None
    return answer if answer.found is Found.HELD or not answer.may_be_sent else None


def _looked_up(
    uow: UnitOfWork, row: ApplicationRow, answer: Answer, *, rulebook: Mapping[str, Any] | None
) -> list[Gap]:
    """Return what is told of a paper that an institution holds; its silence prevents sending."""
    if answer.found is Found.SILENT:
        who = institution_of(answer.kind)
        sentence = worded(
            "Ahora no responde %(who)s: no hace falta que envíe nada. Vuelva en unos minutos.",
            who=worded(who),
        )
        return [Gap(sentence=sentence, blocking=True)]
    told = answer_doubts(uow, row, answer, rulebook=rulebook)
    return [Gap(sentence=doubt.told, blocking=False) for doubt in told if doubt.told]


def needed_kinds(
    uow: UnitOfWork, row: ApplicationRow, *, rulebook: Mapping[str, Any] | None = None
) -> tuple[SupportKind, ...]:
    """Return which papers this applicant must send today; none on tracks without papers.

    Later only those that officers judge: nobody may send what was not asked for. Where no table
    says which, all.
    """
    if not track_of(row.track).asks_papers:
        return ()
    if row.confirmed_at is not None:
        judged = {entry.item.value for entry in review_entries(uow, row.id)}
        return tuple(kind for kind in SupportKind if kind.value in judged)
    try:
        needed = needed_of(uow, row, rulebook=rulebook)
    except SettingsError:
        there = associations.open_items(
            track_of(row.track).items, ruc=row.ruc, facts=row.registry_facts
        )
        return tuple(kind for kind in SupportKind if ReviewItem(kind.value) in there)
    return tuple(paper.kind for paper in needed)


def _refused(
    uow: UnitOfWork, row: ApplicationRow, documents: Sequence[DocumentRow], *, otherwise: str
) -> list[Gap]:
    """Return what is said of refused files; where a former one stands, nothing is missing."""
    formers, found = replacing.formers_of(uow, row.id), []
    for document in documents:
        if document.state is not DocumentState.REFUSED:
            continue
        former = formers.get(document.id)
        sentence = worded(otherwise, file_name=document.file_name)
        if former is not None:
            sentence = worded(
                "«%(file_name)s» no se pudo aceptar. Seguimos con «%(former)s», que ya nos envió.",
                file_name=document.file_name,
                former=former.file_name,
            )
        found.append(Gap(sentence=sentence, blocking=former is None))
    return found

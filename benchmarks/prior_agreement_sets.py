# ruff: noqa: INP001 -- beside a program of its own, not a package
"""Papers for ``prior_agreement.py`` on which a value could cross its label or be another's.

«Ink»: a value is covered, wholly or from its middle on. «Letterhead»: the ministry's own RUC, or a
printer's, stands on the paper. «Columns»: other labels, numbers and prose beside the values.
«Older»: a second number, of the Acuerdo that this one renews. Layouts and wordings are of two
families: ``tuned``, on which readers were mended, and ``kept``, which only the report saw.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from review_service.domain.identifiers import number_groups
from review_service.domain.prior_comparison import is_key_by_itself, judge
from review_service.domain.reports import AgreementField, FieldOutcome
from review_service.domain.ruc import RucKind, check_ruc
from tests.samples import old_facts, old_ink, old_layouts, old_neighbours, old_papers, old_scans
from tests.samples.old_facts import Forgery

TUNED: Final = (*old_layouts.LAYOUTS, *old_neighbours.NEIGHBOURS)
KEPT: Final = tuple(old_neighbours.KEPT)
CONDITIONS: Final = tuple(old_scans.CONDITIONS)
SETS: Final = ("ink", "letterhead", "columns", "older")
MOST_ACCUSED: Final = 0.001
"""Of true fields."""
LEAST_NUMBERS: Final = 0.9
"""Of the numbers that nothing covers."""
PARTLY: Final = 5
"""Every fifth value is covered from its middle on."""
_LETTERHEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "tuned": (
        "{ministry} - RUC: {public}",
        "RUC {public} - Av. Amazonas y Eloy Alfaro, Quito",
    ),
    "kept": (
        "R.U.C. No. {public}    Teléfono 02 394 8760",
        "Imprenta del Norte, RUC {printer}, autorización 1214",
        "Gobierno Nacional. Registro Único de Contribuyentes {public}",
    ),
}
_RENEWALS: Final[Mapping[str, tuple[str, ...]]] = {
    "tuned": (
        "Renueva el Acuerdo Nro. {older}.",
        "El presente Acuerdo renueva al Acuerdo Interministerial No. {older}, ya caducado.",
    ),
    "kept": (
        "Acuerdo anterior: {older}",
        "Este Acuerdo reemplaza al Acuerdo Nro. {older} de 3 de marzo de 2010.",
        "En renovación del Acuerdo No. {older}, que venció.",
    ),
}
_OLDER: Final = "MIPRO-2008-0{serial:03d}"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One paper: what the register knows, what is printed, and what spoils it."""

    name: str
    set: str
    family: str
    true: old_papers.Facts
    paper: old_papers.Facts
    layout: str
    font: str
    condition: str
    covered: AgreementField | None = None
    from_part: float = 0.0
    forgery: Forgery | None = None


def cases(count: int, forged: int, seed: int) -> Iterator[Case]:
    """Yield ``count`` true papers with ink, a third as many of each other set, and forged ones."""
    rng = np.random.default_rng(seed)
    for name in SETS:
        many = count if name == "ink" else max(1, count // 3)
        for index in range(many):
            yield _case(name, f"{name}-{index:04d}", index, rng)
    kinds = [kind for kind in Forgery if not kind.is_look_alike]
    for index in range(forged):
        case = _case(SETS[index % len(SETS)], f"false-{index:04d}", index, rng)
        forgery = kinds[index % len(kinds)]
        paper = old_facts.forged(case.paper, forgery, rng)
        is_hidden = case.covered is not None and case.covered.value == forgery.field
        covered = AgreementField.ACTIVITY if is_hidden else case.covered
        yield replace(case, paper=paper, forgery=forgery, covered=covered)


def _case(which: str, name: str, index: int, rng: np.random.Generator) -> Case:
    family = "kept" if index % 2 else "tuned"
    layouts = KEPT if family == "kept" else TUNED
    if which == "columns":
        layouts = KEPT if family == "kept" else tuple(old_neighbours.NEIGHBOURS)
    layout = layouts[index // 2 % len(layouts)]
    facts = old_facts.facts(rng, layout, with_code=False)
    if which == "letterhead":
        lines = _LETTERHEADS[family]
        line = lines[index // 2 % len(lines)]
        named = {"ministry": facts.ministries[0].upper(), "public": _public(rng)}
        facts = replace(facts, letterhead=line.format(**named, printer=_printer(rng)))
    if which == "older":
        wordings = _RENEWALS[family]
        older = _OLDER.format(serial=int(rng.integers(0, 1000)))
        facts = replace(facts, renews=wordings[index // 2 % len(wordings)].format(older=older))
    covered, part = None, 0.0
    if which == "ink":
        covered = old_ink.INKABLE[(index // 2 + index // 14) % len(old_ink.INKABLE)]
        part = 0.5 if index % PARTLY == 0 else 0.0
    return Case(
        name=name,
        set=which,
        family=family,
        true=facts,
        paper=facts,
        layout=layout,
        font=old_papers.FONTS[int(rng.integers(0, len(old_papers.FONTS)))],
        condition=CONDITIONS[(index // 2 + index // 20) % len(CONDITIONS)],
        covered=covered,
        from_part=part,
    )


def _public(rng: np.random.Generator) -> str:
    return _valid(lambda: f"176{int(rng.integers(0, 10**6)):06d}0001", RucKind.PUBLIC)


def _printer(rng: np.random.Generator) -> str:
    return _valid(lambda: f"309{int(rng.integers(0, 10**7)):07d}001", RucKind.COMPANY)


def _valid(made: Callable[[], str], kind: RucKind) -> str:
    while True:
        judged = check_ruc(made())
        if judged.problem is None and judged.kind is kind:
            return judged.digits


def taken(case: Case, *, seed: int) -> bytes:
    """Return the scanned paper."""
    pdf = old_layouts.typeset(case.paper, layout=case.layout, font=case.font)
    if case.covered is not None:
        rng = np.random.default_rng(seed)
        values = old_ink.said(case.paper, case.covered)
        pdf = old_ink.inked(pdf, values, rng, from_part=case.from_part)
    return old_scans.taken_as(case.condition)(pdf, seed)


def figures(
    read: Mapping[str, Mapping[str, Any]],
    papers: Sequence[Case],
    expected_of: Callable[[old_papers.Facts, AgreementField], str],
) -> dict[str, Any]:
    """Return by set and by family what became of true fields, numbers and forged fields."""
    fields: dict[str, Counter[str]] = defaultdict(Counter)
    numbers: dict[str, Counter[str]] = defaultdict(Counter)
    rucs: dict[str, Counter[str]] = defaultdict(Counter)
    forged: Counter[str] = Counter()
    accused, matched, unread = [], [], []
    for case, field, outcome, told in _judged(read, papers, expected_of):
        if case.forgery is not None and field.value == case.forgery.field:
            forged[outcome.value] += 1
            matched += [[*told, case.forgery.value]] if outcome is FieldOutcome.MATCHES else []
            continue
        accused += [told] if outcome is FieldOutcome.DIFFERS else []
        for group in (case.set, case.family):
            fields[group][outcome.value] += 1
            if field is AgreementField.NUMBER and case.covered is not field:
                right = outcome is FieldOutcome.MATCHES
                numbers[group]["right" if right else "not"] += 1
                unread += [] if right or group == case.set else [told]
        if field is AgreementField.RUC and case.set == "letterhead":
            rucs[case.family][outcome.value] += 1
    return {
        "papers": len(papers),
        "fields": {name: dict(counts) for name, counts in fields.items()},
        "numbers": {name: dict(counts) for name, counts in numbers.items()},
        "letterhead_rucs": {name: dict(counts) for name, counts in rucs.items()},
        "forged": dict(forged),
        "accused": accused,
        "matched": matched,
        "unread_numbers": unread,
    }


def _judged(
    read: Mapping[str, Mapping[str, Any]],
    papers: Sequence[Case],
    expected_of: Callable[[old_papers.Facts, AgreementField], str],
) -> Iterator[tuple[Case, AgreementField, FieldOutcome, list[Any]]]:
    """Yield what became of each true and each forged field, and how to tell of it."""
    for case in papers:
        for field in AgreementField:
            value, confidence = read[case.name]["fields"].get(field.value, ("", 0.0))
            true = expected_of(case.true, field)
            is_true = true == expected_of(case.paper, field)
            if case.forgery is Forgery.ISSUED_DAY and field is AgreementField.VALID_UNTIL:
                is_true = False  # a term of years counts from the forged day
            if is_true or (case.forgery is not None and field.value == case.forgery.field):
                outcome = judge(field, value, confidence, true)
                where = [case.name, case.layout, case.condition, field.value]
                yield case, field, outcome, [*where, value, confidence, true]


def wrong_keys(
    read: Mapping[str, Mapping[str, Any]], printed: Mapping[str, str]
) -> list[list[Any]]:
    """Return the numbers that would pick another's entry of the register by themselves.

    ``printed`` is the number on each paper, by the paper's name.
    """
    found: list[list[Any]] = []
    for name, number in printed.items():
        value, confidence = read[name]["fields"].get(AgreementField.NUMBER.value, ("", 0.0))
        is_other = number_groups(value) != number_groups(number)
        if is_other and is_key_by_itself(value, confidence):
            found.append([name, value, confidence, number])
    return found


def missed(found: Mapping[str, Any]) -> list[str]:
    """Return the bars that are missed, each in a sentence."""
    families = [found["fields"].get(name, {}) for name in ("tuned", "kept")]
    total = sum(sum(counts.values()) for counts in families)
    differ = sum(counts.get("differs", 0) for counts in families)
    faults = []
    if differ > MOST_ACCUSED * total:
        faults.append(f"{differ} of {total} true fields are accused")
    if found["matched"]:
        faults.append(f"{len(found['matched'])} forged fields match beside ink and columns")
    for family in ("tuned", "kept"):
        counts = found["numbers"].get(family, {})
        right, many = counts.get("right", 0), sum(counts.values())
        if right < LEAST_NUMBERS * many:
            faults.append(f"{right} of {many} legible numbers are read right ({family})")
    return faults


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the figures for reading."""
    heads = ("matches", "unreadable", "differs")
    yield f"{found['papers']} papers with ink, letterheads, columns and older numbers"
    yield f"{'true fields':<24}" + "".join(f"{head:>12}" for head in heads)
    for name, counts in found["fields"].items():
        yield f"{name:<24}" + "".join(f"{counts.get(head, 0):>12}" for head in heads)
    for name, counts in found["numbers"].items():
        yield f"number right, {name:<10}{counts.get('right', 0):>12} of {sum(counts.values())}"
    for name, counts in found["letterhead_rucs"].items():
        yield f"RUC, letterhead, {name:<7}" + "".join(f"{counts.get(h, 0):>12}" for h in heads)
    yield "forged fields: " + ", ".join(f"{name} {many}" for name, many in found["forged"].items())
    yield from (f"number unread: {one}" for one in found["unread_numbers"][:20])
    yield from (f"accused: {one}" for one in found["accused"][:20])
    yield from (f"matched: {one}" for one in found["matched"][:20])

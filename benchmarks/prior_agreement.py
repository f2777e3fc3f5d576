# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures how well prior agreements, true and forged, are read, beside the reader of issue 3.

python benchmarks/prior_agreement.py [--json] [--strict] [--count 200] [--seed N] [--no-old]

Generates scans over layouts, fonts and conditions, reads each in the sandbox, judges every field
with the product's own comparison. «Right» is read surely and exactly, «wrong» surely and otherwise,
the rest is unread: nothing, or a value in doubt. The reader of issue 3 is taken from git and runs
as it was, on the same files. The judge is today's for both. A letter O printed for a digit 0 says
the same to the eye: a tenth more papers carry such look-alikes, and they are counted by themselves.
``prior_agreement_sets.py`` adds papers with ink over a value, letterheads, columns, older numbers.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pypdfium2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import prior_agreement_sets as sets
from prior_agreement_reading import ROOT, Reader, old_code, read_by

from review_service.domain.prior_comparison import judge
from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, FieldOutcome
from tests.samples import old_facts, old_layouts, old_papers, old_scans
from tests.samples.old_facts import Forgery
from workers.inside.ocr import codes

CONDITIONS: Final = tuple(old_scans.CONDITIONS)
LAYOUTS: Final = tuple(old_layouts.LAYOUTS)
CERTAIN: Final = 100.0
CODE_DPI: Final = (100, 150, 200, 300)
CODE_TILTS: Final = (0.0, 3.0, 12.0)
CODE_SIDES_MM: Final = (15.0, 20.0, 25.0)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One paper: the registered values, the printed values, and how it was scanned."""

    name: str
    true: old_papers.Facts
    paper: old_papers.Facts
    layout: str
    font: str
    condition: str
    forgery: Forgery | None = None


def main() -> int:
    """Generate, read, judge, print a table or JSON; 1 with ``--strict`` when the bar is missed."""
    options = _options()
    true, forged = cases(options.count, options.seed)
    others = list(sets.cases(options.spoiled, options.spoiled_forged, options.seed + 1))
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = _kept(options) or Path(temporary)
        papers, spoiled = folder / "papers", folder / "spoiled"
        for index, other in enumerate(others):
            scan = partial(sets.taken, other, seed=options.seed + index)
            _write(spoiled / f"{other.name}.pdf", scan)
        keeps = options.keep is not None
        beside = read_by(options.code, spoiled, keeps=keeps)
        for index, case in enumerate((*true, *forged)):
            _write(papers / f"{case.name}.pdf", partial(_taken, case, seed=options.seed + index))
        readers = {"ours": read_by(options.code, papers, keeps=keeps)}
        old = None if options.no_old else old_code(Path(temporary))
        if old is not None:
            readers["issue 3"] = read_by(old, papers)
    result: dict[str, Any] = {
        name: figures(reader, true, forged) for name, reader in readers.items()
    }
    result["sets"] = sets.figures(beside.read, others, expected_of)
    printed = {
        case.name: case.paper.number
        for case in (*true, *forged)
        if case.forgery is None or not case.forgery.is_look_alike
    } | {other.name: other.paper.number for other in others}
    result["wrong_keys"] = sets.wrong_keys({**beside.read, **readers["ours"].read}, printed)
    result["codes"] = code_rates() if options.count else {}
    result["fonts"] = list(old_papers.FONTS)
    sys.stdout.write(json.dumps(result) + "\n" if options.json else table(result))
    return int(options.strict and bool(missed(result)))


def missed(result: Mapping[str, Any]) -> list[str]:
    """Return the bars that are missed; first of all no forged field may match the register."""
    matched = result["ours"]["forged"]["matched"]
    faults = [f"{matched} forged fields match"] if matched else []
    wrong = len(result["wrong_keys"])
    faults += [f"{wrong} numbers pick another's entry"] if wrong else []
    return faults + sets.missed(result["sets"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--count", type=int, default=200, help="true papers, and forged ones")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--strict", action="store_true", help="exit 1 when the bar is missed")
    parser.add_argument("--no-old", action="store_true", help="leave issue 3's reader out")
    parser.add_argument(
        "--spoiled", type=int, default=200, help="papers with ink; a third of each other set"
    )
    parser.add_argument("--spoiled-forged", type=int, default=300, help="forged ones of the sets")
    parser.add_argument("--code", type=Path, default=ROOT, help="read with the code in a folder")
    parser.add_argument(
        "--keep",
        type=Path,
        help="folder of papers and their values: a run that was ended goes on; else all goes. "
        "Of no use once the code changed that makes papers or reads them",
    )
    return parser.parse_args()


def _kept(options: argparse.Namespace) -> Path | None:
    """Return the folder of papers that these options make; None where nothing is kept."""
    if options.keep is None:
        return None
    counts = (options.seed, options.count, options.spoiled, options.spoiled_forged)
    folder: Path = options.keep / "-".join(map(str, counts))
    return folder


def _write(path: Path, made: Callable[[], bytes]) -> None:
    """Write a file that is not there yet, whole or not at all."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(made())
        part.replace(path)


def cases(count: int, seed: int) -> tuple[list[Case], list[Case]]:
    """Return ``count`` true papers, as many forged, and look-alikes; determined by the seed."""
    rng = np.random.default_rng(seed)
    true = [_case(f"true-{index:04d}", index, rng) for index in range(count)]
    forged = []
    kinds = [kind for kind in Forgery if not kind.is_look_alike]
    alike = [kind for kind in Forgery if kind.is_look_alike]
    for index in range(count + count // 10):
        case = _case(f"forged-{index:04d}", index, rng)
        forgery = kinds[index % len(kinds)] if index < count else alike[index % len(alike)]
        paper = old_facts.forged(case.true, forgery, rng)
        forged.append(
            Case(
                name=case.name,
                true=case.true,
                paper=paper,
                layout=case.layout,
                font=case.font,
                # every kind under every condition
                condition=CONDITIONS[(index // len(kinds) + index) % len(CONDITIONS)],
                forgery=forgery,
            )
        )
    return true, forged


def _case(name: str, index: int, rng: np.random.Generator) -> Case:
    layout = LAYOUTS[index % len(LAYOUTS)]
    facts = old_facts.facts(rng, layout, with_code=index % 2 == 0)
    return Case(
        name=name,
        true=facts,
        paper=facts,
        layout=layout,
        font=old_papers.FONTS[int(rng.integers(0, len(old_papers.FONTS)))],
        condition=CONDITIONS[(index // len(LAYOUTS) + index) % len(CONDITIONS)],
    )


def _taken(case: Case, *, seed: int) -> bytes:
    typeset = old_layouts.typeset(case.paper, layout=case.layout, font=case.font)
    return old_scans.taken_as(case.condition)(typeset, seed)


def expected_of(facts: old_papers.Facts, field: AgreementField) -> str:
    """Return the registered value of a field."""
    return {
        AgreementField.NUMBER: facts.number,
        AgreementField.HOLDER: facts.holder,
        AgreementField.RUC: facts.ruc,
        AgreementField.ACTIVITY: facts.activity,
        AgreementField.MINISTRIES: "; ".join(facts.ministries),
        AgreementField.ISSUED_ON: facts.issued_on.isoformat(),
        AgreementField.VALID_UNTIL: facts.valid_until.isoformat(),
    }[field]


def standing(entry: Mapping[str, Any], facts: old_papers.Facts, field: AgreementField) -> str:
    """Return whether a field was read right, wrong, or not at all."""
    value, confidence = entry["fields"].get(field.value, ("", 0.0))
    if not value or confidence < SURE_CONFIDENCE:
        return "unread"
    outcome = judge(field, value, CERTAIN, expected_of(facts, field))
    return {FieldOutcome.MATCHES: "right", FieldOutcome.DIFFERS: "wrong"}.get(outcome, "unread")


def figures(reader: Reader, true: Sequence[Case], forged: Sequence[Case]) -> dict[str, Any]:
    """Return all figures of one reader."""
    fields: dict[str, Counter[str]] = defaultdict(Counter)
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    outcomes: Counter[str] = Counter()
    mistakes = []
    for case in true:
        entry = reader.read[case.name]
        for field in AgreementField:
            verdict = standing(entry, case.paper, field)
            fields[field.value][verdict] += 1
            for group in (case.condition, case.layout, case.font):
                groups[group][verdict] += 1
            read = entry["fields"].get(field.value, ("", 0.0))
            outcome = judge(field, read[0], read[1], expected_of(case.true, field))
            outcomes[outcome.value] += 1
            if verdict == "wrong":
                mistakes.append(
                    [case.name, case.condition, case.layout, field.value, *read, outcome]
                )
    return {
        "fields": {name: _shares(counts) for name, counts in fields.items()},
        "groups": {name: _shares(counts) for name, counts in groups.items()},
        "true_fields": dict(outcomes),
        "forged": _forged(reader, forged),
        "codes_read": _codes_read(reader, (*true, *forged)),
        "cpu_s_per_page": round(reader.cpu_seconds / max(1, len(true) + len(forged)), 3),
        "mistakes": mistakes,
    }


def _shares(counts: Counter[str]) -> dict[str, float]:
    total = max(1, sum(counts.values()))
    return {name: round(counts[name] / total, 4) for name in ("right", "wrong", "unread")}


def _forged(reader: Reader, forged: Iterable[Case]) -> dict[str, Any]:
    """Judge the forged field of each forged paper against the register."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    missed, accused = [], Counter[str]()
    for case in forged:
        if case.forgery is None:
            continue
        entry = reader.read[case.name]
        for field in AgreementField:
            value, confidence = entry["fields"].get(field.value, ("", 0.0))
            outcome = judge(field, value, confidence, expected_of(case.true, field))
            if field.value == case.forgery.field:
                kinds[case.forgery.value][outcome.value] += 1
                if outcome is FieldOutcome.MATCHES:
                    missed.append([case.name, case.condition, case.forgery, value, confidence,
                                   expected_of(case.paper, field)])  # fmt: skip
            elif expected_of(case.true, field) == expected_of(case.paper, field) and not (
                # a term of years counts from the forged day
                case.forgery is Forgery.ISSUED_DAY and field is AgreementField.VALID_UNTIL
            ):
                accused[outcome.value] += 1
    return {
        "kinds": {name: dict(counts) for name, counts in kinds.items()},
        "matched": sum(not entry[2].is_look_alike for entry in missed),
        "look_alikes_matched": sum(entry[2].is_look_alike for entry in missed),
        "look_alikes": sum(case.forgery.is_look_alike for case in forged if case.forgery),
        "missed": missed,
        "untouched_fields": dict(accused),
    }


def _codes_read(reader: Reader, cases_: Iterable[Case]) -> dict[str, list[int]]:
    """Return how many codes were read exactly, of how many, for each condition."""
    counts: dict[str, list[int]] = {name: [0, 0] for name in CONDITIONS}
    for case in cases_:
        if case.paper.code:
            counts[case.condition][0] += case.paper.code in reader.read[case.name]["codes"]
            counts[case.condition][1] += 1
    return counts


def code_rates() -> dict[str, list[int]]:
    """Return how many codes are read of how many, for each resolution, tilt and printed size."""
    rates = {}
    rng = np.random.default_rng(11)
    for dpi in CODE_DPI:
        for tilt in CODE_TILTS:
            read = 0
            for side in CODE_SIDES_MM:
                facts = old_facts.facts(rng, "ours", with_code=True)
                typeset = old_layouts.typeset(facts, layout="ours", code_mm=side)
                wear = old_scans.Wear(dpi=dpi, tilt_degrees=tilt, jpeg_quality=65, noise=7)
                scan = old_scans.scanned(typeset, wear, seed=int(rng.integers(0, 10**6)))
                with pypdfium2.PdfDocument(scan) as pdf:
                    page = pdf[0].render(scale=200 / 72, grayscale=True).to_numpy()
                found = codes.found(np.ascontiguousarray(page[:, :, 0] if page.ndim > 2 else page))  # noqa: PLR2004
                read += facts.code in {row[0] for row in found}
            rates[f"{dpi} dpi, {tilt:g}°"] = [read, len(CODE_SIDES_MM)]
    return rates


def table(result: Mapping[str, Any]) -> str:
    """Return the figures for reading."""
    ours, old = result["ours"], result.get("issue 3")
    lines = [f"fonts: {', '.join(result['fonts'])}", "", _head()]
    for part in ("fields", "groups"):
        for name, shares in ours[part].items():
            lines.append(_row(name, shares, old[part].get(name) if old else None))
        lines.append("")
    lines += [*_judged(ours, old), "", "forged field judged (matches must be 0)"]
    for name, counts in ours["forged"]["kinds"].items():
        before = old["forged"]["kinds"].get(name) if old else None
        lines.append(f"{name:<28}{_outcomes(counts):<30}{_outcomes(before) if before else ''}")
    lines += ["", "QR codes read of those printed, in the whole pipeline"]
    lines += [f"{name:<28}{read}/{all_}" for name, (read, all_) in ours["codes_read"].items()]
    lines += ["", *sets.lines(result["sets"])]
    lines += [f"picks another's entry: {one}" for one in result["wrong_keys"]]
    lines += [*(f"MISSED: {fault}" for fault in missed(result)), "", "QR codes of 15, 20 and 25 mm"]
    lines += [f"{name:<28}{read}/{all_}" for name, (read, all_) in result["codes"].items()]
    return "\n".join(lines) + "\n"


def _head() -> str:
    return f"{'':<24}{'right':>8}{'wrong':>8}{'unread':>8}     issue 3:{'right':>8}{'wrong':>8}"


def _row(name: str, shares: Mapping[str, float], old: Mapping[str, float] | None) -> str:
    ours = "".join(f"{shares[key]:>8.1%}" for key in ("right", "wrong", "unread"))
    before = "".join(f"{old[key]:>8.1%}" for key in ("right", "wrong")) if old else ""
    return f"{name:<24}{ours}             {before}"


def _judged(ours: Mapping[str, Any], old: Mapping[str, Any] | None) -> list[str]:
    readers = {"ours": ours, "issue 3": old}
    lines = []
    for name, figures_ in readers.items():
        if figures_ is None:
            continue
        counts = Counter(figures_["true_fields"]) + Counter(figures_["forged"]["untouched_fields"])
        total = sum(counts.values())
        lines.append(
            f"{name:<10}{figures_['forged']['matched']:>4} forged fields «match» (bar 0), "
            f"{figures_['forged']['look_alikes_matched']} of "
            f"{figures_['forged']['look_alikes']} look-alike letters beside; of "
            f"{total} true fields {counts['differs']} «differ» (falsely accused), "
            f"{counts['matches']} match, {counts['unreadable']} unreadable; "
            f"{figures_['cpu_s_per_page']:.3f} CPU s a page"
        )
    return lines


def _outcomes(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main())

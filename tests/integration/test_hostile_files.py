"""349 files that nobody should send: no crash, no hang, no limit passed."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import DocumentReport
from tests.samples.hostile import Hostile, good_pdf, hostile_files
from tests.samples.raw_pdf import dense_pdf
from workers.inspecting.document import inspect, start_sandbox, stop_sandbox

pytestmark = pytest.mark.timeout(900)
"""All files together, on a machine that is busy with other tests too."""
LONGEST_SECONDS = 15.0
"""On a machine that has nothing else to do; a crowded one gets more by its load."""
AT_ONCE = 2
STEP = 4


def _longest() -> float:
    return LONGEST_SECONDS * max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0)))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one file."""

    file: Hostile
    report: DocumentReport | None
    error: str
    seconds: float

    @property
    def codes(self) -> set[str]:
        if self.report is None:
            return set()
        of_pages = {finding.code for page in self.report.pages for finding in page.findings}
        return of_pages | {finding.code for finding in self.report.findings}


def _inspected(file: Hostile, path: Path) -> Outcome:
    path.write_bytes(file.data)
    started = time.monotonic()
    report, error = None, ""
    try:
        report = inspect(path, kind=file.kind, limits=UploadLimits())
    except Exception as raised:  # noqa: BLE001 -- whatever it is, it is what the test looks for
        error = repr(raised)
    seconds = time.monotonic() - started
    path.unlink()
    return Outcome(file=file, report=report, error=error, seconds=seconds)


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> Iterator[None]:
    start_sandbox()
    yield
    stop_sandbox()


@pytest.fixture(scope="module")
def outcomes(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> list[Outcome]:
    """What became of all files with --trials, of each fourth without."""
    folder = tmp_path_factory.mktemp("hostile")
    step = 1 if pytestconfig.getoption("--trials") else STEP
    files = list(hostile_files())[::step]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(_inspected, files, (folder / str(n) for n in range(len(files)))))


@pytest.mark.trial
def test_there_are_349_files_with_names_of_their_own(outcomes: list[Outcome]) -> None:
    names = [outcome.file.name for outcome in outcomes]
    assert len(names) == 349, "docs/security.md and README.md say so"
    assert len(set(names)) == len(names)


def test_none_of_them_makes_the_inspection_fail(outcomes: list[Outcome]) -> None:
    assert {outcome.file.name: outcome.error for outcome in outcomes if outcome.error} == {}


def test_none_takes_longer_than_the_limit(outcomes: list[Outcome]) -> None:
    longest = _longest()
    slow = {one.file.name: one.seconds for one in outcomes if one.seconds > longest}
    assert slow == {}


def test_every_child_stays_within_its_memory_limit(outcomes: list[Outcome]) -> None:
    reports = [outcome.report for outcome in outcomes if outcome.report is not None]
    greatest = max(reports, key=lambda report: report.peak_bytes)
    assert 0 < greatest.peak_bytes <= greatest.memory_limit_bytes


def test_each_becomes_what_it_must(outcomes: list[Outcome]) -> None:
    wrong = {
        outcome.file.name: outcome.report.reason
        for outcome in outcomes
        if outcome.report is not None
        and outcome.file.reasons is not None
        and outcome.report.reason not in outcome.file.reasons
    }
    assert wrong == {}


def test_each_carries_the_finding_it_must(outcomes: list[Outcome]) -> None:
    missing = {
        outcome.file.name: outcome.file.finding
        for outcome in outcomes
        if outcome.file.finding is not None and outcome.file.finding not in outcome.codes
    }
    assert missing == {}


def test_a_refusal_always_has_a_sentence_for_the_applicant(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.report is not None and outcome.report.reason is not None:
            advice = [finding.advice for finding in outcome.report.findings]
            assert outcome.report.reason.sentence in advice


def test_the_sandbox_still_takes_honest_files_afterwards(
    outcomes: list[Outcome], tmp_path: Path
) -> None:
    assert outcomes
    honest = tmp_path / "honest.pdf"
    honest.write_bytes(good_pdf(3))
    report = inspect(honest, kind=DocumentKind.EVIDENCE, limits=UploadLimits())
    assert report.reason is None
    assert len(report.pages) == 3


def test_an_agreement_of_noise_ends_in_time_and_is_told_unread(tmp_path: Path) -> None:
    noise = tmp_path / "noise.pdf"
    noise.write_bytes(dense_pdf(pages=12))
    started = time.monotonic()
    report = inspect(noise, kind=DocumentKind.AGREEMENT, limits=UploadLimits())
    assert time.monotonic() - started < _longest()
    assert report.reason in {None, RefusalReason.TOO_COSTLY}
    assert report.fields == ()

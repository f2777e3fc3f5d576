"""Every module of ``workers`` and of the domain has its test where one looks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "tests" / "unit"
ELSEWHERE = {
    # The module: the test that holds it, and why it stands there.
    # Pages and photos need a drawn document, a fork server, or both.
    "workers/inside/agreement_page.py": "tests/integration/workers/test_prior_papers.py",
    "workers/inside/alterations.py": "tests/integration/workers/test_support_signed.py",
    "workers/inspecting/alterations.py": "tests/integration/workers/test_support_inspection.py",
    "workers/inside/evidence_page.py": "tests/integration/workers/test_inspection.py",
    "workers/inside/pages.py": "tests/integration/workers/test_inspection.py",
    "workers/inside/paper_words.py": "tests/integration/workers/test_own_paper.py",
    "workers/inside/photo_facts.py": "tests/integration/workers/test_photo_likeness.py",
    "workers/inside/photo_words.py": "tests/integration/workers/test_photo_text.py",
    "workers/inside/prepare.py": "tests/unit/workers/sandbox/test_calls.py",
    "workers/inside/ocr/reading.py": "tests/integration/workers/test_prior_papers.py",
    "workers/inside/pdf/drawing.py": "tests/integration/workers/test_codecs.py",
    "workers/inspecting/binding.py": "tests/unit/workers/inside/test_assembly.py",
    "workers/inspecting/document.py": "tests/integration/workers/test_inspection.py",
    "workers/inspecting/page_photos.py": "tests/unit/workers/inside/test_page_photos.py",
    "workers/inspecting/own_paper.py": "tests/integration/workers/test_own_paper.py",
    "workers/inside/second_look.py": "tests/integration/workers/test_second_look.py",
    "workers/inspecting/second_look.py": "tests/integration/workers/test_second_look.py",
    "workers/inspecting/signatures.py": "tests/integration/workers/test_signature_inspection.py",
    "workers/sandbox/canary.py": "tests/integration/workers/test_sandbox.py",
    "workers/sandbox/keeper.py": "tests/integration/workers/test_inspection.py",
    "workers/sandbox/policy.py": "tests/integration/workers/test_sandbox.py",
    "workers/sandbox/server.py": "tests/integration/workers/test_sandbox.py",
    # The four measures of one photo are told apart on the same pictures.
    "workers/inside/picture/blocks.py": "tests/unit/workers/inside/picture/test_quality.py",
    "workers/inside/picture/detail.py": "tests/unit/workers/inside/picture/test_quality.py",
    "workers/inside/picture/screens.py": "tests/unit/workers/inside/picture/test_page_kind.py",
    "workers/inside/picture/seams.py": "tests/unit/workers/inside/picture/test_page_kind.py",
    # Fields are read from the same sentences, so that one does not take another's words.
    "workers/fields/prior/activity.py": "tests/unit/workers/fields/prior/test_fields.py",
    "workers/fields/prior/holder.py": "tests/unit/workers/fields/prior/test_fields.py",
    "workers/fields/prior/ministries.py": "tests/unit/workers/fields/prior/test_fields.py",
    "workers/judging/support/values.py": "tests/unit/workers/judging/support/test_reading.py",
    # The files of the index mean something only through the index.
    "workers/photo_index/files.py": "tests/unit/workers/photo_index/test_index.py",
    "workers/photo_index/search.py": "tests/unit/workers/photo_index/test_index.py",
    # Tasks need a database, a store and a lease.
    "workers/tasks/copies.py": "tests/integration/test_jobs.py",
    "workers/tasks/documents.py": "tests/integration/test_jobs.py",
    "workers/tasks/heartbeat.py": "tests/integration/services/test_watching.py",
    "workers/tasks/letter_photos.py": "tests/integration/test_letter_photo_work.py",
    "workers/tasks/leasing.py": "tests/integration/test_leasing.py",
    "workers/tasks/listening.py": "tests/integration/test_listening.py",
    "workers/tasks/photos.py": "tests/integration/services/test_resembling.py",
    "workers/tasks/rebuilding.py": "tests/integration/test_rebuilding.py",
    "workers/tasks/running.py": "tests/integration/test_jobs.py",
    "workers/facts/signatures.py": "tests/unit/workers/inside/test_signatures.py",
    # Nothing but fields.
    "review_service/domain/receipts.py": "tests/integration/services/test_sending.py",
    "review_service/domain/signing.py": "tests/integration/services/test_issuing.py",
    "review_service/domain/reports.py": "tests/unit/domain/test_prior_comparison.py",
    # Read with the rules that they date.
    "review_service/domain/dated_rules.py": "tests/unit/domain/test_rulebook.py",
}


def modules() -> Iterator[str]:
    for package in (ROOT / "workers", ROOT / "review_service" / "domain"):
        for path in sorted(package.rglob("*.py")):
            if path.name not in {"__init__.py", "__main__.py"}:
                yield path.relative_to(ROOT).as_posix()


def mirror(module: str) -> Path:
    inside = module.removeprefix("review_service/")
    return (UNIT / inside).with_name(f"test_{Path(inside).name}")


@pytest.mark.parametrize("module", sorted(set(modules()) - set(ELSEWHERE)))
def test_a_module_has_its_test_beside_the_others(module: str) -> None:
    text = mirror(module).read_text()
    assert "assert " in text or "pytest.raises" in text


@pytest.mark.parametrize(("module", "test"), sorted(ELSEWHERE.items()))
def test_a_module_that_is_tested_elsewhere_names_where(module: str, test: str) -> None:
    assert (ROOT / module).is_file()
    assert not mirror(module).exists(), "it has its own test now: take it off the list"
    assert "assert " in (ROOT / test).read_text()

"""Every error that is raised on purpose has a status of its own and a cure."""

from datetime import UTC, datetime

import pytest
from werkzeug.exceptions import Forbidden, ImATeapot, NotFound

from review_service.domain import errors as domain_errors
from review_service.domain.errors import (
    BudgetSpentError,
    DamagedRecordError,
    DatabaseDownError,
    FileMissingError,
    InvalidInputError,
    InvalidTransitionError,
    LinkError,
    MailError,
    NotAllowedError,
    NotFoundError,
    OutsideError,
    PaperRegisterError,
    QueueError,
    RegistryError,
    ReviewServiceError,
    ScannerError,
    SettingsError,
    SigningError,
    StaleStateError,
    StoreError,
    TooManyAtOnceError,
    TooManyAttemptsError,
    WrongKeyError,
)
from review_service.web.error_pages import LAST_RESORT, OUR_PAGES
from review_service.web.errors import page_for

EXPECTED = [
    (NotFoundError(), 404, "not_found"),
    (NotAllowedError(), 403, "forbidden"),
    (StaleStateError(), 409, "stale"),
    (InvalidTransitionError(), 409, "wrong_state"),
    (InvalidInputError({"ruc": "Escriba el RUC."}), 422, "invalid_input"),
    (LinkError("used"), 410, "link"),
    (TooManyAttemptsError(90), 429, "too_many"),
    (TooManyAtOnceError(), 429, "too_many_at_once"),
    (BudgetSpentError(90, until=datetime(2026, 11, 27, tzinfo=UTC)), 429, "budget_spent"),
    (StoreError("x", retryable=True), 503, "store_down"),
    (FileMissingError("k"), 500, "file_missing"),
    (ScannerError("x", retryable=True), 503, "unavailable"),
    (RegistryError("x", retryable=True), 503, "registry_down"),
    (PaperRegisterError("x", retryable=True), 503, "papers_down"),
    (DatabaseDownError("x", retryable=True), 503, "database_down"),
    (QueueError("x", retryable=True), 503, "unavailable"),
    (MailError("x", retryable=True), 503, "unavailable"),
    (SigningError("x", retryable=False), 503, "unavailable"),
    (OutsideError("x", retryable=True), 503, "unavailable"),
    (NotFound(), 404, "not_found"),
    (Forbidden(), 403, "forbidden"),
    (ImATeapot(), 418, "bad_request"),
    (SettingsError("x"), 500, "failed"),
    (ZeroDivisionError(), 500, "failed"),
]


@pytest.mark.parametrize(("error", "status", "code"), EXPECTED, ids=lambda value: str(value)[:30])
def test_answers_each_error_with_its_status(error: Exception, status: int, code: str) -> None:
    page = page_for(error)
    assert (page.status, page.code) == (status, code)


@pytest.mark.parametrize("page", [*OUR_PAGES.values(), LAST_RESORT], ids=lambda page: page.code)
def test_says_what_happened_and_what_to_do(page: object) -> None:
    assert getattr(page, "sentence", "").endswith(".")
    assert getattr(page, "cure", "").endswith(".")


def test_no_error_of_the_domain_is_left_to_the_last_resort() -> None:
    kinds = [
        kind
        for kind in vars(domain_errors).values()
        if isinstance(kind, type) and issubclass(kind, ReviewServiceError)
    ]
    left = {
        kind
        for kind in kinds
        if not issubclass(kind, tuple(OUR_PAGES)) and kind is not ReviewServiceError
    }
    # No page raises these: one stops a process at its start, one a command of backups, and one is
    # answered wherever the record of a document is read.
    assert left == {SettingsError, WrongKeyError, DamagedRecordError}


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "Espere un minuto"), (60, "Espere un minuto"), (61, "2 minutos")]
)
def test_says_how_long_to_wait(seconds: int, words: str) -> None:
    page = page_for(TooManyAttemptsError(seconds))
    assert words in page.cure
    assert page.retry_after == seconds


def test_past_a_budget_the_page_says_from_when_on_and_that_all_is_kept() -> None:
    page = page_for(BudgetSpentError(7200, until=datetime(2026, 11, 28, tzinfo=UTC)))
    assert "Podrá enviar más desde el 27 de noviembre de 2026, 19h00." in page.cure
    assert "está guardado" in page.sentence
    assert page.retry_after == 7200


def test_keeps_what_the_service_objected_to() -> None:
    assert page_for(InvalidInputError({"theme": "Elija."})).problems == {"theme": "Elija."}

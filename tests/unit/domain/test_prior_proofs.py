"""A QR code on a paper is ours, unknown, somebody else's, or foreign; its secret is not kept."""

import pytest

from review_service.domain.numbering import hash_secret
from review_service.domain.prior_proofs import (
    MAX_HOST,
    CodeOutcome,
    StoredCode,
    judge_code,
    stored_code,
    without_token,
)
from review_service.domain.reports import Box, ReadCode

TOKEN = "7k4m2abcdefghijklmnopqrstu"
HOST = "acuerdos.example"


def stored(text: str, host: str = HOST) -> StoredCode:
    code = ReadCode(text=text, page=2, box=Box(left=1, top=2, width=3, height=4))
    return stored_code(code, public_host=host)


@pytest.mark.parametrize(
    "text",
    [
        f"https://{HOST}/v/{TOKEN}",
        f" HTTPS://ACUERDOS.EXAMPLE/v/{TOKEN}/\n",
        f"http://{HOST}/v/{TOKEN}?utm=1#x",
    ],
)
def test_our_address_is_known_however_it_is_written(text: str) -> None:
    code = stored(text)
    assert (code.host, code.at_our_host, code.token_hash) == (HOST, True, hash_secret(TOKEN))


@pytest.mark.parametrize(
    "text",
    [
        f"https://{HOST}/v/{TOKEN[:-1]}",
        f"https://{HOST}/v/{TOKEN}x",
        f"https://{HOST}/v/{TOKEN.upper()}",
        f"https://{HOST}/noticias",
    ],
)
def test_another_page_of_ours_has_no_token(text: str) -> None:
    code = stored(text)
    assert (code.at_our_host, code.token_hash) == (True, "")


@pytest.mark.parametrize(
    "text", ["", "hola", "https://[roto", "https://x:99999/v", f"ftp://{HOST}/v/{TOKEN}", "//x/v/"]
)
def test_what_is_no_address_is_kept_as_nothing(text: str) -> None:
    code = stored(text)
    assert (code.host, code.at_our_host, code.token_hash) == ("", False, "")


def test_a_host_before_an_at_sign_is_not_where_the_address_leads() -> None:
    assert stored(f"https://{HOST}@otra.example/v/{TOKEN}").host == "otra.example"


def test_the_port_belongs_to_the_host() -> None:
    assert stored(f"http://localhost:8000/v/{TOKEN}", "localhost:8000").at_our_host
    assert not stored(f"http://localhost:8001/v/{TOKEN}", "localhost:8000").at_our_host


def test_no_host_is_ours_while_ours_is_not_known() -> None:
    assert not stored("hola", "").at_our_host


def test_a_long_host_is_cut() -> None:
    assert len(stored(f"https://{'a' * 400}.example/").host) == MAX_HOST


def test_what_is_kept_comes_back_and_holds_no_secret() -> None:
    code = stored(f"https://{HOST}/v/{TOKEN}")
    assert StoredCode.from_json(code.to_json()) == code
    assert TOKEN not in str(code.to_json())


@pytest.mark.parametrize(
    ("text", "printed_host", "outcome"),
    [
        (f"https://{HOST}/v/{TOKEN}", HOST, CodeOutcome.OURS),
        (f"https://{HOST}/v/{TOKEN}", "viejo.example", CodeOutcome.OURS),
        (f"https://viejo.example/v/{TOKEN}", "Viejo.example", CodeOutcome.OURS),
        (f"https://otra.example/v/{TOKEN}", HOST, CodeOutcome.ELSEWHERE),
        (f"https://{HOST}/v/{TOKEN}", None, CodeOutcome.UNKNOWN),
        (f"https://{HOST}/", None, CodeOutcome.UNKNOWN),
        (f"https://otra.example/v/{TOKEN}", None, CodeOutcome.FOREIGN),
        ("hola", None, CodeOutcome.FOREIGN),
    ],
)
def test_each_code_is_worth_something_else(
    text: str, printed_host: str | None, outcome: CodeOutcome
) -> None:
    assert judge_code(stored(text), printed_host=printed_host) is outcome


def test_every_outcome_has_words() -> None:
    assert all(outcome.label for outcome in CodeOutcome)


def test_the_secret_is_blotted_out_for_the_screen() -> None:
    assert without_token(f"https://{HOST}/v/{TOKEN}") == f"https://{HOST}/v/…"
    assert without_token("hola") == "hola"

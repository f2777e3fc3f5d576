"""A seal's text: read back as it was given out, also from a mail; anything else is refused."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from review_service.domain.seals import (
    BEGIN,
    END,
    FIRST,
    OTHER_KEY,
    Seal,
    SealStatement,
    day_of,
    limits_of,
    seals_in,
    sequence_in,
)

AT = datetime(2026, 11, 27, 3, 30, tzinfo=UTC)
"""Still the 26th in Ecuador."""
STATEMENT = SealStatement(
    sequence=42,
    head="ab" * 32,
    sealed_at=AT,
    since=7,
    since_at=datetime(2026, 11, 1, 12, tzinfo=UTC),
    reason="",
    broken_before=0,
    previous="cd" * 32,
)
SEAL = Seal(statement=STATEMENT, public_key="12" * 32, signature="34" * 64)


def block(plain: object) -> str:
    signs = base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")
    return f"{BEGIN}\n{signs}\n{END}"


def plain_of(seal: Seal) -> dict[str, Any]:
    signs = "".join(seal.block.splitlines()[1:-1])
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(signs + "=" * (-len(signs) % 4)))
    return read


def test_a_seal_is_read_back_from_its_text() -> None:
    assert seals_in(SEAL.text) == [SEAL]
    assert seals_in("nothing") == []
    assert max(map(len, SEAL.block.splitlines())) <= 60


def test_a_saved_mail_is_read_as_it_travels() -> None:
    message = EmailMessage(policy=SMTP)
    message.set_content(f"¡Sí!\n\n{SEAL.block}\n", cte="quoted-printable")
    message.add_alternative(f"<pre>{SEAL.block}</pre>", subtype="html", cte="quoted-printable")
    assert seals_in(bytes(message).decode()) == [SEAL, SEAL]
    answered = "\n".join(f"> {line}" for line in SEAL.text.splitlines())
    assert seals_in(answered) == [SEAL]


def test_the_words_for_people_count_for_nothing() -> None:
    assert seals_in(SEAL.text.replace("42", "41")) == [SEAL]


@pytest.mark.parametrize(
    "plain",
    [
        [],
        {},
        plain_of(SEAL) | {"more": 1},
        plain_of(SEAL) | {"sequence": -1},
        plain_of(SEAL) | {"sequence": "42"},
        plain_of(SEAL) | {"sequence": True},
        plain_of(SEAL) | {"head": "AB" * 32},
        plain_of(SEAL) | {"signature": "34"},
        plain_of(SEAL) | {"public_key": "x"},
        plain_of(SEAL) | {"sealed_at": "2026-11-27T03:30:00"},
        plain_of(SEAL) | {"sealed_at": 7},
    ],
)
def test_what_has_another_shape_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        seals_in(block(plain))


@pytest.mark.parametrize("inside", ["", "ñ", "eyJ", "%%%"])
def test_what_is_damaged_is_refused(inside: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        seals_in(f"{BEGIN}\n{inside}\n{END}")


def test_whatever_is_stated_is_signed() -> None:
    others = [
        replace(STATEMENT, sequence=43),
        replace(STATEMENT, head="ac" * 32),
        replace(STATEMENT, sealed_at=datetime(2026, 11, 28, tzinfo=UTC)),
        replace(STATEMENT, since=0),
        replace(STATEMENT, since_at=AT),
        replace(STATEMENT, reason="x"),
        replace(STATEMENT, broken_before=1),
        replace(STATEMENT, previous=""),
    ]
    assert len({one.signed_bytes for one in [STATEMENT, *others]}) == 9


def test_one_chain_of_one_day_has_one_key() -> None:
    later = replace(STATEMENT, sealed_at=datetime(2026, 11, 27, 4, 59, tzinfo=UTC))
    assert SEAL.key == replace(SEAL, statement=later).key
    assert SEAL.key == "seals/2026-11/20261126-000000000042-12121212.txt"
    assert replace(SEAL, statement=replace(STATEMENT, reason="x")).key.endswith("-033000.txt")


def test_a_key_says_how_many_events_were_sealed() -> None:
    assert sequence_in(SEAL.key) == 42
    assert sequence_in(replace(SEAL, statement=replace(STATEMENT, reason="x")).key) == 42
    assert sequence_in("seals/other.txt") is None


def test_keys_stand_in_the_order_of_their_days() -> None:
    after = replace(STATEMENT, sequence=1_000)
    tomorrow = replace(STATEMENT, sealed_at=datetime(2026, 12, 1, 12, tzinfo=UTC))
    keys = [replace(SEAL, statement=one).key for one in (STATEMENT, after, tomorrow)]
    assert keys == sorted(keys)
    assert [day_of(key)[-8:] for key in keys] == ["20261126", "20261126", "20261201"]


def test_a_seal_says_what_it_cannot_vouch_for() -> None:
    assert "el 1 de noviembre de 2026" in limits_of(STATEMENT)
    assert "con 7 eventos" in limits_of(STATEMENT)
    assert "no puede asegurar que nadie lo rehizo" in limits_of(STATEMENT)
    assert "responde por la cadena entera" in limits_of(replace(STATEMENT, since=0))
    first = limits_of(replace(STATEMENT, reason=FIRST, broken_before=3))
    assert "3 eslabones rotos" in first
    assert "de nuevo" not in first
    assert "otra clave" in limits_of(replace(STATEMENT, reason=OTHER_KEY))

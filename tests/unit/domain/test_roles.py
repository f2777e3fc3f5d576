"""Roles: who may do what, and whose cases are an officer's own."""

import pytest

from review_service.domain.roles import GRANTS, OfficerRole, Permission, Standing
from review_service.domain.ruc import cedula_of

CEDULA = "1710034065"


def test_every_role_is_granted_something_or_knowingly_nothing() -> None:
    assert set(GRANTS) == set(OfficerRole)
    assert {role for role in OfficerRole if not GRANTS[role]} == {
        OfficerRole.SIGNATORY,
        OfficerRole.REPRESENTATIVE,
    }


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.READ_CASES, {"reviewer", "issuer", "supervisor", "auditor"}),
        (Permission.READ_FILES, {"reviewer", "issuer", "supervisor"}),
        (Permission.REVIEW, {"reviewer", "issuer", "supervisor"}),
        (Permission.DECIDE, {"issuer", "supervisor"}),
        (Permission.TAKE_OVER, {"supervisor"}),
        (Permission.EXPORT_LISTS, {"supervisor"}),
        (Permission.TEAM_VIEWS, {"supervisor"}),
        (Permission.MOVE_WORK, {"supervisor"}),
        (Permission.SEE_HEALTH, {"reviewer", "issuer", "supervisor", "auditor", "admin"}),
    ],
)
def test_a_permission_is_granted_to_these_roles_only(
    permission: Permission, roles: set[str]
) -> None:
    granted = {
        role.value for role in OfficerRole if Standing(role=role, cedula=CEDULA).may(permission)
    }
    assert granted == roles


@pytest.mark.parametrize(
    ("ruc", "own"),
    [
        (f"{CEDULA}001", True),
        (f"{CEDULA}002", True),
        ("1710034066001", False),
        ("1792060346001", True),
        ("1792060347001", False),
        ("", False),
    ],
)
def test_own_are_the_officers_ruc_and_the_companies_represented(ruc: str, *, own: bool) -> None:
    standing = Standing(
        role=OfficerRole.ISSUER, cedula=CEDULA, represented=frozenset({"1792060346001"})
    )
    assert standing.is_own(ruc) is own


def test_without_a_number_nothing_is_known_to_be_own() -> None:
    assert not Standing(role=OfficerRole.ISSUER, cedula=None).is_own(f"{CEDULA}001")


@pytest.mark.parametrize("text", [CEDULA, f"{CEDULA}001", "171003406-5", " 17 1003 4065 001 "])
def test_a_cedula_is_read_from_a_cedula_or_a_persons_ruc(text: str) -> None:
    assert cedula_of(text) == CEDULA


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1710034066",
        f"{CEDULA}000",
        "1792060346001",
        "1792060346",
        "171003406",
        "17100340651",
        "9910034065",
        "١٧١٠٠٣٤٠٦٥",
        "17100340x5",
        "1760001550001",
    ],
)
def test_what_is_no_persons_number_gives_no_cedula(text: str) -> None:
    assert cedula_of(text) is None

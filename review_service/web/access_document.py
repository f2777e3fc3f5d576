"""Writes ``docs/access.md`` from the access table.

``python -m review_service.web.access_document`` prints the page; with a file name it writes it.
"""

import secrets
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from werkzeug.routing import Map

from review_service.domain.applications import ApplicationState
from review_service.domain.roles import GRANTS, OfficerRole, Permission
from review_service.web.access_table import TABLE, Access, Audience

HEADING = """# Who may use which page

Written by `python -m review_service.web.access_document docs/access.md` from
`review_service/web/access_table.py`, by which the service itself decides. Do not edit it by hand:
`tests/integration/web/test_access_table.py` compares it, and tries every route with every role.

- Who is not signed in is led to the door (303). A malformed id in an address is 404 for everybody.
- A POST without its form token is 400 for whoever may ask at all. Nothing changes when something
  is refused.
- What belongs to another applicant is 404. What a role does not grant is 403 in words.
- An officer without a known cédula is led to `/revision/cuenta` first.
- *own case*: «no» means 403 on an application of the officer's own RUC, or of a company that the
  officer represents.
- *state*: in any other state of the application the answer is the status in brackets.
"""


def document(addresses: Map) -> str:
    """Return the page for the addresses of an application."""
    return "\n".join(
        [
            HEADING,
            *_roles(),
            "",
            "## Anybody",
            *_plain(addresses, Audience.ANYBODY),
            "",
            "## Applicants, on what is their own",
            *_plain(addresses, Audience.APPLICANT),
            "",
            "## Officers",
            *_officers(addresses),
            "",
        ]
    )


def _roles() -> Iterator[str]:
    yield "## Roles"
    yield "| role | on the screen | may |"
    yield "|---|---|---|"
    for role in OfficerRole:
        granted = [each.value for each in Permission if each in GRANTS[role]]
        yield f"| {role.value} | {role.label} | {', '.join(granted) or 'nothing yet'} |"


def _plain(addresses: Map, audience: Audience) -> Iterator[str]:
    yield "| address | method | state |"
    yield "|---|---|---|"
    for address, access in _listed(addresses, audience):
        yield f"| `{address}` | {access.method} | {_states(access)} |"


def _officers(addresses: Map) -> Iterator[str]:
    roles = " | ".join(role.value for role in OfficerRole)
    yield f"| address | method | {roles} | own case | state |"
    yield "|---" * (len(OfficerRole) + 4) + "|"
    for address, access in _listed(addresses, Audience.OFFICER):
        marks = ("yes" if _grants(role, access) else "403" for role in OfficerRole)
        own = "yes" if access.own_case else "no"
        yield f"| `{address}` | {access.method} | {' | '.join(marks)} | {own} | {_states(access)} |"


def _grants(role: OfficerRole, access: Access) -> bool:
    return access.permission is None or access.permission in GRANTS[role]


def _listed(addresses: Map, audience: Audience) -> Iterable[tuple[str, Access]]:
    found = [
        (rule.rule, TABLE[rule.endpoint])
        for rule in addresses.iter_rules()
        if rule.endpoint in TABLE and TABLE[rule.endpoint].audience is audience
    ]
    return sorted(found, key=lambda row: (row[0], row[1].method))


def _states(access: Access) -> str:
    if access.states is None:
        return "any"
    named = [state.value for state in ApplicationState if state in access.states]
    return f"{', '.join(named)} ({access.otherwise})"


def _main() -> None:
    from review_service.bootstrap import Role, build  # noqa: PLC0415 -- only to write the page
    from review_service.settings import Settings  # noqa: PLC0415
    from review_service.web import create_app  # noqa: PLC0415

    settings = Settings.from_env(
        {
            "DEMONSTRATION": "1",
            "DEMO_PAGE": "1",
            "DATA_DIR": "data",
            "PUBLIC_URL": "http://localhost",
            "SECRET_KEY": secrets.token_hex(),
            "VERIFICATION_KEY": secrets.token_hex(),
        }
    )
    page = document(create_app(build(settings, Role.WEB)).url_map)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    _main()

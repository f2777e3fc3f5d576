"""Pages go out compressed, unless their length could tell another site something."""

import gzip
import re

import pytest
from werkzeug.test import TestResponse

from tests.integration.web.applicant.story import draft
from tests.integration.web.site import Site, Visitor

HERE = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}


def is_packed(answer: TestResponse) -> bool:
    return answer.headers.get("Content-Encoding") == "gzip"


def test_a_page_is_smaller_and_says_the_same(visitor: Visitor) -> None:
    plain, packed = visitor.get("/ayuda"), visitor.get("/ayuda", headers=HERE)
    assert not is_packed(plain)
    assert is_packed(packed)
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_styles_and_scripts_are_compressed_and_still_kept_by_the_browser(visitor: Visitor) -> None:
    shown = visitor.get("/").text
    address = re.search(r'href="(/static/css/[^"]+)"', shown)
    assert address is not None
    answer = visitor.get(address.group(1).replace("&amp;", "&"), headers=HERE)
    assert is_packed(answer)
    assert "immutable" in answer.headers["Cache-Control"]
    again = {**HERE, "If-None-Match": answer.headers["ETag"]}
    assert visitor.get(address.group(1), headers=again).status_code == 304


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br"])
def test_who_does_not_take_gzip_gets_none(visitor: Visitor, accepted: str) -> None:
    assert not is_packed(visitor.get("/ayuda", headers={**HERE, "Accept-Encoding": accepted}))


@pytest.mark.parametrize(
    ("asked_from", "packed"),
    [
        ("same-origin", True),
        ("none", True),
        ("cross-site", False),
        ("same-site", False),
        ("", False),
    ],
)
def test_a_page_of_a_session_is_compressed_only_when_no_other_site_asked(
    site: Site,
    applicant: Visitor,
    asked_from: str,
    packed: bool,  # noqa: FBT001
) -> None:
    path = f"/solicitudes/{draft(site)}/datos"
    headers = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": asked_from}
    if not asked_from:
        del headers["Sec-Fetch-Site"]
    answer = applicant.get(path, headers=headers)
    assert answer.status_code == 200
    assert is_packed(answer) is packed


def test_nobody_s_page_is_compressed_for_whoever_asks(site: Site) -> None:
    headers = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "cross-site"}
    assert is_packed(site.visitor().get("/ayuda", headers=headers))

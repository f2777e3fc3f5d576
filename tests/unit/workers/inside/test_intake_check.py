"""The intake check on honest and on odd PDFs, run here without the sandbox."""

import io
import json
import os
import struct
import zlib
from typing import Any

import pikepdf
import pypdf
import pytest
from pypdf.errors import PdfReadError

from tests.samples import raw_pdf
from tests.samples.hostile import good_pdf
from workers.inside import intake_check


def _examined(
    data: bytes, *, most_pages: int = 40, most_pixels: int = 50_000_000
) -> dict[str, Any]:
    memory = os.memfd_create("document")
    try:
        os.write(memory, data)
        (frame,) = intake_check.examine(memory, most_pages=most_pages, most_pixels=most_pixels)
    finally:
        os.close(memory)
    return dict(json.loads(json.dumps(frame.header)))


def test_takes_an_honest_pdf() -> None:
    facts = _examined(good_pdf(3))
    assert "reason" not in facts
    assert facts["page_counts"] == [3, 3, 3]
    assert facts["page_count"] == 3
    assert (facts["header_offset"], facts["trailing_bytes"]) == (0, 0)
    assert (facts["repaired"], facts["owner_locked"], facts["active"]) == (False, False, {})


@pytest.mark.parametrize(("pages", "reason"), [(4, None), (5, "too_many_pages")])
def test_takes_up_to_the_greatest_number_of_pages(pages: int, reason: str | None) -> None:
    facts = _examined(good_pdf(pages), most_pages=4)
    assert facts.get("reason") == reason
    if reason:
        assert facts["figure"] == "Tiene 5 páginas; se aceptan 4."


@pytest.mark.parametrize(
    ("most", "reason"), [(640 * 480 // 4, None), (640 * 480 // 4 - 1, "image_too_large")]
)
def test_takes_jpegs_of_one_scan_up_to_four_times_the_pixels(most: int, reason: str | None) -> None:
    assert _examined(good_pdf(1), most_pixels=most).get("reason") == reason


@pytest.mark.parametrize(("shift", "reason"), [(1, None), (1024, None), (1025, "not_a_pdf")])
def test_finds_a_header_within_the_first_kibibyte(shift: int, reason: str | None) -> None:
    facts = _examined(b"x" * shift + good_pdf(1))
    assert facts.get("reason") == reason
    if reason is None:
        assert facts["header_offset"] == shift


def test_counts_what_follows_the_end_but_no_blanks() -> None:
    assert _examined(good_pdf(1) + b"\r\n \0")["trailing_bytes"] == 0
    assert _examined(good_pdf(1) + b"<html>")["trailing_bytes"] == 6


def test_refuses_a_file_without_an_end_as_damaged() -> None:
    facts = _examined(good_pdf(1)[:-8])
    assert facts["reason"] == "damaged"
    assert "antes de su final" in facts["figure"]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"%%eof\n", b"%%EO"])
def test_takes_a_file_that_only_lacks_its_last_mark(end: bytes) -> None:
    whole = good_pdf(2)
    facts = _examined(whole[: whole.rindex(b"%%EOF")] + end)
    assert (facts.get("reason"), facts["page_count"]) == (None, 2)


@pytest.mark.parametrize("place", [0, 1, 999_999])
def test_refuses_a_file_without_an_end_whose_table_is_not_where_it_says(place: int) -> None:
    whole = good_pdf(1)
    facts = _examined(whole[: whole.rindex(b"startxref")] + b"startxref\n%d\n" % place)
    assert facts["reason"] == "damaged"


@pytest.mark.parametrize("key", [b"/S", b"/Type", b"/Subtype", b"/P\xe1rrafo", b"/FT"])
def test_takes_names_with_accents_as_old_programs_write_them(key: bytes) -> None:
    pdf = raw_pdf.one_page(catalog=b"/StructTreeRoot << %s /P\xe1rrafo >>" % key)
    assert _examined(pdf).get("reason") is None


def test_a_script_behind_a_name_with_accents_is_seen() -> None:
    action = b"/OpenAction << /S /Acci\xf3n /Next << /S /JavaScript /JS (a) >> >>"
    assert _examined(raw_pdf.one_page(catalog=action))["active"] == {"javascript": 2}


@pytest.mark.parametrize("form", [b"7", b"[]", b"null", b"(x)", b"99 0 R"])
def test_takes_a_form_that_is_no_dictionary(form: bytes) -> None:
    assert _examined(raw_pdf.one_page(catalog=b"/AcroForm " + form)).get("reason") is None


def test_says_that_a_file_has_no_pages() -> None:
    with pikepdf.new() as pdf:
        out = io.BytesIO()
        pdf.save(out)
    assert _examined(out.getvalue())["reason"] == "no_pages"


def test_takes_pages_that_are_miscounted() -> None:
    whole = good_pdf(2)
    facts = _examined(whole.replace(b"/Count 2", b"/Count 0"))
    assert (facts.get("reason"), facts["page_count"]) == (None, 2)


@pytest.mark.parametrize("error", [zlib.error, struct.error, MemoryError, StopIteration])
def test_takes_what_one_of_three_readers_cannot_read(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error("odd")

    monkeypatch.setattr(pypdf, "PdfReader", fail)
    facts = _examined(good_pdf(2))
    assert (facts.get("reason"), facts["page_counts"]) == (None, [2, 2])


def test_opens_the_newest_lock_with_another_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PdfReadError("odd")

    out = io.BytesIO()
    script = raw_pdf.one_page(catalog=b"/OpenAction << /S /JavaScript /JS (a) >>")
    with pikepdf.open(io.BytesIO(script)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="", R=6))
    monkeypatch.setattr(pypdf, "PdfWriter", fail)
    facts = _examined(out.getvalue())
    assert (facts.get("reason"), facts["owner_locked"]) == (None, True)
    assert facts["active"]["javascript"] == 2


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_opens_an_owners_lock_and_looks_behind_it(revision: int) -> None:
    script = raw_pdf.one_page(catalog=b"/OpenAction << /S /JavaScript /JS (a) >>")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(script)) as pdf:
        newer = revision > 3
        pdf.save(out, encryption=pikepdf.Encryption(
            owner="o", user="", R=revision, aes=newer, metadata=newer))  # type: ignore[arg-type]  # fmt: skip
    facts = _examined(out.getvalue())
    assert "reason" not in facts
    assert facts["owner_locked"] is True
    assert facts["active"]["javascript"] >= 1


def test_a_swelling_stream_is_too_costly_and_a_large_honest_one_is_not() -> None:
    honest = raw_pdf.one_page(body=raw_pdf.flate(b" " * (60 << 20)))
    swelling = raw_pdf.one_page(body=raw_pdf.flate(b" " * (65 << 20)))
    pikepdf.settings.set_qpdf_limits(flate_max_memory=intake_check.MOST_DECODED)
    try:
        assert "reason" not in _examined(honest)
        assert _examined(swelling)["reason"] == "too_costly"
    finally:
        pikepdf.settings.set_qpdf_limits(flate_max_memory=0)


@pytest.mark.parametrize(("count", "reason"), [(6, None), (7, "too_costly")])
def test_takes_a_chain_of_a_few_filters(count: int, reason: str | None) -> None:
    body = raw_pdf.stream(b"20>", b"/Filter [" + b"/ASCIIHexDecode " * count + b"]")
    assert _examined(raw_pdf.one_page(body=body)).get("reason") == reason


def test_reads_a_whole_descriptor_whatever_its_offset() -> None:
    memory = os.memfd_create("document")
    try:
        os.write(memory, b"0123456789")
        assert intake_check.whole(memory) == b"0123456789"
        assert bytes(intake_check.mapped(memory)) == b"0123456789"
    finally:
        os.close(memory)

"""Finding our identifier in a file's bytes."""

import time

import pytest

from review_service.domain.file_identity import MAX_CLAIMS, OVERLAP_BYTES, find_identifier

OURS = bytes.fromhex("00ff28295c0a0d01020304055b5d3c3e")
OTHER = bytes(range(16))
HEX = OURS.hex().encode()

LITERALS = [
    # Every byte as it is but those that must be escaped.
    rb"\000" + b"\xff" + rb"\(\)\\\n\r" + b"\x01\x02\x03\x04\x05[]<>",
    # Three digits for each byte.
    "".join(f"\\{byte:03o}" for byte in OURS).encode(),
    # Balanced parentheses, a bare line feed, and a line continued.
    b"\\000\xff()\\\\\n\\r\x01\x02\\\n\x03\x04\x05[]<>",
    # A bare carriage return and line feed read as one line feed.
    b"\\000\xff()\\\\\r\n\\r\x01\x02\\\r\n\x03\x04\x05[]<>",
    # A short octal escape, and a backslash before a sign that needs none.
    b"\\0\xff\\(\\)\\\\\\n\\r\\1\\2\\3\\4\\5\\[\\]\\<\\>",
]


@pytest.mark.parametrize(
    "spelling",
    [
        b"/ID [<" + HEX + b"><" + OTHER.hex().encode() + b">]",
        b"/ID[<" + HEX.upper() + b"> <00>]",
        b"/ID\r\n[ \t<" + HEX + b">",
        b"/ID [<" + b" ".join(HEX[at : at + 2] for at in range(0, 32, 2)) + b">]",
        b"<</Type/XRef/ID [<" + HEX + b">]>>stream",
        b"<xmpMM:DocumentID>uuid:" + HEX + b"</xmpMM:DocumentID>",
    ],
)
def test_every_spelling_of_the_identifier_is_found(spelling: bytes) -> None:
    assert OURS in find_identifier(b"%PDF-1.7\n" + spelling + b"\n%%EOF")


@pytest.mark.parametrize("literal", LITERALS)
def test_a_literal_string_is_decoded(literal: bytes) -> None:
    assert find_identifier(b"trailer <</ID [(" + literal + b") (x)]>>") == {OURS}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"/ID",
        b"/ID [",
        b"/ID [<" + HEX[:30] + b">]",
        b"/ID [<" + HEX + b"00>]",
        b"/ID [<" + HEX,
        b"/ID [(fifteen letters)]",
        b"/ID [(" + b"\\" * 300,
        b"/ID [(0123456789abcdef",
        b"/ID [(0123456789abcde)]",
        b"/ID [(0123456789abcdefg)]",
        b"/ID [((((((((((((((((((((",
        b"/IDs [<" + HEX + b">]",
        b"uuid:" + HEX + b"0",
        b"uuid:" + HEX[:8] + b"-" + HEX[8:],
        b"ID [<" + HEX + b">]",
    ],
)
def test_what_is_no_identifier_of_sixteen_bytes_is_none(content: bytes) -> None:
    assert find_identifier(content) == set()


def test_sixteen_plain_letters_are_an_identifier() -> None:
    assert find_identifier(b"/ID [(0123456789abcdef)]") == {b"0123456789abcdef"}


@pytest.mark.parametrize("size", [1, 7, OVERLAP_BYTES - 1, OVERLAP_BYTES, 4096])
@pytest.mark.parametrize(
    "spelling", [b"/ID [<" + HEX + b">]", b"/ID [(" + LITERALS[1] + b")]", b"uuid:" + HEX]
)
def test_chunks_of_any_size_give_the_same(spelling: bytes, size: int) -> None:
    content = b"x" * 1000 + spelling + b"\n" * 1000
    chunks = (content[at : at + size] for at in range(0, len(content), size))
    assert find_identifier(chunks) == {OURS}


def test_several_identifiers_are_all_given() -> None:
    content = b"/ID [<" + HEX + b">] /ID [<" + OTHER.hex().encode() + b">]"
    assert find_identifier(content) == {OURS, OTHER}


@pytest.mark.parametrize("count", [MAX_CLAIMS - 1, MAX_CLAIMS, MAX_CLAIMS + 1])
def test_a_file_that_claims_too_much_is_cut_short(count: int) -> None:
    content = b"".join(b"/ID [<%032x>]" % number for number in range(count))
    assert len(find_identifier(content)) == min(count, MAX_CLAIMS)


@pytest.mark.parametrize(
    "unit",
    [
        b"/ID [",
        b"/ID[(",
        b"/ID[<0",
        b"/ID[<" + b"0" * 31,
        b"/ID[<" + b"0  " * 31,
        b"/ID[(aaaaaaaaaaaaaaa",
        b"/ID[(\\\\\\\\\\\\",
        b"/ID" + b" " * 16,
        b"uuid:",
        b"uuid:" + b"0" * 33,
        b"/ID [<" + HEX + b">]",
        b"/ID [(" + LITERALS[1] + b")]",
        b"\0",
    ],
)
def test_hostile_bytes_cost_no_more_than_their_number(unit: bytes) -> None:
    size = 8 * 1024 * 1024
    content = unit * (size // len(unit))
    started = time.process_time()
    find_identifier(content[at : at + 65536] for at in range(0, size, 65536))
    assert time.process_time() - started < 2

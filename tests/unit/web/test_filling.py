"""Forms of a page filled with kept words: only they change, and nothing of the words is markup."""

from review_service.web.filling import fill

PAGE = """<!DOCTYPE html>
<main id="contenido"><p>Ca&ntilde;ar &#38; m&aacute;s</p>
<details><summary>Comentar</summary>
<form method="post" action="/a"><input type="hidden" name="csrf_token" value="t">
<input type="hidden" name="version" value="2.new"><input type="hidden" name="theme" value="x">
<label>Uno <input id="u" name="one" type="text" value="was"></label>
<textarea name="words" rows="2">was &lt;b&gt;</textarea>
<select name="pick"><option value="">-</option><option value="p" selected>P</option>
<option value="q">Q</option></select>
<input type="checkbox" name="yes" value="y" checked><input type="radio" name="r" value="1">
<input type="file" name="photo"><button name="step" value="s">Ir</button></form></details>
<details><form method="post" action="/b"><textarea name="words">other</textarea></form></details>
<select name="page-1" form="far"><option value="w">W</option></select>
<form method="post" id="far" action="/c"></form><script>if (1 < 2) { go("&amp;") }</script>
</main>"""
KEPT = [
    ("version", "1.old"),
    ("one", 'mine "quoted"'),
    ("words", "</textarea><script>x</script>\nsecond"),
    ("pick", "q"),
    ("r", "1"),
    ("step", "s"),
    ("theme", "forged"),
    ("photo", "forged"),
]


def test_a_page_without_kept_words_is_left_as_it_is() -> None:
    assert fill(PAGE, {"/nowhere": KEPT}, here="/page").page == PAGE


def test_each_kind_of_field_takes_its_words_and_its_part_is_unfolded() -> None:
    filled = fill(PAGE, {"/a": KEPT}, here="/page")
    assert filled.placed == {"/a": {"one", "words", "pick", "yes", "r"}}
    assert filled.changed == {"/a"}
    assert 'value="mine &quot;quoted&quot;"' in filled.page
    assert "&lt;/textarea&gt;&lt;script&gt;x&lt;/script&gt;\nsecond</textarea>" in filled.page
    assert "<script>x" not in filled.page
    assert '<option value="q" selected>' in filled.page
    assert '<option value="p" >' in filled.page
    assert 'value="y" >' in filled.page, "what was not ticked is not"
    assert 'value="1" checked>' in filled.page
    assert 'value="1.old"' in filled.page, "what it was typed over goes with the words"
    assert "forged" not in filled.page, "what nobody types is the page's own"
    assert filled.page.count("<details open>") == 1
    assert 'value="t"' in filled.page
    assert ">other</textarea>" in filled.page


def test_a_field_that_stands_outside_its_form_is_found_by_the_name_of_the_form() -> None:
    filled = fill(PAGE, {"/c": [("page-1", "w")]}, here="/page")
    assert filled.placed == {"/c": {"page-1"}}
    assert '<option value="w" selected>' in filled.page


def test_a_form_without_an_address_is_sent_to_its_page() -> None:
    page = '<form method="post"><input name="n" value="1"></form>'
    assert 'value="2"' in fill(page, {"/page": [("n", "2")]}, here="/page").page


def test_the_year_that_a_sheet_asked_about_goes_with_the_sales_typed_for_it() -> None:
    page = (
        '<form method="post"><input type="hidden" name="asked_year" value="2027">'
        '<input name="sales" value=""></form>'
    )
    filled = fill(page, {"/page": [("asked_year", "2026"), ("sales", "85.000")]}, here="/page")
    assert 'name="asked_year" value="2026"' in filled.page
    assert filled.placed == {"/page": {"sales"}}


def test_the_same_words_change_nothing() -> None:
    same = [("version", "1.old"), ("one", "was"), ("words", "was <b>"), ("pick", "p"), ("yes", "y")]
    assert fill(PAGE, {"/a": same}, here="/page").changed == set()

"""Puts kept words into the forms of a page of ours, as the browser would have left them."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

VOID_TYPES: Final = frozenset({"hidden", "file", "password", "submit", "button"})
"""Inputs that are left alone, but for what the form was made from."""
CHOSEN: Final = frozenset({"checkbox", "radio"})
MADE_FROM: Final = frozenset({"version", "asked_year"})
"""Hidden inputs that say what the words were typed over; they come back with them."""


@dataclass(slots=True)
class Filled:
    """The page with the words, and what was found in it."""

    page: str
    placed: dict[str, set[str]] = field(default_factory=dict)
    """For each address whose form stands on the page, the names of the fields that were filled."""
    changed: set[str] = field(default_factory=set)
    """Addresses whose form now says something else than the page did."""


def fill(page: str, kept: Mapping[str, Sequence[tuple[str, str]]], *, here: str) -> Filled:
    """Return the page with each form filled from the pairs kept under its address.

    ``here`` is the address of a form that names none.
    """
    finder = _Finder(kept, here)
    finder.feed(page)
    finder.close()
    filler = _Filler(kept, here, finder)
    filler.feed(page)
    filler.close()
    return Filled(page="".join(filler.out), placed=filler.placed, changed=filler.changed)


class _Walker(HTMLParser):
    """Knows at every tag which form it belongs to, also through the attribute ``form``."""

    def __init__(self, kept: Mapping[str, Sequence[tuple[str, str]]], here: str) -> None:
        super().__init__(convert_charrefs=False)
        self.kept, self.here = kept, here
        self.by_id: dict[str, str] = {}
        self.form = ""

    def form_of(self, attributes: Mapping[str, str | None]) -> str:
        named = attributes.get("form")
        return self.by_id.get(named, "") if named else self.form

    def enter(self, attributes: Mapping[str, str | None]) -> None:
        is_post = (attributes.get("method") or "").lower() == "post"
        action = (attributes.get("action") or self.here).split("#")[0] if is_post else ""
        self.form = action if action in self.kept else ""
        if attributes.get("id"):
            self.by_id[str(attributes["id"])] = self.form


class _Finder(_Walker):
    """Reads the forms' ids, and the folded parts that hold a form with kept words."""

    def __init__(self, kept: Mapping[str, Sequence[tuple[str, str]]], here: str) -> None:
        super().__init__(kept, here)
        self.open: list[int] = []
        self.seen = 0
        self.to_unfold: set[int] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.enter(dict(attrs))
            if self.form:
                self.to_unfold.update(self.open)
        elif tag == "details":
            self.open.append(self.seen)
            self.seen += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self.open:
            self.open.pop()
        elif tag == "form":
            self.form = ""


class _Filler(_Walker):
    """Writes the page again, with other values in the fields of the forms that are kept."""

    def __init__(
        self, kept: Mapping[str, Sequence[tuple[str, str]]], here: str, finder: _Finder
    ) -> None:
        super().__init__(kept, here)
        self.by_id, self.finder = dict(finder.by_id), finder
        self.out: list[str] = []
        self.placed: dict[str, set[str]] = {}
        self.changed: set[str] = set()
        self.taken: dict[tuple[str, str], int] = {}
        self.details = 0
        self.area: tuple[str, str] | None = None
        self.select: tuple[str, str] | None = None
        self.was = ""

    def values(self, form: str, name: str) -> list[str]:
        return [text for each, text in self.kept[form] if each == name]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw, attributes = self.get_starttag_text() or "", dict(attrs)
        if tag == "form":
            self.enter(attributes)
            if self.form:
                self.placed.setdefault(self.form, set())
        elif tag == "details":
            if self.details in self.finder.to_unfold and "open" not in attributes:
                raw = f"{raw[:-1]} open>"
            self.details += 1
        elif tag in {"input", "textarea", "select", "option"}:
            raw = self.field(tag, raw, attributes)
        self.out.append(raw)

    def field(self, tag: str, raw: str, attributes: Mapping[str, str | None]) -> str:
        if tag == "option":
            return self.option(raw, attributes)
        form, name = self.form_of(attributes), attributes.get("name") or ""
        known = {each for each, _ in self.kept[form]} if form else set()
        kind = (attributes.get("type") or "text").lower()
        if not form or (name not in known and not (tag == "input" and kind in CHOSEN)):
            return raw
        if tag == "input":
            return self.input(raw, attributes, form=form, name=name, kind=kind)
        self.placed.setdefault(form, set()).add(name)
        if tag == "textarea":
            self.area, self.was = (form, name), ""
        else:
            self.select = (form, name)
        return raw

    def input(
        self, raw: str, attributes: Mapping[str, str | None], *, form: str, name: str, kind: str
    ) -> str:
        if kind in CHOSEN:
            chosen = (attributes.get("value") or "on") in self.values(form, name)
            self.placed.setdefault(form, set()).add(name)
            return self.chosen(raw, form, "checked", was="checked" in attributes, now=chosen)
        if kind in VOID_TYPES and name not in MADE_FROM:
            return raw
        words = self.values(form, name)[0]
        if name not in MADE_FROM:
            self.placed.setdefault(form, set()).add(name)
            if words != (attributes.get("value") or ""):
                self.changed.add(form)
        kept = [
            f'{key}="{html.escape(value or "")}"' if value is not None else key
            for key, value in attributes.items()
            if key != "value"
        ]
        return f'<input {" ".join(kept)} value="{html.escape(words)}">'

    def option(self, raw: str, attributes: Mapping[str, str | None]) -> str:
        if self.select is None:
            return raw
        form, name = self.select
        chosen = (attributes.get("value") or "") in self.values(form, name)
        return self.chosen(raw, form, "selected", was="selected" in attributes, now=chosen)

    def chosen(self, raw: str, form: str, word: str, *, was: bool, now: bool) -> str:
        if was == now:
            return raw
        self.changed.add(form)
        if now:
            bare = raw.rstrip("/> \n\t")
            return f"{bare} {word}>"
        before, _, after = raw.rpartition(word)
        return f"{before}{after}"

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area is not None:
            form, name = self.area
            words = self.values(form, name)[0]
            if html.unescape(self.was).strip() != words.strip():
                self.changed.add(form)
            self.out.append(f"\n{html.escape(words)}")
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.form = ""
        self.out.append(f"</{tag}>")

    def said(self, raw: str) -> None:
        if self.area is not None:
            self.was += raw
        else:
            self.out.append(raw)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.handle_starttag(tag, attrs)
        else:
            self.out.append(self.get_starttag_text() or "")

    def handle_data(self, data: str) -> None:
        self.said(data)

    def handle_entityref(self, name: str) -> None:
        self.said(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.said(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")

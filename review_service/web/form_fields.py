"""Takes typed forms apart, but none that is cut short or has more fields than any page of ours."""

from io import BytesIO
from typing import IO, Any, Final

from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from review_service.web import concurrency

MOST_FIELDS: Final = 1_000
"""Many times what our largest form has. A quarter of a mebibyte holds a hundred thousand empty
ones, which cost a second to take apart."""


class FewFieldsParser(FormDataParser):
    """Counts the fields of a typed form before it takes it apart."""

    def _parse_urlencoded(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str],
    ) -> Any:  # noqa: ANN401 -- werkzeug's own
        body = stream.read()  # limited by the request already
        if len(body) < (content_length or 0):
            raise ClientDisconnected  # half a form is not what somebody sent
        if body.count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(body), mimetype, content_length, options)


class FormRequest(Request):
    """A request whose typed form has few fields; parts are limited by Flask itself."""

    form_data_parser_class = FewFieldsParser

    def _load_form_data(self) -> None:
        """Read the form; one that came slowly is computed no sooner than others that wait."""
        with concurrency.resuming():
            super()._load_form_data()

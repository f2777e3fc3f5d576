"""The pages that only the demo has."""

import time
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import pyotp
from flask import Response, jsonify, render_template, send_file

from review_service.domain.errors import NotFoundError
from review_service.web.context import parts
from review_service.web.demo import blueprint, caught_mail, progress, proof, start_page
from review_service.web.forms import Form
from review_service.web.security import ATTACHMENT_POLICY

CODE_SECONDS: Final = 30
MAILS_IN_SIGHT: Final = 8
MAILS_LISTED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeNow:
    """An officer's one-time code and for how many seconds it is good."""

    code: str
    seconds_left: int


@blueprint.get("")
def start() -> str:
    """Show the tour, who to sign in as, what mail came, and which files there are to try."""
    folder = parts().settings.data_dir
    return render_template(
        "demo/start.html",
        cards=progress.cards(),
        page=start_page.read(folder),
        codes=_codes(),
        mails=caught_mail.newest(folder, limit=MAILS_IN_SIGHT),
        mail_count=caught_mail.count(folder),
        form=Form(),
    )


@blueprint.get("/estado")
def state() -> Response:
    """Return as JSON what changes on the page: the acts, the codes, the list of the newest mail."""
    folder = parts().settings.data_dir
    mails = caught_mail.newest(folder, limit=MAILS_IN_SIGHT)
    return jsonify(
        codes={name: code.code for name, code in _codes().items()},
        seconds_left=_seconds_left(),
        mails=render_template("demo/mail_list.html", mails=mails),
        acts=render_template("demo/acts.html", cards=progress.cards()),
    )


@blueprint.get("/correos")
def mails() -> str:
    """List the caught mail."""
    folder = parts().settings.data_dir
    return render_template(
        "demo/mails.html",
        mails=caught_mail.newest(folder, limit=MAILS_LISTED),
        mail_count=caught_mail.count(folder),
        limit=MAILS_LISTED,
    )


@blueprint.get("/correos/<name>")
def mail(name: str) -> str:
    """Show one message as text; its links lead into the service."""
    found = caught_mail.read(parts().settings.data_dir, name)
    pieces = list(found.parts(parts().settings.public_url))
    return render_template("demo/mail.html", mail=found, pieces=pieces)


@blueprint.get("/correos/<name>/adjuntos/<int:place>")
def mail_attachment(name: str, place: int) -> Response:
    """Send one attached file as a download."""
    file_name, content = caught_mail.attachment(parts().settings.data_dir, name, place)
    return _download(BytesIO(content), file_name)


@blueprint.get("/prueba/<asked>")
def prove(asked: str) -> Response:
    """Answer the question by which the demo recognises its own web process."""
    try:
        said = proof.answer(parts().settings.data_dir, asked)
    except FileNotFoundError as error:
        raise NotFoundError("no demo runs") from error
    return Response(said, mimetype="text/plain")


@blueprint.get("/archivos/<name>")
def sample(name: str) -> Response:
    """Send one ready file as a download; only those that the page lists."""
    folder = parts().settings.data_dir
    known = {download.name for download in start_page.read(folder).downloads}
    if name not in known:
        raise NotFoundError("no such sample")
    try:
        content = (folder / "samples" / name).read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError("no such sample") from error
    return _download(BytesIO(content), name)


def _download(stream: BytesIO, name: str) -> Response:
    response = send_file(
        stream, mimetype="application/octet-stream", as_attachment=True, download_name=name
    )
    response.headers["Content-Security-Policy"] = ATTACHMENT_POLICY
    return response


def _codes() -> dict[str, CodeNow]:
    page = start_page.read(parts().settings.data_dir)
    left = _seconds_left()
    return {
        officer.user_name: CodeNow(code=pyotp.TOTP(officer.totp_secret).now(), seconds_left=left)
        for officer in page.officers
    }


def _seconds_left() -> int:
    return CODE_SECONDS - int(time.time()) % CODE_SECONDS

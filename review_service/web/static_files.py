"""Static files: the URL contains the content's hash, so browsers may cache it without end."""

import hashlib
from functools import cache, lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for

from review_service.web.addresses import MOST_KNOWN

HASH_CHARACTERS = 12
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@cache
def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_CHARACTERS]


def install(app: Flask) -> None:
    """Register ``static_url`` for templates, and the cache headers of static files."""
    folder = Path(app.static_folder or "")

    @lru_cache(maxsize=MOST_KNOWN)
    def made(name: str, _prefix: str) -> str:
        return url_for("static", filename=name, v=_hash_of(folder / name))

    def static_url(name: str) -> str:
        return made(name, request.root_path)

    def set_cache(response: Response) -> Response:
        if request.endpoint == "static":
            asked = request.args.get("v")
            name = (request.view_args or {}).get("filename", "")
            fresh = response.status_code < 400 and asked == _hash_of(folder / name)  # noqa: PLR2004 -- the first error status
            response.headers["Cache-Control"] = FOREVER if fresh else ASK_AGAIN
        return response

    app.add_template_global(static_url)
    app.after_request(set_cache)

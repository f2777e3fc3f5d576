# ruff: noqa: INP001 -- beside a program of its own, not a package
"""Reads papers for ``prior_agreement.py`` with the code of a folder, in the sandbox.

With a folder to keep them in, the values of each paper are kept as soon as they were read: a run
that was ended goes on where it ended.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
OLD_REVISION: Final = "9b41b53"
"""The end of issue 3."""
_READ: Final = """
import json, pathlib, sys
from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from workers.inspecting.document import inspect, stop_sandbox
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.pdf")):
    report = inspect(path, kind=DocumentKind.AGREEMENT, limits=UploadLimits())
    fields = {field.name: [field.value, field.confidence] for field in report.fields}
    codes = [code.text for code in getattr(report, "codes", ())]
    print(json.dumps({"name": path.stem, "fields": fields, "codes": codes}), flush=True)
stop_sandbox()
"""
_READ_AND_KEEP: Final = """
import json, os, pathlib, sys
from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from workers.inspecting.document import inspect, stop_sandbox
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.pdf")):
    kept = path.with_suffix(".json")
    if not kept.exists():
        report = inspect(path, kind=DocumentKind.AGREEMENT, limits=UploadLimits())
        fields = {field.name: [field.value, field.confidence] for field in report.fields}
        part = path.with_suffix(".part")
        part.write_text(json.dumps({"fields": fields, "codes": [c.text for c in report.codes]}))
        os.replace(part, kept)
    print(json.dumps({"name": path.stem} | json.loads(kept.read_text())), flush=True)
stop_sandbox()
"""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The results of one reader over all papers."""

    read: Mapping[str, Mapping[str, Any]]
    cpu_seconds: float
    """Of this run alone: values that were kept cost nothing."""


def old_code(folder: Path) -> Path | None:
    """Unpack the code of issue 3 into a folder; None where there is no git history."""
    old = folder / "issue-3"
    old.mkdir()
    packed = subprocess.run(  # noqa: S603 -- our own history
        ["git", "-C", str(ROOT), "archive", OLD_REVISION, "workers", "review_service", "templates"],  # noqa: S607
        capture_output=True,
        check=False,
    )
    if packed.returncode:
        return None
    unpack = ["tar", "-x", "-C", str(old)]
    subprocess.run(unpack, input=packed.stdout, check=True)  # noqa: S603 -- our own history
    return old


def read_by(code: Path, papers: Path, *, keeps: bool = False) -> Reader:
    """Read all PDFs of a folder with the code in another; measure the CPU seconds.

    ``keeps`` leaves the values of each paper beside it and takes those that are there already.
    """
    environment = os.environ | {"PYTHONPATH": str(code)}
    before = os.times()
    done = subprocess.run(  # noqa: S603 -- this file's own program
        [sys.executable, "-c", _READ_AND_KEEP if keeps else _READ, str(papers)],
        cwd=code,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    after = os.times()
    read = [json.loads(line) for line in done.stdout.splitlines()]
    cpu = after.children_user + after.children_system - before.children_user
    return Reader(
        read={entry["name"]: entry for entry in read},
        cpu_seconds=cpu - before.children_system,
    )

"""The story through the running containers, then `down` and `up` with nothing lost.

    .venv/bin/python -m tests.containers.story [--seaweedfs] [--real] [--keep]

Builds and starts docker-compose.yml under a project name of its own, tells the stories of a MIPYME,
an emprendedor and two artisans over the real pages, and removes everything it made. The mail goes
to a catcher of ours instead of Mailpit, because the story reads it. ``--real`` adds
docker-compose.real.yml: the papers are signed with the key files of an authority made here, marked
as a demonstration, and at the end everything starts once more as a real service. Needs Docker with
compose: pytest does not run it.
"""

import argparse
import base64
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from aiosmtpd.controller import Controller

from review_service.demo.people.browser import Browser
from review_service.demo.people.passerby import Passerby
from review_service.demo.stage import registry_files
from review_service.demo.stage.home import Home
from review_service.demo.stage.mail_catcher import MailKeeper
from review_service.demo.stage.screen import Screen
from review_service.demo.story import agreement, certificate
from review_service.demo.story import papers as support_papers
from review_service.demo.story.telling import Stage
from review_service.samples.accounts import STORY_OFFICER
from review_service.samples.people import BUSINESS_STORY, STORY, VENTURE_STORY, Person
from review_service.services.agreements.verifying import Verdict
from tests.containers import installation
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
PROJECT = "review-trial"
MAIL = "review-trial-mail"


class Stack:
    """The containers of one trial."""

    def __init__(self, *, seaweedfs: bool, real: Path | None) -> None:
        files = ["docker-compose.yml"]
        files += ["docker-compose.seaweedfs.yml"] if seaweedfs else []
        files += ["docker-compose.real.yml"] if real else []
        self.real = real
        self._command = ["docker", "compose", "-p", PROJECT]
        self._command += [word for name in files for word in ("-f", name)]
        self.port = free_port()
        self.environment = {
            **os.environ,
            "WEB_PORT": str(self.port),
            "MAILPIT_PORT": str(free_port()),
            "PUBLIC_URL": f"http://localhost:{self.port}",
        }
        if real:
            self.environment |= installation.environment(real)

    def run(self, *words: str, given: str | None = None) -> str:
        """Run one compose command and return what it printed."""
        done = subprocess.run(
            [*self._command, *words],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"compose {' '.join(words)}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def up(self) -> None:
        """Start, or start again what has changed, and wait until all is healthy."""
        self.run("up", "-d", "--wait")

    def service(self, *words: str, given: str | None = None, container: str = "web") -> str:
        """Run the service's command in one of its containers."""
        return self.run("exec", "-T", container, "review-service", *words, given=given)

    def bring_in(self, command: str, file: Path) -> None:
        """Import a file: its text goes in through the container's own /tmp."""
        place = f"/tmp/{file.name}"  # noqa: S108 -- a private tmpfs of the container
        self.run("exec", "-T", "web", "sh", "-c", f"cat > {place}", given=file.read_text())
        self.service(command, "import", place)


def tell(stack: Stack, folder: Path) -> None:
    """All three tracks, a restart of everything, and one more artisan."""
    home = Home(folder=folder)
    for place in (home.mail, home.registry, home.issued):
        place.mkdir()
    step("build", lambda: stack.run("build"))
    with catching_mail(stack, home.mail):
        step("up", stack.up)
        catastro, feed, prior = registry_files.write(home.registry)
        stack.bring_in("registry", catastro)
        stack.bring_in("registry", feed)
        stack.bring_in("agreements", prior)
        secret = make_officer(stack)
        certificates = [
            timed(tell_one, on(stack, home, person), Screen())
            for person, tell_one in (
                (BUSINESS_STORY[0], certificate.tell),
                (VENTURE_STORY[0], support_papers.tell),
            )
        ]
        papers = [tell_agreement(stack, home, secret, run=0)]
        step("down", lambda: stack.run("down"))
        step("up again", stack.up)
        browser = Browser(f"http://localhost:{stack.port}")
        for paper in (*certificates, *papers):
            page = Passerby(browser).compare(paper.read_bytes())
            require(Verdict.IN_FORCE.label in page.words, f"{paper.name} is still in force")
        browser.close()
        papers.append(tell_agreement(stack, home, secret, run=1))
    only_what_is_needed(stack)
    stack.run("run", "--rm", "-T", "setup", "sh", "-c", BACKUP)
    say("backup: written, with a key of its own")
    if stack.real:
        start_for_real(stack, papers[0])
    for series in (certificates, papers):
        numbers = [int(re.findall(r"\d+", paper.stem)[-1]) for paper in series]
        require(numbers == [1, 2], f"numbers without a gap, not {numbers}")
    for command in (["invariants"], ["audit", "verify"]):
        told = stack.service(*command, container="scheduler")
        say(f"{' '.join(command)}: {told.strip().splitlines()[-1]}")


def start_for_real(stack: Stack, paper: Path) -> None:
    """The papers count by the given certificates; without the demonstration all starts and signs.

    Mail goes to nobody then: the relay of the trial takes no encryption.
    """
    verify = ("sh", "-c", "base64 -d > /tmp/a.pdf && review-service verify /tmp/a.pdf")
    given = base64.b64encode(paper.read_bytes()).decode()
    say(stack.run("exec", "-T", "worker", *verify, given=given).strip())
    stack.environment |= {"DEMONSTRATION": "0", "PUBLIC_URL": "https://registro.example.ec"}
    step("up for real", stack.up)
    health = json.loads(stack.run("exec", "-T", "web", "python3", "-c", HEALTH))
    say(f"health of the real service: {health}")
    require(health["signing"] == "ok", "the ministries' keys sign")
    require(health["rules"] == "confirmed", "the institution's own file confirms every rule")
    require(health["status"] == "ok", "nothing of a real installation is degraded")


BACKUP = (
    "review-service backup-key /tmp/key && "
    "BACKUP_KEY_FILE=/tmp/key review-service backup /tmp/saved.age && test -s /tmp/saved.age"
)

HEALTH = """
import urllib.request
print(urllib.request.urlopen("http://127.0.0.1:8000/salud", timeout=5).read().decode())
"""

REACH = """
import os, pathlib, sys
import psycopg
from minio import Minio
from minio.error import S3Error

def secret(name):
    return pathlib.Path(os.environ[name]).read_text().strip()

may = []
url = secret("DATABASE_URL_FILE").replace("+psycopg", "")
for statement in (
    "UPDATE events SET actor = 'nobody'",
    "DELETE FROM events",
    "TRUNCATE events",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "DROP TRIGGER events_only_grow ON events",
    "DELETE FROM chain_head",
    "CREATE ROLE other SUPERUSER",
):
    with psycopg.connect(url) as connection:
        try:
            connection.execute(statement)
            may.append(statement)
        except psycopg.errors.InsufficientPrivilege:
            pass
        connection.rollback()
store = Minio(
    os.environ["S3_ENDPOINT"],
    secret("S3_ACCESS_KEY_FILE"),
    secret("S3_SECRET_KEY_FILE"),
    secure=False,
)
for name, act in (
    ("make a bucket", lambda: store.make_bucket("other-bucket")),
    ("remove the bucket", lambda: store.remove_bucket("review-service")),
    ("list another bucket", lambda: list(store.list_objects("foreign-bucket"))),
    ("read another bucket", lambda: store.get_object("foreign-bucket", "file")),
    ("see another bucket", lambda: may.extend(
        f"see {found.name}" for found in store.list_buckets() if found.name != "review-service"
    ) or store.stat_object("foreign-bucket", "file")),
):
    try:
        act()
        may.append(name)
    except S3Error as error:
        if error.code != "AccessDenied":
            may.append(f"{name}: {error.code}")
for folder in ("/secrets/database", "/secrets/store"):
    if list(pathlib.Path(folder).iterdir()):
        may.append(f"read {folder}")
sys.stdout.write("; ".join(may))
"""
"""What the web's own accounts may do beyond their work: nothing, or it is told."""

FOREIGN_BUCKET = """
import os, pathlib
from minio import Minio
def secret(name):
    return pathlib.Path(os.environ[name]).read_text().strip()
store = Minio(
    os.environ["S3_ENDPOINT"],
    secret("S3_ADMIN_ACCESS_KEY_FILE"),
    secret("S3_ADMIN_SECRET_KEY_FILE"),
    secure=False,
)
store.make_bucket("foreign-bucket")
"""


def only_what_is_needed(stack: Stack) -> None:
    """The processes' accounts can't touch the trail, another bucket, or the owners' secrets."""
    python = "/srv/service/bin/python"
    stack.run("run", "--rm", "-T", "setup", python, "-", given=FOREIGN_BUCKET)
    for process in ("web", "worker", "scheduler"):
        may = stack.run("exec", "-T", process, python, "-", given=REACH)
        require(not may, f"{process} may only do its work, yet: {may}")
    say("accounts: the trail, other buckets and the owners' secrets are out of reach")


def on(stack: Stack, home: Home, person: Person, *, run: int = 0) -> Stage:
    """Return the stage of one person's story in the containers."""
    return Stage(home=home, base=f"http://localhost:{stack.port}", person=person, run=run)


def timed(tell_one: Callable[..., Path], *given: object) -> Path:
    """Tell one story, say how long it took, and return its paper."""
    began = time.monotonic()
    paper = tell_one(*given)
    say(f"{paper.name}: {time.monotonic() - began:.1f} s")
    return paper


def tell_agreement(stack: Stack, home: Home, secret: str, *, run: int) -> Path:
    """Tell the story of one artisan; return the paper."""
    desk = agreement.Desk(officer=STORY_OFFICER, totp_secret=secret)
    return timed(agreement.tell, on(stack, home, STORY[run], run=run), desk, Screen())


def make_officer(stack: Stack) -> str:
    """Make the officer as the documentation says; return the secret of the one-time codes."""
    said = stack.run(
        *("exec", "-T", "-e", f"OFFICER_PASSWORD={STORY_OFFICER.password}", "web"),
        *("review-service", "users", "add", STORY_OFFICER.user_name),
        *("--name", STORY_OFFICER.full_name, "--unit", STORY_OFFICER.unit),
        *("--role", STORY_OFFICER.role.value, "--id", STORY_OFFICER.cedula),
    )
    found = re.search(r"clave\s+(\w+)", said)
    require(found is not None, "`users add` shows the second factor")
    return found.group(1) if found else ""


@contextmanager
def catching_mail(stack: Stack, folder: Path) -> Iterator[None]:
    """Take the containers' mail at an address of the host that outlives their networks."""
    docker("network", "create", MAIL)
    gateway = json.loads(docker("network", "inspect", MAIL))[0]["IPAM"]["Config"][0]["Gateway"]
    catcher = Controller(MailKeeper(folder), hostname=gateway, port=free_port())
    catcher.start()
    stack.environment |= {"SMTP_HOST": gateway, "SMTP_PORT": str(catcher.port)}
    try:
        yield
    finally:
        catcher.stop()
        docker("network", "rm", MAIL)


def docker(*words: str) -> str:
    """Run one docker command and return what it printed."""
    done = subprocess.run(["docker", *words], check=True, capture_output=True, text=True)
    return done.stdout


def step(what: str, do: Callable[[], object]) -> None:
    """Say how long something took."""
    began = time.monotonic()
    do()
    say(f"{what}: {time.monotonic() - began:.1f} s")


def require(holds: object, what: str) -> None:
    """End the trial when something does not hold."""
    if not holds:
        raise SystemExit(f"expected: {what}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Run the trial."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seaweedfs", action="store_true", help="in MinIO's place")
    parser.add_argument("--real", action="store_true", help="with key files of an authority")
    parser.add_argument("--keep", action="store_true", help="leave the containers running")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        real = Path(folder, "real") if options.real else None
        if real:
            installation.write(real)
        stack = Stack(seaweedfs=options.seaweedfs, real=real)
        try:
            tell(stack, Path(folder))
        finally:
            if not options.keep:
                stack.run("down", "--volumes")


if __name__ == "__main__":
    main()

"""What leaves the house: lock files, scripts, containers."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from review_service.cli import MODULES
from workers.__main__ import NICENESS

ROOT = Path(__file__).parents[2]
LOCKS = sorted([*ROOT.glob("requirements*.txt"), *ROOT.glob("tests/requirements*.txt")])
SCRIPTS = [
    path
    for path in (*ROOT.glob("scripts/*"), *ROOT.glob("docker/**/*"))
    if path.is_file() and path.read_text(encoding="utf-8").startswith("#!/bin/sh")
]
NOT_OURS = {".git", ".venv", ".demo", "node_modules", "dist", "build"}
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "com"))]


def text_files() -> Iterator[tuple[Path, str]]:
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [
            name for name in subfolders if name not in NOT_OURS and not name.endswith("_cache")
        ]
        for path in (Path(folder, name) for name in names):
            try:
                yield path, path.read_text(encoding="utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                continue  # a picture or a font, or gone meanwhile


def test_no_file_names_a_package_registry() -> None:
    naming = {
        str(path.relative_to(ROOT))
        for path, text in text_files()
        if any(host in text for host in HOSTS)
    }
    assert naming == {str(path.relative_to(ROOT)) for path in [ROOT / ".venv.log"]} & naming


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_its_hash_and_no_source(lock: Path) -> None:
    lines = [
        line
        for line in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        if line and not line.lstrip().startswith("#")
    ]
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line


def test_whatever_installs_packages_takes_those_of_a_lock_alone() -> None:
    """Without ``--no-deps`` pip takes what no lock names, on the day a newer release comes."""
    installing = [
        (path.relative_to(ROOT), command)
        for path, text in text_files()
        if path.suffix in {".md", ".py", ".yml", ".yaml", ".sh", ""} and path != Path(__file__)
        for command in re.findall(r"\bpip3? (?:install|wheel)\b.*", text.replace("\\\n", " "))
    ]
    assert {str(path) for path, _ in installing} >= {"Dockerfile", "scripts/lib.sh"}
    for path, command in installing:
        assert "--no-deps" in command, f"{path}: {command}"
        assert ("-r" in command.split()) == ("--require-hashes" in command), f"{path}: {command}"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_plain_sh_and_may_be_run(script: Path) -> None:
    subprocess.run(["sh", "-n", str(script)], check=True)
    assert os.access(script, os.X_OK)
    assert not re.search(r"\[\[|\bfunction\b|<<<|\blocal\b", script.read_text(encoding="utf-8"))


def test_there_is_a_demo_a_test_and_a_check() -> None:
    assert {"demo", "test", "check"} <= {script.name for script in SCRIPTS}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in ("demo", "test", "check"):
        assert re.search(rf"^{name}: ## \S.*\n\t@scripts/{name}$", makefile, re.MULTILINE)


# --- containers ---


REAL = "docker-compose.real.yml"
COMPOSE_FILES = ("docker-compose.yml", "docker-compose.seaweedfs.yml", REAL)
PROCESSES = {"setup", "web", "worker", "scheduler"}
OPERATING = ROOT / "docs" / "operating.md"
NOT_IN_COMPOSE = {
    "AUDIT_SEAL_FOLDER": "a volume stands at the default",
    "BACKUP_KEY_FILE": "given to one run of backup or restore",
    "CLAMD_PORT": "clamd listens at the default",
    "CLAMD_SOCKET": "CLAMD_HOST stands in its place",
    "DATA_DIR": "volumes stand in the default's folders",
    "DEMO_PAGE": "only the demo's own command serves it",
    "LANES": "one worker serves all; a second one of one's own names its lanes",
    "OCR_ENGINE": "both values mean the same",
    "S3_BUCKET": "the store is our own",
    "S3_REGION": "the store is our own",
    "SIGNING_FOLDER": "a volume stands at the default",
    "SSL_CERT_FILE": "the store is reached inside",
    "TESSDATA_PREFIX": "the image has the model at the usual place",
    "DATABASE_URL": "the database is our own; secrets are made",
    "OWNER_DATABASE_URL": "the database is our own; secrets are made",
    "REDIS_URL": "the queue is our own; secrets are made",
    "SECRET_KEY": "secrets are made",
    "VERIFICATION_KEY": "secrets are made",
    "AUDIT_SEAL_KEY": "secrets are made",
    "S3_ACCESS_KEY": "the store is our own; secrets are made",
    "S3_SECRET_KEY": "the store is our own; secrets are made",
    "S3_ADMIN_ACCESS_KEY": "the store is our own; secrets are made",
    "S3_ADMIN_SECRET_KEY": "the store is our own; secrets are made",
    "FILE_STORE": "the store is our own",
    "S3_ENDPOINT": "the store is our own",
    "S3_MAKE_USER": "the store is our own",
    "S3_SECURE": "the store is our own",
    "TRUSTED_PROXIES": "the proxy is our own",
    "SIGNING_PASSWORDS": "a file of REAL_FOLDER",
    "INSTITUTION_FILE": "INSTITUTION_NAME names it in REAL_FOLDER",
}
"""Settings that ``.env`` does not change in containers, with the reason."""


class Compose(yaml.SafeLoader):
    """Reads compose's own ``!reset`` and ``!override`` too."""


def _plain(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return None


Compose.add_multi_constructor("!", _plain)


def services() -> dict[str, dict[str, Any]]:
    """Every service of the compose files; a later one's words over, its lists after the first's."""
    found: dict[str, dict[str, Any]] = {}
    for name in COMPOSE_FILES:
        read = yaml.load((ROOT / name).read_text(encoding="utf-8"), Loader=Compose)  # noqa: S506
        for service, words in read["services"].items():
            both = [found.get(service, {}), words or {}]
            environment = {k: v for each in both for k, v in each.get("environment", {}).items()}
            lists = {
                name: [one for each in both for one in each.get(name, [])]
                for name in ("volumes", "secrets")
            }
            found[service] = both[0] | both[1] | lists | {"environment": environment}
    return found


@pytest.mark.parametrize("service", sorted(services()))
def test_every_container_is_fenced_in(service: str) -> None:
    words = services()[service]
    assert words["cap_drop"] == ["ALL"]
    assert words["read_only"] is True
    assert "no-new-privileges:true" in words["security_opt"]
    assert not words.get("privileged")


@pytest.mark.parametrize("service", sorted(services()))
def test_no_container_is_given_a_secret_in_its_environment(service: str) -> None:
    for name in services()[service]["environment"]:
        if re.search(r"PASSWORD|SECRET|_KEY|DATABASE_URL|REDIS_URL", name):
            assert name.endswith("_FILE"), name


def test_only_the_worker_holds_the_password_of_the_mail_relay() -> None:
    holding = {
        name
        for name, words in services().items()
        if "smtp_password" in words.get("secrets", [])
        or "SMTP_PASSWORD_FILE" in words["environment"]
    }
    assert holding == {"worker"}


def test_only_the_worker_and_the_setup_see_the_signing_keys() -> None:
    seeing = {
        name
        for name, words in services().items()
        if any("signing" in str(volume) for volume in words.get("volumes", []))
    }
    assert seeing == {"setup", "worker"}


def test_only_the_worker_sees_the_ministries_keys_and_their_passwords() -> None:
    for what in ("/real/keys'", "signing_passwords"):
        seeing = {
            name
            for name, words in services().items()
            if any(what in str(one) for one in [*words["volumes"], *words["secrets"]])
        }
        assert seeing == {"worker"}, what
    assert {name for name, words in services().items() if "/real/public'" in str(words)} == (
        PROCESSES
    )


def settings_told() -> set[str]:
    """Return the names in the table of settings in docs/operating.md."""
    table = OPERATING.read_text(encoding="utf-8").split("## Settings")[1].split("\n### ")[0]
    firsts = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    return {name for first in firsts for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", first)}


def test_every_setting_is_taken_by_compose_or_it_is_said_why_not() -> None:
    """Another value in ``.env`` is another value in a process, and not only of the same name."""
    taken = {
        name.removesuffix("_FILE")
        for process in PROCESSES
        for name, value in services()[process]["environment"].items()
        if f"${{{name.removesuffix('_FILE')}:" in str(value)
    }
    by_secret = {"SMTP_PASSWORD"}  # its file is named by the path on the host
    told = {name.removesuffix("_FILE") for name in settings_told()}
    assert taken | by_secret <= told
    reasons = {name.removesuffix("_FILE") for name in NOT_IN_COMPOSE}
    assert told - taken - by_secret == reasons


def test_a_real_installation_is_not_started_without_what_only_its_operator_knows() -> None:
    text = (ROOT / REAL).read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{([A-Z0-9_]+):\?", text))
    assert asked == {"PUBLIC_URL", "OUTER_PROXY", "SIGNING_PKCS12", "SMTP_HOST", "MAIL_FROM"}
    assert "mailpit: !reset null" in text, "no letter of a real installation is caught"


def test_what_is_inside_is_published_nowhere() -> None:
    for name in ("postgres", "redis", "minio", "seaweedfs", "worker", "scheduler"):
        assert "ports" not in services()[name]


RUNS_ONCE = {"secrets", "setup"}
NICED_SHARE = 1 / 1.25**NICENESS
"""Linux gives a process so much less for each degree: a third for five."""
UNITS = sorted((ROOT / "docker" / "systemd").glob("*.service"))


def unit(path: Path) -> dict[str, dict[str, list[str]]]:
    """Return the values of a unit file by section and name; a name may come twice."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(section, {}).setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("service", sorted(services()))
def test_every_process_that_stays_is_started_again_by_compose(service: str) -> None:
    wanted = "no" if service in RUNS_ONCE else "unless-stopped"
    assert services()[service]["restart"] == wanted


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_every_process_that_stays_is_started_again_by_systemd(name: str) -> None:
    read = unit(ROOT / "docker" / "systemd" / f"review-service-{name}.service")
    service = read["Service"]
    assert service["Restart"] == ["always"]
    assert float(service["RestartSec"][0]) <= 5
    assert read["Unit"]["StartLimitIntervalSec"] == ["0"], "it is never given up"


@pytest.mark.parametrize(
    "others", [name for name in services() if name not in {"worker"} | RUNS_ONCE]
)
def test_the_worker_alone_steps_back_among_containers(others: str) -> None:
    """Niceness weighs processes within a group only, and each container is a group."""
    usual = 1024
    assert services()["worker"]["cpu_shares"] == pytest.approx(usual * NICED_SHARE, abs=10)
    assert services()[others].get("cpu_shares", usual) == usual


@pytest.mark.parametrize("name", [path.stem for path in UNITS])
def test_the_worker_alone_steps_back_among_units(name: str) -> None:
    told = unit(ROOT / "docker" / "systemd" / f"{name}.service")["Service"]
    wanted = f"{100 * NICED_SHARE:.0f}" if name.endswith("-worker") else "100"
    assert told.get("CPUWeight", ["100"]) == [wanted]


def test_the_setup_is_tried_until_it_is_done() -> None:
    """At a start without the database the others would stay on the old schema for good."""
    read = unit(ROOT / "docker" / "systemd" / "review-service-setup.service")
    service = read["Service"]
    assert service["Type"] == ["oneshot"]
    assert service["Restart"] == ["on-failure"], "systemd takes no other for a oneshot"
    assert float(service["RestartSec"][0]) <= 10
    assert read["Unit"]["StartLimitIntervalSec"] == ["0"], "it is never given up"


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_whatever_starts_a_process_that_stays_starts_the_setup_before(name: str) -> None:
    read = unit(ROOT / "docker" / "systemd" / f"review-service-{name}.service")["Unit"]
    for word in ("Wants", "After"):
        assert "review-service-setup.service" in " ".join(read[word]).split(), word


def test_the_rows_are_compared_with_the_trail_each_hour_and_a_finding_fails_the_unit() -> None:
    """Above 20,000 applications a run reads what is due since the one before."""
    timer = unit(ROOT / "docker" / "systemd" / "review-service-invariants.timer")
    assert timer["Timer"]["OnCalendar"] == ["*-*-* *:10:00"]
    assert timer["Timer"]["Persistent"] == ["true"]
    assert timer["Install"]["WantedBy"] == ["timers.target"]
    service = unit(ROOT / "docker" / "systemd" / "review-service-invariants.service")["Service"]
    assert service["Type"] == ["oneshot"]
    assert service["ExecStart"] == ["/srv/service/bin/review-service invariants"]
    assert "Restart" not in service, "a broken promise is not mended by asking again"
    assert "SuccessExitStatus" not in service


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_a_command_that_there_is_and_holds_no_secret(path: Path) -> None:
    service = unit(path)["Service"]
    program, command, *_ = service["ExecStart"][0].split()
    assert program == "/srv/service/bin/review-service"
    assert command in MODULES
    assert "Environment" not in service
    assert service["NoNewPrivileges"] == ["yes"]

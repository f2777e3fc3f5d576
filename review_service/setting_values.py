"""Reads one value of the environment: text, number, flag, secret, path; else ``SettingsError``."""

import math
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from review_service.domain.errors import SettingsError

E = TypeVar("E", bound=StrEnum)

MIN_SECRET_CHARACTERS = 32
"""Shorter secrets can be guessed offline. Source: ASVS 11.2.3 (128 bits and a margin)."""
SAMPLE_SECRETS = frozenset(
    {"changeme", "change-me", "changeit", "example", "minioadmin", "password", "secret"}
)


def given(env: Mapping[str, str], name: str) -> str | None:
    """Return a setting or what its ``NAME_FILE`` holds; None when neither is set."""
    if file := env.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip() or None
        except OSError as error:
            raise SettingsError(
                f"{name}_FILE: no se puede leer {file} ({error.strerror})."
            ) from error
    return env.get(name) or None


def text_or(env: Mapping[str, str], name: str, default: str) -> str:
    """Return a setting, else the default."""
    return given(env, name) or default


def required(env: Mapping[str, str], name: str) -> str:
    """Return a setting that must be there."""
    value = given(env, name)
    if value is None:
        raise SettingsError(f"falta {name} (o {name}_FILE).")
    return value


def secret(env: Mapping[str, str], name: str) -> str:
    """Return a secret that is long enough and no sample value."""
    value = required(env, name)
    if len(value) < MIN_SECRET_CHARACTERS or value.lower() in SAMPLE_SECRETS:
        raise SettingsError(
            f"{name} debe ser una clave de {MIN_SECRET_CHARACTERS} caracteres o más."
        )
    return value


def integer(env: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    """Return a whole number from ``least`` on."""
    value = text_or(env, name, str(default))
    if not (value.isascii() and value.isdigit()) or int(value) < least:
        raise SettingsError(f"{name} debe ser un número entero desde {least}, no «{value}».")
    return int(value)


def seconds(env: Mapping[str, str], name: str, default: float) -> float:
    """Return a number of seconds above 0."""
    value = text_or(env, name, str(default))
    try:
        found = float(value)
    except ValueError as error:
        raise SettingsError(f"{name} debe ser un número de segundos, no «{value}».") from error
    if not 0 < found < math.inf:
        raise SettingsError(f"{name} debe ser mayor que 0.")
    return found


def flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Return whether a setting says 1, true or yes."""
    value = text_or(env, name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise SettingsError(f"{name} debe ser 1 o 0, no «{value}».")
    return value in {"1", "true", "yes"}


def choice(env: Mapping[str, str], name: str, kind: type[E], default: E) -> E:
    """Return a member of the enum."""
    value = text_or(env, name, default.value)
    try:
        return kind(value)
    except ValueError as error:
        names = " o ".join(member.value for member in kind)
        raise SettingsError(f"{name} puede ser {names}, no «{value}».") from error


def one_of(env: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    """Return one of the values; the first is the default."""
    value = text_or(env, name, values[0])
    if value not in values:
        raise SettingsError(f"{name} puede ser {' o '.join(values)}, no «{value}».")
    return value


def path(env: Mapping[str, str], name: str) -> Path | None:
    """Return a path, None when it is not set."""
    value = env.get(name)
    return Path(value) if value else None


def paths(env: Mapping[str, str], name: str) -> tuple[Path, ...]:
    """Return the paths of a list joined by ``:``."""
    return tuple(Path(part) for part in env.get(name, "").split(":") if part)


def url(env: Mapping[str, str], name: str, default: str) -> str:
    """Return an address of scheme and host, without a slash at its end."""
    value = text_or(env, name, default).rstrip("/")
    parts = urlsplit(value)
    # It is printed on papers and put before every path: nothing but scheme, host and port.
    is_bare = value == f"{parts.scheme}://{parts.netloc}" and "@" not in value
    is_one_word = value.isprintable() and " " not in value
    if parts.scheme not in {"http", "https"} or not parts.hostname or not is_bare & is_one_word:
        raise SettingsError(f"{name} debe ser como https://servidor, sin ruta, no «{value}».")
    return value


def hosts(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return the hosts of a list joined by commas, each with its port if any."""
    found = tuple(part.strip() for part in text_or(env, name, "").split(",") if part.strip())
    for host in found:
        if not _is_host(host):
            raise SettingsError(
                f"{name} debe ser como servidor.ejemplo, otro.ejemplo:8443, no «{host}»."
            )
    return found


def host_apart(env: Mapping[str, str], name: str, home_name: str, home_default: str) -> str:
    """Return one host that shares nothing with that of a URL; empty where none is named.

    It may not be that host, nor one under it or above it, which could share its cookies.
    """
    found = hosts(env, name)
    if not found:
        return ""
    home_parts = urlsplit(url(env, home_name, home_default))
    public = home_parts.netloc
    host, home = (each.partition(":")[0].lower() for each in (found[0], public))
    related = host == home or host.endswith(f".{home}") or home.endswith(f".{host}")
    if len(found) > 1 or related:
        raise SettingsError(
            f"{name} debe ser un solo servidor, aparte de «{public}», no «{', '.join(found)}»."
        )
    own_port = {"http": ":80", "https": ":443"}.get(home_parts.scheme, "")
    return found[0].lower().removesuffix(own_port or " ")  # browsers leave that port out


def _is_host(text: str) -> bool:
    try:
        parts = urlsplit(f"//{text}")
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return named and parts.netloc == text and text.isprintable() and not {"@", " "} & set(text)

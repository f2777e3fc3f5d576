"""What the environment says of the sandbox, and that every child gets the scale of its time."""

import socket
import sys

import pytest

from review_service import settings as service_settings
from workers.sandbox import wire
from workers.sandbox.client import Job, Sandbox
from workers.sandbox.settings import RENAMED, SandboxSettings, SandboxSettingsError


def test_without_a_word_every_wall_is_required() -> None:
    settings = SandboxSettings.from_env({})
    assert settings == SandboxSettings(required=True, cpu_scale=1)
    assert settings.variables == {}


def test_every_setting_is_read() -> None:
    settings = SandboxSettings.from_env(
        {
            "SANDBOX": "best-effort",
            "SANDBOX_CPU_SCALE": "2.5",
            "OCR_ENGINE": "tesserocr",
            "TESSDATA_PREFIX": "/models",
            "SECRET_KEY": "not for children",
        }
    )
    assert not settings.required
    assert settings.cpu_seconds(10) == 25
    assert settings.variables == {"TESSDATA_PREFIX": "/models"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANDBOX", "off"),
        ("OCR_ENGINE", "other"),
        ("OCR_ENGINE", "pytesseract"),  # it would start a program, outside of the walls
        ("SANDBOX_CPU_SCALE", "fast"),
        ("SANDBOX_CPU_SCALE", "nan"),
        ("SANDBOX_CPU_SCALE", "0"),
        ("SANDBOX_CPU_SCALE", "21"),
    ],
)
def test_a_wrong_value_is_named_in_spanish(name: str, value: str) -> None:
    with pytest.raises(SandboxSettingsError, match=rf"{name} (puede ser|es un número)") as caught:
        SandboxSettings.from_env({name: value})
    assert f"«{value}»" in str(caught.value)


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_a_former_name_is_refused_with_the_new_one(old: str, new: str) -> None:
    with pytest.raises(SandboxSettingsError, match=f"{old} ahora se llama {new}"):
        SandboxSettings.from_env({old: "required"})


def test_the_service_refuses_the_same_former_names() -> None:
    assert service_settings.RENAMED == RENAMED


def test_the_settings_stand_on_the_standard_library() -> None:
    import workers.sandbox.settings as module  # noqa: PLC0415

    names = {
        getattr(value, "__module__", "").partition(".")[0] for value in vars(module).values()
    } - {"", "workers", "builtins"}
    assert names <= sys.stdlib_module_names


def test_every_child_gets_the_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(
        wire, "send_request", lambda _control, request, _descriptors: asked.append(request)
    )
    sandbox = Sandbox(
        preload=[], prepare=[], required=True, settings=SandboxSettings(cpu_scale=2.5)
    )
    ours, theirs = socket.socketpair()
    with ours, theirs:
        monkeypatch.setattr(sandbox, "_control", ours)
        child = sandbox.spawn(Job(call="any:thing", cpu_seconds=3, quiet_seconds=4), 0)
    child.close()
    assert asked[0]["cpu_seconds"] == 8
    assert (child.job.cpu_seconds, child.job.quiet_seconds) == (8, 10)

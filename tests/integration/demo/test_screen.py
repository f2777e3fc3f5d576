"""What the demo prints: plain lines with the time each step took; colour on a terminal alone."""

import io
import re

import pytest

from review_service.demo.stage.screen import Screen, seconds


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_times_are_written_as_people_here_do() -> None:
    assert seconds(0.44) == "0,4 s"
    assert seconds(12) == "12,0 s"


def test_a_step_is_one_line_with_its_time_and_what_was_found() -> None:
    out = io.StringIO()
    with Screen(out).step("Base de datos lista") as step:
        step.say("versión 0001")
    assert re.fullmatch(r"✓ Base de datos lista \(\d+,\d s\)\n    versión 0001\n", out.getvalue())


def test_a_step_that_fails_leaves_no_line() -> None:
    out = io.StringIO()
    with pytest.raises(ValueError, match="no"), Screen(out).step("Base de datos lista"):
        raise ValueError("no")
    assert out.getvalue() == ""


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_may_ask_for_no_colour(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    out = Terminal()
    Screen(out).failure("Falta algo.")
    assert out.getvalue() == "✗ Falta algo.\n"


def test_a_terminal_gets_colour_and_a_line_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    with Screen(out).step("Servicio en marcha"):
        assert "…" in out.getvalue()
    assert "\r\x1b[K" in out.getvalue()
    assert "\x1b[32m✓\x1b[0m" in out.getvalue()


def test_no_step_begins_once_it_was_asked_to_end() -> None:
    screen = Screen(io.StringIO())
    screen.ending = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt), screen.step("Otro paso"):
        pytest.fail("it went on")

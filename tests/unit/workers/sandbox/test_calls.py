"""Every call by name leads to a function that is there, and that the fork server has loaded."""

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from review_service.adapters.rq_queue import JOB
from workers.sandbox import calls
from workers.sandbox.calls import PRELOAD, PREPARE, Call

WORKERS = Path(calls.__file__).parents[1]
BY_NAME = re.compile(r'"workers\.[\w.]+(?::\w+)?"')


@pytest.mark.parametrize("call", list(Call))
def test_a_call_is_a_function_that_takes_a_descriptor_first(call: Call) -> None:
    module, _, name = call.partition(":")
    function = getattr(import_module(module), name)
    first = next(iter(inspect.signature(function).parameters.values()))
    assert first.name.lstrip("_") == "document"
    assert inspect.isgeneratorfunction(function)


@pytest.mark.parametrize("step", PREPARE)
def test_a_preparation_is_a_function_without_arguments(step: str) -> None:
    module, _, name = step.partition(":")
    assert not inspect.signature(getattr(import_module(module), name)).parameters


def test_what_is_preloaded_holds_every_call() -> None:
    wanted = sorted({call.partition(":")[0] for call in Call})
    program = (
        "import sys, importlib\n"
        f"for name in {PRELOAD!r}: importlib.import_module(name)\n"
        f"print([name for name in {wanted!r} if name not in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.decode().strip() == "[]"


def test_no_other_module_names_a_call() -> None:
    naming = {
        path.name
        for path in WORKERS.rglob("*.py")
        if BY_NAME.search(path.read_text()) and path != Path(calls.__file__)
    }
    assert naming == set()


def test_the_queue_names_a_function_that_takes_the_id_of_a_task() -> None:
    module, _, name = JOB.rpartition(".")
    assert list(inspect.signature(getattr(import_module(module), name)).parameters) == ["task_id"]

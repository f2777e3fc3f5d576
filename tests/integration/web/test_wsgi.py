"""What a web process sets for itself before it answers."""

import os
import subprocess
import sys
from pathlib import Path

from tests.factories import FORM_SECRET, SECRET

ASK = (
    "import sys; from review_service.web.wsgi import application; application(); "
    "print(sys.getswitchinterval())"
)
LONGEST_SECONDS = 0.001
ASK_OF_COLLECTIONS = """
import gc
from review_service.web.wsgi import application
app = application()
print(any(it is app for it in gc.get_objects()), gc.get_freeze_count() > 100_000)
"""
ASK_AT_ONCE = """
import threading, time
from concurrent.futures import ThreadPoolExecutor
from review_service.web import wsgi
from review_service.web.concurrency import HEALTH, ConcurrencyLimit

wsgi.ConcurrencyLimit = lambda: ConcurrencyLimit(longest_seconds=60)  # on a slow machine too
app, inside, most = wsgi.application(), set(), []

def show():
    inside.add(threading.get_ident())
    most.append(len(inside))
    time.sleep(0.02)
    inside.discard(threading.get_ident())
    return "page"

app.view_functions["public.help_page"] = show
with ThreadPoolExecutor(5) as pool:
    answers = list(pool.map(lambda _: app.test_client().get("/ayuda").text, range(5)))
known = {rule.rule for rule in app.url_map.iter_rules()}
print(answers == ["page"] * 5, max(most), known >= HEALTH)
"""

ASK_BESIDE_ONE_ASIDE = """
import threading
from concurrent.futures import ThreadPoolExecutor
from review_service.web import concurrency, wsgi

app, inside, is_open = wsgi.application(), threading.Event(), threading.Event()

def show():
    concurrency.step_aside()
    inside.set()
    return str(is_open.wait(60))

app.view_functions["public.home"] = show
with ThreadPoolExecutor(1) as pool:
    held = pool.submit(app.test_client().get, "/", buffered=True)
    print(inside.wait(60), app.test_client().get("/ayuda").status_code, held.done())
    print(concurrency.OF_PROCESS.waiting, len(concurrency.ASIDE._computing))
    is_open.set()
    print(held.result().text)
"""

ASK_GIVING_WAY = """
import threading
from concurrent.futures import ThreadPoolExecutor
import sqlalchemy as sa
from review_service.web import concurrency, wsgi
from review_service.web.context import EXTENSION

concurrency.GIVING_WAY_SECONDS = concurrency.OF_PROCESS._longest = 60
app, went = wsgi.application(), []
database = app.extensions[EXTENSION].database
is_aside, has_page, is_open = (threading.Event() for _ in range(3))

def heavy():
    concurrency.step_aside()
    is_aside.set()
    has_page.wait(60)
    with database.reading() as uow:
        uow.session.execute(sa.text("SELECT 1"))
    went.append("read")
    return "heavy"

def page():
    has_page.set()
    is_open.wait(60)
    went.append("page")
    return "page"

app.view_functions |= {"public.home": heavy, "public.help_page": page}
with ThreadPoolExecutor(2) as pool:
    held = pool.submit(app.test_client().get, "/", buffered=True)
    is_aside.wait(60)
    short = pool.submit(app.test_client().get, "/ayuda", buffered=True)
    has_page.wait(60)
    is_open.wait(0.2)
    print(*went, "then")
    is_open.set()
    print(short.result().text, held.result().text, *went)
"""

ASK_WITHOUT_DATABASE = """
import threading, time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from review_service.db.engine import MOST_CONNECTIONS
from review_service.web import wsgi
from review_service.web.concurrency import ConcurrencyLimit
from review_service.web.context import EXTENSION

limits = []
def limit():
    limits.append(ConcurrencyLimit(longest_seconds=60))
    return limits[0]

wsgi.ConcurrencyLimit = limit
app = wsgi.application()
database = app.extensions[EXTENSION].database

def show():
    with database.reading():
        return "page"

app.view_functions["public.home"] = show
with ThreadPoolExecutor(1) as pool:
    with ExitStack() as held:
        for _ in range(MOST_CONNECTIONS):
            held.enter_context(database.reading())
        waits = pool.submit(app.test_client().get, "/", buffered=True)
        time.sleep(0.2)
        print(app.test_client().get("/ayuda").status_code, waits.done())
    print(waits.result().text)
"""


def asked(program: str, folder: Path) -> str:
    """Run a program as a web process runs; return what it prints."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "SECRET_KEY": FORM_SECRET,
        "VERIFICATION_KEY": SECRET,
        "DEMONSTRATION": "1",
    }
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return told.stdout


def test_a_thread_that_computes_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    """Each answer of the database to another thread waits so long for it."""
    assert float(asked(ASK, tmp_path)) <= LONGEST_SECONDS


def test_no_page_waits_for_a_collection_of_what_was_loaded_at_start(tmp_path: Path) -> None:
    """What is frozen is no longer among the objects that the collector looks at."""
    assert asked(ASK_OF_COLLECTIONS, tmp_path).split() == ["False", "True"]


def test_a_web_process_computes_one_page_at_a_time(tmp_path: Path) -> None:
    assert asked(ASK_AT_ONCE, tmp_path).split() == ["True", "1", "True"]


def test_beside_it_one_that_stepped_aside_computes(tmp_path: Path) -> None:
    told = asked(ASK_BESIDE_ONE_ASIDE, tmp_path).split()
    assert told == ["True", "200", "False", "0", "1", "True"]


def test_who_stepped_aside_reads_when_the_page_beside_it_has_ended(tmp_path: Path) -> None:
    assert asked(ASK_GIVING_WAY, tmp_path).split() == ["then", "page", "heavy", "page", "read"]


def test_a_page_that_waits_for_a_connection_keeps_no_other_waiting(tmp_path: Path) -> None:
    """As while the database hangs."""
    assert asked(ASK_WITHOUT_DATABASE, tmp_path).split() == ["200", "False", "page"]

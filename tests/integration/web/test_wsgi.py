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


def test_a_thread_that_computes_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    """Each answer of the database to another thread waits so long for it."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": FORM_SECRET,
        "VERIFICATION_KEY": SECRET,
        "DEMONSTRATION": "1",
    }
    told = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True
    )
    assert float(told.stdout) <= LONGEST_SECONDS

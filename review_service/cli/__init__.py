"""The ``review-service`` command, for people and scripts."""

from types import MappingProxyType
from typing import Final

import click

from review_service.cli.group import MainGroup

MODULES: Final = MappingProxyType(
    {
        "agreements": "people",
        "audit": "auditing",
        "backup": "backups",
        "backup-key": "backups",
        "clock": "clock",
        "demo": "starting",
        "figures": "figures",
        "files": "files",
        "holidays": "operations",
        "index-texts": "operations",
        "inspect": "documents",
        "invariants": "operations",
        "notices": "notices",
        "papers": "people",
        "payrolls": "payrolls",
        "retention": "retention",
        "photos": "photos",
        "reconcile": "operations",
        "registry": "people",
        "restore": "backups",
        "rules": "rules",
        "scheduler": "processes",
        "setup": "setting_up",
        "tasks": "operations",
        "users": "users",
        "verify": "verifying",
        "web": "processes",
        "worker": "starting",
    }
)
"""Each command and the module of this package that defines it, loaded when it is asked for."""


@click.group(
    cls=MainGroup,
    modules=MODULES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: review-service demo --once",
)
@click.version_option(package_name="review-service")
def main() -> None:
    """From an artisan's photos to a signed, numbered and verifiable Acuerdo Interministerial."""

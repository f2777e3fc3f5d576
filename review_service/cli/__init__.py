"""The ``review-service`` command, for people and scripts."""

import click

from review_service.cli import (
    auditing,
    backups,
    clock,
    documents,
    files,
    notices,
    operations,
    people,
    photos,
    processes,
    rules,
    setting_up,
    users,
    verifying,
)
from review_service.cli.base import SpanishGroup


@click.group(
    cls=SpanishGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: review-service demo --once",
)
@click.version_option(package_name="review-service")
def main() -> None:
    """From an artisan's photos to a signed, numbered and verifiable Acuerdo Interministerial."""


for command in (
    processes.demo,
    setting_up.setup,
    processes.web,
    processes.worker,
    processes.scheduler,
    documents.inspect,
    verifying.verify,
    users.users,
    people.registry,
    people.agreements,
    photos.photos,
    files.files,
    operations.holidays,
    rules.rules,
    operations.tasks,
    clock.clock,
    notices.notices,
    operations.reconcile,
    operations.invariants,
    operations.index_texts,
    auditing.audit,
    backups.backup,
    backups.restore,
    backups.backup_key,
):
    main.add_command(command)

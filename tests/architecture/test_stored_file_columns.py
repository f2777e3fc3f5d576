"""Every column that names a stored file is swept, saved in backups and walked by the byte check."""

from review_service.db.base import Base
from review_service.db.models import AgreementRow, DocumentRow, LetterPhotoRow, PageRow
from review_service.db.named_files import PAGE_KEYS, STAGES
from review_service.services.upkeep.sweeping import KEY_COLUMNS

NO_FILE = {
    "agreements.latest_key": "the last document of a taxpayer on a track",
    "applications.open_key": "one open application of a taxpayer",
    "attempts.key": "what is counted",
    "documents.upload_key": "one upload sent twice",
    "file_incidents.key": "a file that another row names, or named",
    "outgoing_mails.attachment_key": "the file of an agreement, whose own row names it",
    "tasks.idempotency_key": "one task asked for twice",
}
"""Columns called a key that name no file of their own, and what they are instead."""


def test_no_column_that_names_a_file_is_forgotten_by_sweeper_and_backup() -> None:
    called_keys = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name == "key" or column.name.endswith("_key")
    }
    swept = {f"{column.class_.__tablename__}.{column.key}" for column in KEY_COLUMNS}
    assert called_keys == swept | NO_FILE.keys()
    assert not swept & NO_FILE.keys()


def test_the_byte_check_walks_every_table_that_names_a_file() -> None:
    assert {column.class_ for column in KEY_COLUMNS} == set(STAGES)
    of_pages = {column.key for column in KEY_COLUMNS if column.class_ is PageRow}
    assert {column.key for column, _ in PAGE_KEYS.values()} == of_pages
    assert set(STAGES) == {AgreementRow, DocumentRow, LetterPhotoRow, PageRow}

"""`setup` with an owner's account: the other processes get less and still do all their work."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from minio.error import S3Error

from review_service.adapters.minio_accounts import make_user, policy_of
from review_service.adapters.s3_client import connect
from review_service.adapters.s3_store import S3FileStore
from review_service.cli import main
from review_service.db.engine import make_engine
from review_service.db.migrate import current, head
from review_service.db.service_role import excess_rights
from review_service.domain.errors import StoreError
from review_service.settings import S3Settings
from tests.conftest import FreshDatabase, service_url
from tests.factories import SECRET
from tests.servers import Server

LARGE = b"x" * (9 * 1024 * 1024)
"""Two parts."""


@pytest.fixture
def setup(tmp_path: Path) -> Callable[..., Result]:
    """Run the command with these settings and no others."""

    def run(**environment: str) -> Result:
        given = {"SECRET_KEY": SECRET, "VERIFICATION_KEY": SECRET[::-1], "DEMONSTRATION": "1"}
        given["DATA_DIR"] = str(tmp_path)
        names = ("DATABASE_URL", "OWNER_DATABASE_URL", "S3_ADMIN_ACCESS_KEY", "S3_MAKE_USER")
        empty = dict.fromkeys(names)
        return CliRunner().invoke(main, ["setup"], env={**empty, **given, **environment})

    return run


def test_the_owner_migrates_and_the_processes_get_their_role(
    setup: Callable[..., Result], fresh_database_url: FreshDatabase
) -> None:
    owner = fresh_database_url("postgresql")
    theirs = service_url(owner)
    for _ in range(2):
        done = setup(OWNER_DATABASE_URL=owner, DATABASE_URL=theirs)
        assert done.exit_code == 0, done.output
    engine = make_engine(theirs)
    assert (current(engine), excess_rights(engine)) == (head(), [])
    engine.dispose()


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"OWNER_DATABASE_URL": "sqlite:///x.db"}, "debe ser una dirección de PostgreSQL"),
        (
            {
                "FILE_STORE": "s3",
                "S3_ENDPOINT": "127.0.0.1:1",
                "S3_ACCESS_KEY": "one",
                "S3_SECRET_KEY": "long enough",
                "S3_ADMIN_ACCESS_KEY": "one",
                "S3_ADMIN_SECRET_KEY": "long enough",
            },
            "S3_ADMIN_ACCESS_KEY",
        ),
    ],
)
def test_a_wrong_account_is_one_sentence(
    setup: Callable[..., Result], environment: dict[str, str], told: str
) -> None:
    done = setup(**environment)
    assert done.exit_code == 2, done.output
    assert told in done.output
    assert "Traceback" not in done.output


def works(store: S3FileStore) -> bool:
    """Do everything that a store is for."""
    store.ping()
    store.put("originals/a", BytesIO(b"small"))
    store.put("originals/b", BytesIO(LARGE))
    with store.open("originals/b") as stream:
        assert stream.read() == LARGE
    assert {found.key for found in store.keys("originals/")} == {"originals/a", "originals/b"}
    assert store.size("originals/a") == 5
    store.delete("originals/a")
    assert store.size("originals/a") is None
    with pytest.raises(StoreError):
        store.put("originals/b", BytesIO(b"again"))
    return True


def refusals(settings: S3Settings, foreign: str) -> list[str]:
    """Try everything outside the own bucket; return what the server answers each time."""
    client, answers = connect(settings), []
    for act in (
        lambda: client.make_bucket(bucket_name=f"{settings.bucket}-more"),
        lambda: client.stat_object(bucket_name=foreign, object_name="file"),
        lambda: client.put_object(foreign, "file", BytesIO(b"x"), 1),
        lambda: list(client.list_objects(bucket_name=foreign)),
        lambda: client.remove_bucket(bucket_name=settings.bucket),
    ):
        with pytest.raises(S3Error) as raised:
            act()
        answers.append(str(raised.value.code))
    return answers


def in_a_foreign_bucket(administrator: S3Settings) -> str:
    foreign = f"{administrator.bucket}-foreign"
    client = connect(administrator)
    client.make_bucket(bucket_name=foreign)
    client.put_object(foreign, "file", BytesIO(b"theirs"), 6)
    return foreign


@pytest.mark.minio
def test_the_user_on_minio_works_in_one_bucket_only(minio_settings: S3Settings) -> None:
    S3FileStore(minio_settings).prepare()
    theirs = replace(
        minio_settings, access_key=f"u-{minio_settings.bucket}", secret_key="of the processes"
    )
    for _ in range(2):
        make_user(minio_settings, theirs)
    assert works(S3FileStore(theirs))
    assert set(refusals(theirs, in_a_foreign_bucket(minio_settings))) == {"AccessDenied"}


def test_the_identity_on_seaweedfs_works_in_its_buckets_only(
    s3_settings: S3Settings, seaweedfs_server: Server
) -> None:
    bucket = f"only-{s3_settings.bucket}"
    administrator = replace(s3_settings, bucket=bucket)
    S3FileStore(administrator).prepare()
    theirs = replace(administrator, access_key="processes", secret_key=seaweedfs_server.password)
    assert works(S3FileStore(theirs))
    assert set(refusals(theirs, in_a_foreign_bucket(s3_settings))) == {"AccessDenied"}


def test_the_policy_names_one_bucket_and_no_wildcard_of_actions() -> None:
    policy = policy_of("the-bucket")
    resources = {r for statement in policy["Statement"] for r in statement["Resource"]}
    actions = [a for statement in policy["Statement"] for a in statement["Action"]]
    assert resources == {"arn:aws:s3:::the-bucket", "arn:aws:s3:::the-bucket/*"}
    assert not [action for action in actions if "*" in action]

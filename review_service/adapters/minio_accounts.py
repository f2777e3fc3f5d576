"""Creates the service's user on a MinIO server, with access to one bucket only."""

import json
from typing import Any

from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException
from minio.minioadmin import MinioAdmin
from urllib3.exceptions import HTTPError

from review_service.domain.errors import StoreError
from review_service.settings import S3Settings


def policy_of(bucket: str) -> dict[str, Any]:
    """Return the S3 policy with what the service needs in its bucket, and nothing else."""
    in_bucket = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    on_objects = [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
    ]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": in_bucket, "Resource": [f"arn:aws:s3:::{bucket}"]},
            {"Effect": "Allow", "Action": on_objects, "Resource": [f"arn:aws:s3:::{bucket}/*"]},
        ],
    }


def make_user(administrator: S3Settings, service: S3Settings) -> None:
    """Create or update the user with ``service``'s keys, and its policy. Raises ``StoreError``."""
    client = MinioAdmin(
        endpoint=administrator.endpoint,
        credentials=StaticProvider(administrator.access_key, administrator.secret_key),
        region=administrator.region,
        secure=administrator.secure,
    )
    policy = f"only-{service.bucket}"
    try:
        client.policy_add(policy, policy=policy_of(service.bucket))
        client.user_add(service.access_key, service.secret_key)
        client.policy_set(policy, user=service.access_key)
    except (MinioAdminException, HTTPError, json.JSONDecodeError) as error:
        raise StoreError("cannot make the store's user", retryable=True) from error

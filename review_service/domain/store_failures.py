"""What each error of a file store means, for every store: one table, asked by the adapters."""

import errno
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Final


class StoreFailure(StrEnum):
    """Whether trying again may help."""

    MISSING = "missing"
    """There is no such file; no failure of the store."""
    FINAL = "final"
    """This request can never succeed, whoever mends what."""
    PASSING = "passing"
    """The same request succeeds once the store, the line or the installation is right again."""
    UNKNOWN = "unknown"
    """In no table: tried again as if it passed, since nothing given may be lost, and told."""

    @property
    def is_retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self in {StoreFailure.PASSING, StoreFailure.UNKNOWN}


_M, _F, _P = StoreFailure.MISSING, StoreFailure.FINAL, StoreFailure.PASSING

BY_CODE: Final[Mapping[str, StoreFailure]] = MappingProxyType(
    {
        # What was asked for.
        "NoSuchKey": _M,
        "NoSuchObject": _M,
        "ResourceNotFound": _M,
        "PreconditionFailed": _F,
        "EntityTooLarge": _F,
        "EntityTooSmall": _F,
        "KeyTooLongError": _F,
        "XMinioInvalidObjectName": _F,
        # The store, the line to it, or another writer in the same moment.
        "InternalError": _P,
        "OperationAborted": _P,
        "ConditionalRequestConflict": _P,
        "RequestTimeout": _P,
        "ServiceUnavailable": _P,
        "SlowDown": _P,
        "SlowDownRead": _P,
        "SlowDownWrite": _P,
        "TooManyRequests": _P,
        "BadDigest": _P,
        "IncompleteBody": _P,
        "XAmzContentSHA256Mismatch": _P,
        # Parts that the server lost or swept: the whole file is sent anew.
        "NoSuchUpload": _P,
        "InvalidPart": _P,
        "InvalidPartOrder": _P,
        # The installation: an operator mends it, and the file is as good as before.
        "AccessDenied": _P,
        "AccountProblem": _P,
        "AllAccessDisabled": _P,
        "AuthorizationHeaderMalformed": _P,
        "ExpiredToken": _P,
        "InvalidAccessKeyId": _P,
        "InvalidRegion": _P,
        "NoSuchBucket": _P,
        "QuotaExceeded": _P,
        "RequestTimeTooSkewed": _P,
        "SignatureDoesNotMatch": _P,
        "XMinioAdminBucketQuotaExceeded": _P,
        "XMinioStorageFull": _P,
    }
)
"""By the code of an S3 answer. Source: Amazon S3 API reference, MinIO's ``api-errors.go``."""

BY_STATUS: Final[Mapping[int, StoreFailure]] = MappingProxyType(
    {
        HTTPStatus.UNAUTHORIZED: _P,
        HTTPStatus.FORBIDDEN: _P,
        HTTPStatus.REQUEST_TIMEOUT: _P,
        HTTPStatus.CONFLICT: _P,
        HTTPStatus.PRECONDITION_FAILED: _F,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _F,
        HTTPStatus.TOO_MANY_REQUESTS: _P,
        HTTPStatus.INSUFFICIENT_STORAGE: _P,
    }
)
"""By the status of an answer whose code is in no table; each of 500 and above passes."""

BY_ERRNO: Final[Mapping[int, StoreFailure]] = MappingProxyType(
    {
        errno.EEXIST: _F,
        errno.ENAMETOOLONG: _F,
        errno.EFBIG: _F,
        # Full, broken, away or closed: all is mended from outside.
        errno.ENOSPC: _P,
        errno.EDQUOT: _P,
        errno.EIO: _P,
        errno.EROFS: _P,
        errno.EACCES: _P,
        errno.EPERM: _P,
        errno.ENOENT: _P,
        errno.ENOTDIR: _P,
        errno.ENODEV: _P,
        errno.ENXIO: _P,
        errno.ESTALE: _P,
        errno.EBUSY: _P,
        errno.EAGAIN: _P,
        errno.EINTR: _P,
        errno.EMFILE: _P,
        errno.ENFILE: _P,
        errno.ENOMEM: _P,
        errno.EMLINK: _P,
        errno.ETIMEDOUT: _P,
    }
)
"""By the number of an error of the file system, for writing; a file that is not there to be read
is missing, which the store itself tells apart."""


def by_answer(code: str | None, status: int) -> StoreFailure:
    """Class an S3 answer by its code, and by its status where the code is in no table.

    An answer may say 200 and hold an error all the same: then only the code counts.
    """
    known = BY_CODE.get(code or "") or BY_STATUS.get(status)
    if known is not None:
        return known
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return StoreFailure.PASSING
    return StoreFailure.UNKNOWN


def by_system(error: OSError) -> StoreFailure:
    """Class an error of the file system."""
    return BY_ERRNO.get(error.errno or 0, StoreFailure.UNKNOWN)

"""The table of limits: what may be asked how often, who pays for it, and what happens past it.

The services count by these rows, and ``docs/limits.md`` is written from them. Before somebody has
shown to be the owner, only rows whose payer is the asker, or that leave the owner another way in,
may be spent.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


class Payer(StrEnum):
    """Whose budget a request spends."""

    DEVICE = "a browser that signed in to this account before"
    NETWORK = "the network address (IPv6: its /64) of a browser that is not known"
    STRANGERS = "all browsers together that are not known to this account"
    SESSION = "the session that the password opened"
    OWNER = "the RUC that is signed in"
    OFFICER = "the officer who is signed in"
    CASE = "the application, by its signed-in owner"
    RECIPIENT = "the address that would get the mail"
    LINK = "the mail that brought the code"


class Past(StrEnum):
    """What happens past a limit."""

    WAIT = "429: wait until the window ends"
    NO_MORE_FILES = "no more files; the page says from when on, and that what was sent is kept"
    NO_SECOND_MAIL = (
        "no new mail while one that was sent is good for five minutes or more: its link signs in"
    )
    ASK_ADDRESS = "the e-mail address at the SRI is asked for, in full"
    LINK_ONLY = "codes are not judged: the link of the same mail signs in"
    CODE_TOO = "password and one-time code are asked for together, and judged together"
    PASSWORD_AGAIN = "the password is asked for again"  # noqa: S105 -- a sentence
    TO_OFFICER = "an officer decides instead of the rule; the page and the case say why"
    FACTS_OF_BEFORE = "the page goes on with what the register said last, and says so"
    NOT_TAKEN = "not taken; the page says from when on, and keeps the words"
    LINK_BEFORE = (
        "no new mail; kept while a link waits in that box, which leads to it too, else not taken"
    )
    NO_MAIL = "no mail; the page says when the next one may go"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One row: ``count`` times in ``per_seconds``, then ``past``."""

    name: str
    """Purpose under which it is counted in the database; unique."""
    what: str
    payer: Payer
    count: int
    per_seconds: int
    past: Past


CERTIFICATES: Final = Limit(
    name="certificates",
    what="certificates that a rule grants; ``CERTIFICATES_PER_NETWORK`` sets another number",
    payer=Payer.NETWORK,
    count=400,
    per_seconds=DAY,
    past=Past.TO_OFFICER,
)
CERTIFICATES_OF_RUC: Final = Limit(
    name="certificates_of_ruc",
    what="certificates that a rule grants",
    payer=Payer.OWNER,
    count=3,
    per_seconds=DAY,
    past=Past.TO_OFFICER,
)
SIGN_IN_DEVICE: Final = Limit(
    name="sign_in_device",
    what="sign-in mails for a RUC",
    payer=Payer.DEVICE,
    count=6,
    per_seconds=HOUR,
    past=Past.NO_SECOND_MAIL,
)
SIGN_IN_NETWORK: Final = Limit(
    name="sign_in_network",
    what="requests for a sign-in mail, for any RUC",
    payer=Payer.NETWORK,
    count=1200,
    per_seconds=HOUR,
    past=Past.ASK_ADDRESS,
)
SIGN_IN_MAIL: Final = Limit(
    name="sign_in_mail",
    what="sign-in mails for a RUC",
    payer=Payer.STRANGERS,
    count=3,
    per_seconds=HOUR,
    past=Past.NO_SECOND_MAIL,
)
SIGN_IN_CODE_DEVICE: Final = Limit(
    name="sign_in_code_device",
    what="mailed codes tried for a RUC",
    payer=Payer.DEVICE,
    count=10,
    per_seconds=HOUR,
    past=Past.LINK_ONLY,
)
SIGN_IN_CODE: Final = Limit(
    name="sign_in_code",
    what="mailed codes tried for a RUC",
    payer=Payer.STRANGERS,
    count=10,
    per_seconds=HOUR,
    past=Past.LINK_ONLY,
)
MAILED_CODE: Final = Limit(
    name="mailed_code",
    what="tries of one mailed code",
    payer=Payer.LINK,
    count=5,
    per_seconds=10 * MINUTE,
    past=Past.LINK_ONLY,
)
PASSWORD_DEVICE: Final = Limit(
    name="officer_password_device",
    what="officers' passwords tried for one user name",
    payer=Payer.DEVICE,
    count=10,
    per_seconds=5 * MINUTE,
    past=Past.WAIT,
)
PASSWORD_NETWORK: Final = Limit(
    name="officer_client",
    what="officers' passwords tried, for any user name",
    payer=Payer.NETWORK,
    count=600,
    per_seconds=5 * MINUTE,
    past=Past.CODE_TOO,
)
PASSWORD_FLOOD: Final = Limit(
    name="officer_flood",
    what="officers' passwords tried, for any user name",
    payer=Payer.NETWORK,
    count=400,
    per_seconds=MINUTE,
    past=Past.WAIT,
)
PASSWORD_ACCOUNT: Final = Limit(
    name="officer_account",
    what="officers' passwords tried for one user name",
    payer=Payer.STRANGERS,
    count=10,
    per_seconds=5 * MINUTE,
    past=Past.CODE_TOO,
)
CODE_SESSION: Final = Limit(
    name="officer_code",
    what="one-time codes tried after one right password",
    payer=Payer.SESSION,
    count=5,
    per_seconds=5 * MINUTE,
    past=Past.PASSWORD_AGAIN,
)
CODE_DEVICE: Final = Limit(
    name="officer_code_device",
    what="one-time codes tried after a right password",
    payer=Payer.DEVICE,
    count=10,
    per_seconds=5 * MINUTE,
    past=Past.WAIT,
)
CODE_ACCOUNT: Final = Limit(
    name="officer_code_account",
    what="one-time codes tried after a right password",
    payer=Payer.STRANGERS,
    count=10,
    per_seconds=5 * MINUTE,
    past=Past.WAIT,
)
CONFIRM_MAIL: Final = Limit(
    name="confirm_mail",
    what="confirmation mails that are asked for again",
    payer=Payer.CASE,
    count=6,
    per_seconds=HOUR,
    past=Past.WAIT,
)
REGISTER_ASKED: Final = Limit(
    name="register_asked",
    what="presses on «Volver a consultar al SRI» of a draft",
    payer=Payer.CASE,
    count=10,
    per_seconds=HOUR,
    past=Past.FACTS_OF_BEFORE,
)
SECOND_ADDRESS_MAIL: Final = Limit(
    name="second_address_mail",
    what="questions to a second address whether it wants the notices",
    payer=Payer.OWNER,
    count=3,
    per_seconds=DAY,
    past=Past.NO_MAIL,
)
SECOND_ADDRESS_RECIPIENT: Final = Limit(
    name="second_address_recipient",
    what="questions to a second address whether it wants the notices, whoever asks",
    payer=Payer.RECIPIENT,
    count=3,
    per_seconds=DAY,
    past=Past.NO_MAIL,
)
DIGEST_MAIL: Final = Limit(
    name="digest_mail",
    what="codes mailed to the address of an officer's daily digest",
    payer=Payer.OFFICER,
    count=5,
    per_seconds=DAY,
    past=Past.NO_MAIL,
)
DIGEST_RECIPIENT: Final = Limit(
    name="digest_recipient",
    what="codes mailed to the address of an officer's daily digest, whoever asks",
    payer=Payer.RECIPIENT,
    count=5,
    per_seconds=DAY,
    past=Past.NO_MAIL,
)
DIGEST_CODE: Final = Limit(
    name="digest_code",
    what="tries of the code that confirms the address of an officer's daily digest",
    payer=Payer.OFFICER,
    count=10,
    per_seconds=DAY,
    past=Past.NOT_TAKEN,
)
UPLOAD: Final = Limit(
    name="upload",
    what="files sent",
    payer=Payer.OWNER,
    count=300,
    per_seconds=DAY,
    past=Past.NO_MORE_FILES,
)
UPLOAD_PAGES: Final = Limit(
    name="upload_pages",
    what="pages of files sent; a PDF counts as many as its kind may have",
    payer=Payer.OWNER,
    count=1200,
    per_seconds=DAY,
    past=Past.NO_MORE_FILES,
)
UPLOAD_MEBIBYTES: Final = Limit(
    name="upload_mebibytes",
    what="MiB of files received; each begun one counts",
    payer=Payer.OWNER,
    count=2048,
    per_seconds=DAY,
    past=Past.NO_MORE_FILES,
)
SHEET_PRESSES: Final = Limit(
    name="sheet_presses",
    what="presses on photographed sheets, whose stored photos are read for each",
    payer=Payer.OWNER,
    count=200,
    per_seconds=DAY,
    past=Past.NO_MORE_FILES,
)
CASE_PAGES: Final = Limit(
    name="case_pages",
    what="pages of files sent; a PDF counts as many as its kind may have",
    payer=Payer.CASE,
    count=3000,
    per_seconds=7 * DAY,
    past=Past.NO_MORE_FILES,
)
CASE_MEBIBYTES: Final = Limit(
    name="case_mebibytes",
    what="MiB of files received; each begun one counts",
    payer=Payer.CASE,
    count=6144,
    per_seconds=7 * DAY,
    past=Past.NO_MORE_FILES,
)
EXPORTS: Final = Limit(
    name="exports",
    what="archives of all that is kept of a RUC",
    payer=Payer.OWNER,
    count=10,
    per_seconds=DAY,
    past=Past.WAIT,
)
VERIFY_SCANNED: Final = Limit(
    name="verify_token",
    what="verifications by QR",
    payer=Payer.NETWORK,
    count=1200,
    per_seconds=MINUTE,
    past=Past.WAIT,
)
VERIFY_TYPED: Final = Limit(
    name="verify_typed",
    what="verifications by number and code",
    payer=Payer.NETWORK,
    count=600,
    per_seconds=MINUTE,
    past=Past.WAIT,
)
VERIFY_FILE: Final = Limit(
    name="verify_file",
    what="verifications by PDF",
    payer=Payer.NETWORK,
    count=600,
    per_seconds=MINUTE,
    past=Past.WAIT,
)
LETTER_NETWORK: Final = Limit(
    name="letter_network",
    what="letters written without signing in (complaints, appeals, personal data, false papers)",
    payer=Payer.NETWORK,
    count=400,
    per_seconds=HOUR,
    past=Past.NOT_TAKEN,
)
LETTER_RECIPIENT: Final = Limit(
    name="letter_recipient",
    what="letters written without signing in, whose address is asked to confirm them",
    payer=Payer.RECIPIENT,
    count=5,
    per_seconds=DAY,
    past=Past.LINK_BEFORE,
)
LETTER_OWNER: Final = Limit(
    name="letter_owner",
    what="letters written by who is signed in",
    payer=Payer.OWNER,
    count=20,
    per_seconds=DAY,
    past=Past.NOT_TAKEN,
)
LETTER_PHOTO: Final = Limit(
    name="letter_photo",
    what="photos sent with one letter, refused ones too",
    payer=Payer.LINK,
    count=5,
    per_seconds=DAY,
    past=Past.NOT_TAKEN,
)

LIMITS: Final = (
    CERTIFICATES,
    CERTIFICATES_OF_RUC,
    SIGN_IN_DEVICE,
    SIGN_IN_NETWORK,
    SIGN_IN_MAIL,
    SIGN_IN_CODE_DEVICE,
    SIGN_IN_CODE,
    MAILED_CODE,
    PASSWORD_DEVICE,
    PASSWORD_NETWORK,
    PASSWORD_FLOOD,
    PASSWORD_ACCOUNT,
    CODE_SESSION,
    CODE_DEVICE,
    CODE_ACCOUNT,
    CONFIRM_MAIL,
    REGISTER_ASKED,
    SECOND_ADDRESS_MAIL,
    SECOND_ADDRESS_RECIPIENT,
    DIGEST_MAIL,
    DIGEST_RECIPIENT,
    DIGEST_CODE,
    UPLOAD,
    UPLOAD_PAGES,
    UPLOAD_MEBIBYTES,
    SHEET_PRESSES,
    CASE_PAGES,
    CASE_MEBIBYTES,
    EXPORTS,
    VERIFY_SCANNED,
    VERIFY_TYPED,
    VERIFY_FILE,
    LETTER_NETWORK,
    LETTER_RECIPIENT,
    LETTER_OWNER,
    LETTER_PHOTO,
)
"""Every limit, in the order of the document."""

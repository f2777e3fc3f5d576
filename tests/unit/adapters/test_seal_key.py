"""The seals' key: one secret gives one key, another another, and bytes are bound."""

import pytest

from review_service.adapters.seal_key import PublicSealKey, SealKey

SECRET = "a secret of the seals that is long enough"


def test_one_secret_gives_one_key_and_another_another() -> None:
    assert SealKey.from_secret(SECRET).public_key == SealKey.from_secret(SECRET).public_key
    assert SealKey.from_secret(SECRET).public_key != SealKey.from_secret(SECRET + "!").public_key


def test_a_signature_is_checked_with_the_public_key_alone() -> None:
    key = SealKey.from_secret(SECRET)
    public = PublicSealKey(f" {key.public_key.upper()}\n")
    signature = key.sign(b"said")
    assert public.has_signed(b"said", signature)
    assert not public.has_signed(b"said!", signature)
    assert not public.has_signed(b"said", bytes(64))
    assert not SealKey.from_secret(SECRET * 2).has_signed(b"said", signature)


def test_the_secret_itself_is_not_the_key() -> None:
    secret = "0123456789abcdef0123456789abcdef"
    assert SealKey.from_secret(secret).public_key not in secret.encode().hex()


@pytest.mark.parametrize("text", ["", "zz" * 32, "ab" * 31, "ab" * 33])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PublicSealKey(text)

"""What a password must be: long, and not one that everybody tries first (ASVS 6.2)."""

from collections.abc import Iterable

MIN_CHARACTERS = 12
MAX_CHARACTERS = 128
COMMON = (
    "password",
    "contrasena",
    "contraseña",
    "123456789012",
    "1234567890",
    "12345678",
    "123456",
    "1234",
    "qwertyuiop",
    "ministerio",
    "artesano",
    "produccion",
    "ecuador",
    "administrador",
)
MIN_CONTEXT_WORD = 4


def password_problem(password: str, *, context: Iterable[str]) -> str | None:
    """Return why the password is refused, in Spanish, or None; any characters are allowed."""
    if len(password) < MIN_CHARACTERS:
        return f"La contraseña necesita {MIN_CHARACTERS} caracteres o más."
    if len(password) > MAX_CHARACTERS:
        return f"La contraseña puede tener {MAX_CHARACTERS} caracteres como máximo."
    rest = password.lower()
    words = {*COMMON, *(part.lower() for text in context for part in text.split())}
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= MIN_CONTEXT_WORD:
            rest = rest.replace(word, "")
    if len(set(rest)) < MIN_CONTEXT_WORD:
        return "Esa contraseña es fácil de adivinar. Use varias palabras que no tengan relación."
    return None

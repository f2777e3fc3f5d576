"""What may keep a paper from being signed, and how the keys that sign stand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One reason why a paper may not be signed now."""

    sentence: str
    """Spanish, for officers and operators: what is wrong and what to do. Names no artisan."""
    waits: bool
    """True: the task waits, no attempt is used up, and it goes on by itself once that is mended.
    False: the paper itself is wrong, a person must look."""

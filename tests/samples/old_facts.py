"""Invented facts of old Acuerdos, and forgeries of them. Nobody bears these RUCs: province 30."""

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import numpy as np

from tests.samples.old_papers import Facts, valid_ruc

GIVEN: Final = (
    "MARÍA", "ROSA", "JOSÉ", "LUIS", "SEGUNDO", "CARMEN", "BLANCA", "ÁNGEL", "MANUEL", "DOLORES",
    "WILSON", "NARCISA", "HÉCTOR", "INÉS", "GLADYS", "RAÚL", "ESTHER", "MARCO", "LUZ", "EDISON",
)  # fmt: skip
SURNAMES: Final = (
    "QUILLUPANGUI", "ÑACATO", "CHICAIZA", "PILATAXI", "MOROCHO", "GUAMÁN", "QUISHPE", "TIPÁN",
    "YÁNEZ", "ZAMBRANO", "CEVALLOS", "DE LA TORRE", "MALDONADO", "IZA", "TOAPANTA", "SALAZAR",
    "VELASTEGUÍ", "LEMA", "CACHIMUEL", "ESPINOZA", "ORTIZ", "BRAVO", "MUÑOZ", "PEÑAFIEL",
)  # fmt: skip
COMPANIES: Final = (
    "TALLER LOS ANDES S.A.", "CERÁMICAS DEL AUSTRO CÍA. LTDA.", "TEJIDOS OTAVALO S.A.S.",
    "MUEBLES SAN ANTONIO CÍA. LTDA.",
)  # fmt: skip
ACTIVITIES: Final = (
    "Fabricación de tejidos de lana en telar", "Elaboración de calzado de cuero",
    "Tallado de figuras de madera", "Fabricación de muebles de madera", "Cerámica utilitaria",
    "Orfebrería en plata", "Elaboración de sombreros de paja toquilla", "Confección de bordados",
    "Elaboración de panela granulada", "Cestería en fibras vegetales",
)  # fmt: skip
PLACES: Final = ("Quito", "Cuenca", "Otavalo", "Guayaquil", "Ambato", "Loja")
TODAY: Final = {
    "prose": "Ministerio de Industrias y Productividad",
    "table": "Ministerio de Industrias y Productividad",
    "form": "Ministerio de Industrias y Productividad",
    "columns": "Ministerio de Industrias y Productividad",
    "certificate": "Ministerio de Industrias y Competitividad",
    "capitals": "Ministerio de Producción, Comercio Exterior, Inversiones y Pesca",
    "ours": "Ministerio de Producción, Comercio Exterior e Inversiones",
    "grid": "Ministerio de Industrias y Productividad",
    "ledger": "Ministerio de Industrias y Productividad",
    "sidebar": "Ministerio de Industrias y Competitividad",
    "letter": "Ministerio de Industrias y Productividad",
}
COMPANY_SHARE: Final = 0.12


class Forgery(StrEnum):
    """What was changed on the paper."""

    NUMBER_DIGIT = "number: one digit"
    NUMBER_LETTER = "number: O for 0"
    NAME_OTHER = "name: another one"
    NAME_LETTER = "name: one letter"
    NAME_SWAPPED = "name: surnames swapped"
    ISSUED_DAY = "issued: a day"
    ISSUED_YEAR = "issued: a year"
    VALID_YEAR = "valid until: a year"
    RUC_OTHER = "ruc: another one"
    FOREIGN_CODE = "QR of another agreement"

    @property
    def is_look_alike(self) -> bool:
        """Whether the paper still says the same to the eye: only the letter's form differs."""
        return self is Forgery.NUMBER_LETTER

    @property
    def field(self) -> str:
        """Value of the ``AgreementField`` that must not match."""
        first = self.value.split(":")[0]
        return {"number": "number", "name": "holder", "issued": "issued_on", "ruc": "ruc",
                "valid until": "valid_until"}.get(first, "number")  # fmt: skip


def facts(rng: np.random.Generator, layout: str, *, with_code: bool) -> Facts:
    """Return invented facts as papers of this layout give them."""
    issued = date(2010, 1, 4) + timedelta(days=int(rng.integers(0, 4900)))
    issued = issued.replace(day=min(issued.day, 28))
    serial = int(rng.integers(1, 1000))
    number = {
        "prose": f"{serial:03d}-{issued.year}",
        "table": f"MDT-MIPRO-{issued.year}-{serial:04d}",
        "form": f"{issued.year}-{serial:04d}",
        "columns": f"{issued.year % 100} {serial:03d}",
        "certificate": f"{serial:04d}",
        "capitals": f"MPCEIP-MDT-{issued.year}-{serial:06d}",
        "ours": f"MPCEI-MDT-{issued.year}-{serial:06d}",
        "grid": f"MIPRO-{issued.year}-{serial:04d}",
        "ledger": f"MIPRO-MDT-{issued.year}-{serial:04d}",
        "sidebar": f"{serial:03d}-{issued.year}",
        "letter": f"MIPRO-MRL-{issued.year}-{serial:04d}",
    }[layout]
    token = "".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz234567"), 26))
    return Facts(
        number=number,
        holder=_holder(rng),
        ruc=_ruc(rng),
        activity=str(rng.choice(ACTIVITIES)),
        ministries=(TODAY[layout], "Ministerio del Trabajo"),
        issued_on=issued,
        valid_until=issued.replace(year=issued.year + int(rng.integers(2, 6))),
        place=str(rng.choice(PLACES)),
        code=f"https://acuerdos.produccion.example/v/{token}" if with_code else "",
    )


def _holder(rng: np.random.Generator) -> str:
    if rng.random() < COMPANY_SHARE:
        return str(rng.choice(COMPANIES))
    given = rng.choice(GIVEN, 2, replace=False)
    surnames = rng.choice(SURNAMES, 2, replace=False)
    return " ".join((*given, *surnames))


def _ruc(rng: np.random.Generator) -> str:
    return valid_ruc(f"30{int(rng.integers(0, 6))}{int(rng.integers(0, 10**6)):06d}")


def forged(true: Facts, forgery: Forgery, rng: np.random.Generator) -> Facts:
    """Return what the forged paper says."""
    changes = {
        Forgery.NUMBER_DIGIT: lambda: replace(true, number=_other_digit(true.number, rng)),
        Forgery.NUMBER_LETTER: lambda: replace(true, number=_letter_for_zero(true.number)),
        Forgery.NAME_OTHER: lambda: replace(true, holder=_other_name(true.holder, rng)),
        Forgery.NAME_LETTER: lambda: replace(true, holder=_other_letter(true.holder, rng)),
        Forgery.NAME_SWAPPED: lambda: replace(true, holder=_swapped(true.holder)),
        Forgery.ISSUED_DAY: lambda: replace(true, issued_on=true.issued_on + timedelta(days=1)),
        Forgery.ISSUED_YEAR: lambda: replace(
            true,
            issued_on=true.issued_on.replace(year=true.issued_on.year + 1),
            valid_until=true.valid_until.replace(year=true.valid_until.year + 1),
        ),
        Forgery.VALID_YEAR: lambda: replace(
            true, valid_until=true.valid_until.replace(year=true.valid_until.year + 1)
        ),
        Forgery.RUC_OTHER: lambda: replace(true, ruc=_ruc(rng)),
        Forgery.FOREIGN_CODE: lambda: replace(true, number=_other_digit(true.number, rng)),
    }
    return changes[forgery]()


def _other_digit(number: str, rng: np.random.Generator) -> str:
    """Change one digit of the serial number."""
    places = [at for at, sign in enumerate(number) if sign.isdigit()]
    at = places[-1 - int(rng.integers(0, 2))]
    others = [digit for digit in "0123456789" if digit != number[at]]
    return number[:at] + str(rng.choice(others)) + number[at + 1 :]


def _letter_for_zero(number: str) -> str:
    """Put the letter O for the last zero, the letter I for the last one, or S for a five."""
    for digit, letter in (("0", "O"), ("1", "I"), ("5", "S"), ("8", "B")):
        if digit in number:
            at = number.rindex(digit)
            return number[:at] + letter + number[at + 1 :]
    return number[:-1] + "O"


def _other_name(name: str, rng: np.random.Generator) -> str:
    words = name.split()
    others = [surname for surname in SURNAMES if surname not in name]
    return " ".join((*words[:-1], str(rng.choice(others))))


def _other_letter(name: str, rng: np.random.Generator) -> str:
    """Change one letter for another that does not merely drop an accent."""
    places = [at for at, sign in enumerate(name) if sign in "AEIOUNRSLM"]
    at = places[int(rng.integers(0, len(places)))]
    others = [sign for sign in "AEOUNRSTP" if sign != name[at]]
    return name[:at] + str(rng.choice(others)) + name[at + 1 :]


def _swapped(name: str) -> str:
    """Swap the second given name and the first surname: the words are all still there."""
    words = name.split()
    words[1], words[2] = words[2], words[1]
    return " ".join(words)

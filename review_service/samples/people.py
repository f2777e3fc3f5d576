"""The sample people: invented names, synthetic RUCs (province 30), and each one's purpose."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from stdnum.ec import ci

from review_service.domain.roles import OfficerRole
from review_service.domain.ruc import CEDULA_DIGITS
from review_service.samples.scan import PriorAgreement

HEAD_ESTABLISHMENT: Final = "001"
MAIL_DOMAIN: Final = "correo.example"
SMALL_WORDS: Final = frozenset({"de", "del", "la", "las", "los", "y"})


def synthetic_ruc(number: int) -> str:
    """Return the number-th made-up RUC of a natural person, with a right check digit."""
    first_nine = f"300000{number:03d}"
    cedula = next(
        candidate for digit in range(10) if ci.is_valid(candidate := f"{first_nine}{digit}")
    )
    return f"{cedula}{HEAD_ESTABLISHMENT}"


def synthetic_company(number: int) -> str:
    """Return the number-th made-up RUC of a company; the SRI issues them without a check digit."""
    return f"309{number:07d}{HEAD_ESTABLISHMENT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What somebody makes, and how the SRI calls it."""

    words: str
    ciiu: str
    activity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One taxpayer of the sample catastro."""

    ruc: str
    name: str
    trade: Trade
    province: str
    canton: str
    parish: str
    status: str = "ACTIVO"
    mailbox: str | None = None
    """Left of the @; None when the SRI holds no address."""
    prior: PriorAgreement | None = None
    """An agreement issued before this service, as our register has it."""

    @property
    def shown_name(self) -> str:
        """The name as people write it; the registry has it in capitals."""
        words = self.name.lower().split()
        return " ".join(word if word in SMALL_WORDS else word.capitalize() for word in words)

    @property
    def email(self) -> str | None:
        """The address at the SRI."""
        return f"{self.mailbox}@{MAIL_DOMAIN}" if self.mailbox else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """One officer's account."""

    user_name: str
    full_name: str
    unit: str
    password: str
    role: OfficerRole
    cedula: str


WOOL = Trade(
    words="Tejidos a mano", ciiu="C131201", activity="FABRICACION DE TEJIDOS DE LANA EN TELAR"
)
EMBROIDERY = Trade(
    words="Bordados a mano", ciiu="C139209", activity="CONFECCION DE ARTICULOS TEXTILES BORDADOS"
)
SHOES = Trade(words="Calzado de cuero", ciiu="C152001", activity="FABRICACION DE CALZADO DE CUERO")
SWEETS = Trade(
    words="Dulces y conservas", ciiu="C103016", activity="ELABORACION DE MERMELADAS Y CONSERVAS"
)
CHOCOLATE = Trade(
    words="Chocolate artesanal", ciiu="C107321", activity="ELABORACION DE CHOCOLATE Y CONFITERIA"
)
FILIGREE = Trade(
    words="Joyería de filigrana", ciiu="C321101", activity="FABRICACION DE JOYAS DE METAL PRECIOSO"
)
GUITARS = Trade(words="Guitarras", ciiu="C322001", activity="FABRICACION DE INSTRUMENTOS DE CUERDA")
MASKS = Trade(
    words="Máscaras de madera", ciiu="C162909", activity="FABRICACION DE ARTICULOS DE MADERA"
)
HATS = Trade(
    words="Sombreros de paja toquilla",
    ciiu="C162902",
    activity="FABRICACION DE ARTICULOS DE PAJA TOQUILLA",
)
POTTERY = Trade(
    words="Cerámica", ciiu="C239301", activity="FABRICACION DE VAJILLA Y PIEZAS DE CERAMICA"
)
FURNITURE = Trade(
    words="Muebles tallados", ciiu="C310001", activity="FABRICACION DE MUEBLES DE MADERA"
)
BUTTONS = Trade(
    words="Botones de tagua", ciiu="C329091", activity="FABRICACION DE BOTONES Y ARTICULOS DE TAGUA"
)


def _prior(number: int, name: str, ruc: str, trade: Trade, *, issued: date) -> PriorAgreement:
    return PriorAgreement(
        number=f"MPCEI-MDT-{issued.year}-{number:06d}",
        holder=name,
        ruc=ruc,
        issued_on=issued,
        valid_until=issued.replace(year=issued.year + 3),
        activity=f"{trade.activity.capitalize()} ({trade.ciiu})",
    )


def _renewer(
    number: int, name: str, trade: Trade, place: tuple[str, str, str], *, prior: tuple[int, date]
) -> Person:
    ruc = synthetic_ruc(number)
    return Person(
        ruc=ruc,
        name=name,
        trade=trade,
        province=place[0],
        canton=place[1],
        parish=place[2],
        mailbox=_mailbox(name),
        prior=_prior(prior[0], name, ruc, trade, issued=prior[1]),
    )


def _newcomer(
    ruc: str,
    name: str,
    trade: Trade,
    place: tuple[str, str, str],
    *,
    status: str = "ACTIVO",
    has_address: bool = True,
) -> Person:
    return Person(
        ruc=ruc,
        name=name,
        trade=trade,
        province=place[0],
        canton=place[1],
        parish=place[2],
        status=status,
        mailbox=_mailbox(name) if has_address else None,
    )


def _mailbox(name: str) -> str:
    plain = name.lower().translate(str.maketrans("áéíóúüñ", "aeiouun"))
    words = [word for word in plain.split() if len(word) > 2]  # noqa: PLR2004 -- skips «y», «de»
    return f"{words[0]}.{words[-1]}"


OTAVALO = ("IMBABURA", "OTAVALO", "SAN JUAN DE ILUMAN")
IBARRA = ("IMBABURA", "IBARRA", "ANGOCHAGUA")
COTACACHI = ("IMBABURA", "COTACACHI", "SAGRARIO")
ANTONIO_ANTE = ("IMBABURA", "ANTONIO ANTE", "SAN ROQUE")
AMBATO = ("TUNGURAHUA", "AMBATO", "LA MERCED")
CHORDELEG = ("AZUAY", "CHORDELEG", "CHORDELEG")
CUENCA = ("AZUAY", "CUENCA", "SAN BARTOLOME")
QUITO = ("PICHINCHA", "QUITO", "CENTRO HISTORICO")
MONTECRISTI = ("MANABI", "MONTECRISTI", "MONTECRISTI")
MANTA = ("MANABI", "MANTA", "MANTA")
PUJILI = ("COTOPAXI", "PUJILI", "LA VICTORIA")
LOJA = ("LOJA", "LOJA", "SUCRE")

STORY: Final = (
    _renewer(1, "MARÍA DEL CARMEN QUILLUPANGUI ÑACATO", WOOL, OTAVALO,
             prior=(117, date(2023, 11, 20))),
    _renewer(2, "LUIS ALBERTO CACHIMUEL TERÁN", WOOL, OTAVALO, prior=(118, date(2023, 11, 21))),
    _renewer(3, "BLANCA ROSARIO ANRANGO PICUASI", EMBROIDERY, IBARRA,
             prior=(124, date(2023, 11, 27))),
    _renewer(4, "MIGUEL ÁNGEL CONTERÓN PERUGACHI", WOOL, COTACACHI,
             prior=(125, date(2023, 11, 27))),
    _renewer(5, "LAURA PIEDAD SANIPATÍN CHISAGUANO", POTTERY, PUJILI,
             prior=(127, date(2023, 11, 28))),
    _renewer(6, "WILSON HERNÁN POTOSÍ TABANGO", FURNITURE, ANTONIO_ANTE,
             prior=(129, date(2023, 11, 29))),
)  # fmt: skip
"""People of the story; each run takes the next, because links per mailbox are limited."""

VISITOR_NEW: Final = _newcomer(synthetic_ruc(20), "MANUEL ANTONIO CUNDURI LEMA", WOOL, OTAVALO)
VISITOR_RENEWAL: Final = _renewer(
    21, "ROSA ELVIRA MALDONADO IPIALES", POTTERY, PUJILI, prior=(203, date(2023, 12, 4))
)
VISITOR_CORRECTION: Final = _newcomer(
    synthetic_ruc(22), "LUZ MARINA GUACHAMÍN PAUCAR", POTTERY, PUJILI
)
SUSPENDED: Final = _newcomer(
    synthetic_ruc(30), "ÁNGEL POLIVIO TOAPANTA CHICAIZA", FURNITURE, ANTONIO_ANTE,
    status="SUSPENDIDO",
)  # fmt: skip
PASSIVE: Final = _newcomer(
    synthetic_ruc(31), "ZOILA MERCEDES PINARGOTE VERA", HATS, MONTECRISTI, status="PASIVO"
)
NO_ADDRESS: Final = _newcomer(
    synthetic_ruc(32), "JOSÉ MARÍA SARANGO MEDINA", SHOES, LOJA, has_address=False
)
UNKNOWN_RUC: Final = synthetic_ruc(99)
"""A right number that the sample catastro does not hold."""

WEAVER: Final = _newcomer(synthetic_ruc(40), "MARÍA TITUAÑA QUILUMBA", WOOL, OTAVALO)
HATTER: Final = _renewer(
    41, "PEDRO PABLO MAIGUA DELGADO", HATS, MONTECRISTI, prior=(98, date(2023, 11, 6))
)
SHOEMAKER: Final = _newcomer(synthetic_ruc(42), "SEGUNDO CHANGO PILLA", SHOES, AMBATO)
CONFECTIONER: Final = _newcomer(synthetic_ruc(43), "ROSA LEMA CONEJO", SWEETS, COTACACHI)
JEWELLERS: Final = _newcomer(
    synthetic_company(1), "ASOCIACIÓN MANOS DE CHORDELEG", FILIGREE, CHORDELEG
)
LUTHIER: Final = _renewer(45, "JORGE VELE GUAMÁN", GUITARS, CUENCA, prior=(131, date(2023, 12, 11)))
MASK_MAKER: Final = _newcomer(synthetic_ruc(46), "CARMEN YÁNEZ TIPÁN", MASKS, QUITO)
POTTER: Final = _newcomer(synthetic_ruc(47), "JULIO CÉSAR OLMOS CHUQUITARCO", POTTERY, PUJILI)
CARVER: Final = _newcomer(synthetic_ruc(48), "GABRIEL YÉPEZ POZO", FURNITURE, ANTONIO_ANTE)
EMBROIDERER: Final = _newcomer(synthetic_ruc(49), "TERESA ALBA SANDOVAL", EMBROIDERY, IBARRA)
BUTTON_MAKER: Final = _newcomer(synthetic_ruc(50), "WALTER DELGADO MERO", BUTTONS, MANTA)
CHOCOLATIER: Final = _newcomer(synthetic_ruc(51), "NELLY CUEVA JARAMILLO", CHOCOLATE, LOJA)

EVERYBODY: Final = (
    *STORY, VISITOR_NEW, VISITOR_RENEWAL, VISITOR_CORRECTION, SUSPENDED, PASSIVE, NO_ADDRESS,
    WEAVER, HATTER, SHOEMAKER, CONFECTIONER, JEWELLERS, LUTHIER, MASK_MAKER, POTTER, CARVER,
    EMBROIDERER, BUTTON_MAKER, CHOCOLATIER,
)  # fmt: skip

VISITOR_OFFICER: Final = Officer(
    user_name="randrade",
    full_name="R. Andrade",
    unit="Zonal 1",
    password="colibri-nube-tambor-7",  # noqa: S106 -- a sample account of the demo alone
    role=OfficerRole.ISSUER,
    cedula=synthetic_ruc(901)[:CEDULA_DIGITS],
)
STORY_OFFICER: Final = Officer(
    user_name="lpaz",
    full_name="L. Paz",
    unit="Matriz",
    password="quinua-farol-puente-4",  # noqa: S106 -- a sample account of the demo alone
    role=OfficerRole.SUPERVISOR,
    cedula=synthetic_ruc(902)[:CEDULA_DIGITS],
)
VISITOR_REVIEWER: Final = Officer(
    user_name="bmena",
    full_name="B. Mena",
    unit="Zonal 1",
    password="zaguan-trigo-cometa-9",  # noqa: S106 -- a sample account of the demo alone
    role=OfficerRole.REVIEWER,
    cedula=synthetic_ruc(903)[:CEDULA_DIGITS],
)
VISITOR_AUDITOR: Final = Officer(
    user_name="cvaca",
    full_name="C. Vaca",
    unit="Matriz",
    password="helecho-duende-plaza-3",  # noqa: S106 -- a sample account of the demo alone
    role=OfficerRole.AUDITOR,
    cedula=synthetic_ruc(904)[:CEDULA_DIGITS],
)
OFFICERS: Final = (STORY_OFFICER, VISITOR_OFFICER)
"""The officers. The first decides the first story; a visitor uses another one's codes."""
EVERY_OFFICER: Final = (*OFFICERS, VISITOR_REVIEWER, VISITOR_AUDITOR)


def sheet_of(person: Person) -> dict[str, str]:
    """Return the values that a person types into the data sheet; the registry has the rest."""
    number = int(person.ruc[6:10])
    return {
        "trade": person.trade.words,
        "address": f"Calle Sucre {number % 30 + 1}-{number % 89 + 10}, junto a la capilla",
        "workers": str(number % 4),
        "apprentices": str(number % 3),
        "phone": f"099{number:07d}",
    }

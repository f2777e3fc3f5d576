"""The sample people: invented names, synthetic RUCs (province 30), and each one's purpose."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from stdnum.ec import ci

from review_service.samples import trades
from review_service.samples.scan import PriorAgreement
from review_service.samples.trades import Trade

HEAD_ESTABLISHMENT: Final = "001"
MAIL_DOMAIN: Final = "correo.example"
LEGAL_FORM: Final = "CÍA. LTDA."
SMALL_WORDS: Final = frozenset({"de", "del", "la", "las", "los", "y"})

Place = tuple[str, str, str]
"""Province, canton and parish, as the SRI writes them."""


def synthetic_ruc(number: int) -> str:
    """Return the number-th made-up RUC of a natural person, with a right check digit."""
    first_nine = f"300{number:06d}"
    cedula = next(
        candidate for digit in range(10) if ci.is_valid(candidate := f"{first_nine}{digit}")
    )
    return f"{cedula}{HEAD_ESTABLISHMENT}"


def synthetic_company(number: int) -> str:
    """Return the number-th made-up RUC of a company; the SRI issues them without a check digit."""
    return f"309{number:07d}{HEAD_ESTABLISHMENT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What the category of a MIPYME rests on, as its owner types it."""

    employees: int
    sales: str
    """Of the year, in dollars, such as «85.000»."""


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
    size: Size | None = None
    """Of a MIPYME; None for an artisan."""
    branches: tuple[Place, ...] = ()
    """Where it has open establishments besides the first."""
    began_this_year: bool = False

    @property
    def shown_name(self) -> str:
        """The name as people write it; the registry has it in capitals."""
        words = self.name.lower().split()
        return " ".join(word if word in SMALL_WORDS else word.capitalize() for word in words)

    @property
    def email(self) -> str | None:
        """The address at the SRI."""
        return f"{self.mailbox}@{MAIL_DOMAIN}" if self.mailbox else None


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
    number: int, name: str, trade: Trade, place: Place, *, prior: tuple[int, date]
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
    place: Place,
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


def _owner(
    number: int, name: str, trade: Trade, place: Place, *, size: Size, began_this_year: bool = False
) -> Person:
    """Return a natural person who owns a business."""
    person = _newcomer(synthetic_ruc(number), name, trade, place)
    return replace(person, size=size, began_this_year=began_this_year)


def _company(
    number: int,
    name: str,
    trade: Trade,
    place: Place,
    *,
    size: Size,
    branches: tuple[Place, ...] = (),
) -> Person:
    person = _newcomer(synthetic_company(number), name, trade, place)
    return replace(person, name=f"{name} {LEGAL_FORM}", size=size, branches=branches)


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
GUAYAQUIL = ("GUAYAS", "GUAYAQUIL", "TARQUI")
RIOBAMBA = ("CHIMBORAZO", "RIOBAMBA", "LIZARZABURU")

STORY: Final = (
    _renewer(1, "MARÍA DEL CARMEN QUILLUPANGUI ÑACATO", trades.WOOL, OTAVALO,
             prior=(117, date(2023, 11, 20))),
    _renewer(2, "LUIS ALBERTO CACHIMUEL TERÁN", trades.WOOL, OTAVALO,
             prior=(118, date(2023, 11, 21))),
    _renewer(3, "BLANCA ROSARIO ANRANGO PICUASI", trades.EMBROIDERY, IBARRA,
             prior=(124, date(2023, 11, 27))),
    _renewer(4, "MIGUEL ÁNGEL CONTERÓN PERUGACHI", trades.WOOL, COTACACHI,
             prior=(125, date(2023, 11, 27))),
    _renewer(5, "LAURA PIEDAD SANIPATÍN CHISAGUANO", trades.POTTERY, PUJILI,
             prior=(127, date(2023, 11, 28))),
    _renewer(6, "WILSON HERNÁN POTOSÍ TABANGO", trades.FURNITURE, ANTONIO_ANTE,
             prior=(129, date(2023, 11, 29))),
)  # fmt: skip
"""People of the story; each run takes the next, because links per mailbox are limited."""

VISITOR_NEW: Final = _newcomer(
    synthetic_ruc(20), "MANUEL ANTONIO CUNDURI LEMA", trades.WOOL, OTAVALO
)
VISITOR_RENEWAL: Final = _renewer(
    21, "ROSA ELVIRA MALDONADO IPIALES", trades.POTTERY, PUJILI, prior=(203, date(2023, 12, 4))
)
VISITOR_CORRECTION: Final = _newcomer(
    synthetic_ruc(22), "LUZ MARINA GUACHAMÍN PAUCAR", trades.POTTERY, PUJILI
)
SUSPENDED: Final = _newcomer(
    synthetic_ruc(30), "ÁNGEL POLIVIO TOAPANTA CHICAIZA", trades.FURNITURE, ANTONIO_ANTE,
    status="SUSPENDIDO",
)  # fmt: skip
PASSIVE: Final = _newcomer(
    synthetic_ruc(31), "ZOILA MERCEDES PINARGOTE VERA", trades.HATS, MONTECRISTI, status="PASIVO"
)
NO_ADDRESS: Final = _newcomer(
    synthetic_ruc(32), "JOSÉ MARÍA SARANGO MEDINA", trades.SHOES, LOJA, has_address=False
)
UNKNOWN_RUC: Final = synthetic_ruc(99)
"""A right number that the sample catastro does not hold."""

WEAVER: Final = _newcomer(synthetic_ruc(40), "MARÍA TITUAÑA QUILUMBA", trades.WOOL, OTAVALO)
HATTER: Final = _renewer(
    41, "PEDRO PABLO MAIGUA DELGADO", trades.HATS, MONTECRISTI, prior=(98, date(2023, 11, 6))
)
SHOEMAKER: Final = _newcomer(synthetic_ruc(42), "SEGUNDO CHANGO PILLA", trades.SHOES, AMBATO)
CONFECTIONER: Final = _newcomer(synthetic_ruc(43), "ROSA LEMA CONEJO", trades.SWEETS, COTACACHI)
JEWELLERS: Final = _newcomer(
    synthetic_company(1), "ASOCIACIÓN MANOS DE CHORDELEG", trades.FILIGREE, CHORDELEG
)
JEWELLER: Final = _newcomer(
    synthetic_ruc(52), "DELIA MARGARITA LÓPEZ SAQUICELA", trades.FILIGREE, CHORDELEG
)
"""Works in the workshop of the association, and each declares the other."""
LUTHIER: Final = _renewer(
    45, "JORGE VELE GUAMÁN", trades.GUITARS, CUENCA, prior=(131, date(2023, 12, 11))
)
MASK_MAKER: Final = _newcomer(synthetic_ruc(46), "CARMEN YÁNEZ TIPÁN", trades.MASKS, QUITO)
POTTER: Final = _newcomer(
    synthetic_ruc(47), "JULIO CÉSAR OLMOS CHUQUITARCO", trades.POTTERY, PUJILI
)
CARVER: Final = _newcomer(synthetic_ruc(48), "GABRIEL YÉPEZ POZO", trades.FURNITURE, ANTONIO_ANTE)
EMBROIDERER: Final = _newcomer(synthetic_ruc(49), "TERESA ALBA SANDOVAL", trades.EMBROIDERY, IBARRA)
BUTTON_MAKER: Final = _newcomer(synthetic_ruc(50), "WALTER DELGADO MERO", trades.BUTTONS, MANTA)
CHOCOLATIER: Final = _newcomer(synthetic_ruc(51), "NELLY CUEVA JARAMILLO", trades.CHOCOLATE, LOJA)

BUSINESS_STORY: Final = (
    _owner(60, "GLORIA ESPERANZA PILATUÑA SIMBAÑA", trades.GROCERY, QUITO,
           size=Size(employees=2, sales="64.300")),
    _company(2, "COMEDOR LA OLLA DE BARRO", trades.RESTAURANT, LOJA, branches=(CUENCA,),
             size=Size(employees=14, sales="410.000")),
    _owner(61, "NANCY PATRICIA ORELLANA MORA", trades.HARDWARE, CUENCA,
           size=Size(employees=5, sales="188.900")),
    _company(3, "PROGRAMAS DEL VALLE", trades.SOFTWARE, AMBATO,
             size=Size(employees=22, sales="870.000")),
    _owner(62, "FREDDY GONZALO ZAMBRANO CEDEÑO", trades.REPAIRS, MANTA,
           size=Size(employees=3, sales="92.000")),
    _company(4, "FERRETERÍA LOS DOS PUENTES", trades.HARDWARE, GUAYAQUIL, branches=(MANTA,),
             size=Size(employees=61, sales="2.350.000")),
)  # fmt: skip
"""MIPYMES of the story, of every category; each run takes the next."""

VENTURE_STORY: Final = (
    _owner(80, "JENNY ALEXANDRA CAIZA TOAQUIZA", trades.EMBROIDERY, IBARRA,
           size=Size(employees=3, sales="")),
    _owner(81, "BYRON ESTUARDO GUALPA SISLEMA", trades.REPAIRS, RIOBAMBA,
           size=Size(employees=2, sales="")),
    _owner(82, "MAYRA ELIZABETH QUISHPE IZA", trades.CHOCOLATE, LOJA,
           size=Size(employees=1, sales="")),
    _owner(83, "HENRY PAÚL CHILUIZA MASAQUIZA", trades.WOOL, OTAVALO,
           size=Size(employees=3, sales="")),
)  # fmt: skip
"""Emprendedores of the story; each run takes the next."""
VISITOR_VENTURE: Final = _owner(
    85,
    "VERÓNICA ISABEL TOCTE ALMACHI",
    trades.EMBROIDERY,
    IBARRA,
    size=Size(employees=3, sales=""),
)

VISITOR_SHOP: Final = _owner(
    70,
    "HILDA BEATRIZ TENE GUALOTO",
    trades.GROCERY,
    RIOBAMBA,
    size=Size(employees=1, sales="38.500"),
)
VISITOR_SOFTWARE: Final = _company(
    5,
    "NUBE ANDINA",
    trades.SOFTWARE,
    QUITO,
    branches=(CUENCA,),
    size=Size(employees=18, sales="640.000"),
)
VISITOR_CAFE: Final = _owner(
    71, "DIEGO SEBASTIÁN ARMIJOS VIVANCO", trades.RESTAURANT, LOJA,
    size=Size(employees=2, sales="9.800"), began_this_year=True,
)  # fmt: skip
VISITOR_LARGE: Final = _company(
    6, "DISTRIBUIDORA DEL LITORAL", trades.WHOLESALE, GUAYAQUIL,
    size=Size(employees=240, sales="12.000.000"),
)  # fmt: skip
VISITOR_MOVED: Final = _owner(
    72,
    "SONIA MARLENE CHALÁ CONGO",
    trades.MEDICINES,
    QUITO,
    size=Size(employees=4, sales="120.000"),
)
"""Has moved to Ibarra, and the SRI does not know it."""
IMPORTER: Final = _company(
    7, "MAQUINARIA DEL PACÍFICO", trades.WHOLESALE, GUAYAQUIL, branches=(MANTA,),
    size=Size(employees=130, sales="6.400.000"),
)  # fmt: skip
PHARMACY: Final = _owner(
    73,
    "VÍCTOR HUGO ESPINOZA LARREA",
    trades.MEDICINES,
    QUITO,
    size=Size(employees=6, sales="270.000"),
)
GARAGE: Final = _owner(
    74,
    "LUIS FERNANDO PAUCAR TIGASI",
    trades.REPAIRS,
    AMBATO,
    size=Size(employees=4, sales="75.000"),
)
WORKROOM: Final = _owner(
    86,
    "LIZBETH ANDREA CUASQUER MORETA",
    trades.EMBROIDERY,
    IBARRA,
    size=Size(employees=3, sales=""),
)
BAKERY: Final = _owner(
    87,
    "CRISTIAN DAVID LLUMIQUINGA TAPIA",
    trades.CHOCOLATE,
    QUITO,
    size=Size(employees=2, sales=""),
)
STUDIO: Final = _owner(
    88,
    "GABRIELA ESTEFANÍA MUÑOZ LOACHAMÍN",
    trades.SOFTWARE,
    CUENCA,
    size=Size(employees=1, sales=""),
)
JOINERY: Final = _company(
    8, "MUEBLES DEL VALLE DEL CHOTA", trades.FURNITURE, IBARRA, size=Size(employees=5, sales="")
)

TOUR_ARTISANS: Final = (
    _newcomer(synthetic_ruc(110), "ROSA DELIA PERUGACHI AMAGUAÑA", trades.WOOL, OTAVALO),
    _newcomer(synthetic_ruc(111), "ESTHER LUCÍA MORÁN FUEREZ", trades.WOOL, COTACACHI),
    _newcomer(synthetic_ruc(112), "MATILDE AURORA GUANDINANGO SISA", trades.WOOL, OTAVALO),
)
"""Artisans whose act of the tour is to send an application; each time the next one."""
TOUR_BUSINESSES: Final = (
    _company(9, "CAFETERÍA MITAD DEL MUNDO", trades.RESTAURANT, QUITO,
             size=Size(employees=12, sales="320.000")),
    _owner(113, "IVONNE ALEXANDRA CEVALLOS BRAVO", trades.HARDWARE, MANTA,
           size=Size(employees=4, sales="96.500")),
    _company(10, "SOFTWARE DEL AUSTRO", trades.SOFTWARE, CUENCA,
             size=Size(employees=54, sales="1.900.000")),
)  # fmt: skip
"""MIPYMES whose act of the tour is to get a certificate, one of each category."""
TOUR_VENTURES: Final = (
    _owner(114, "DANIELA FERNANDA SIGCHA LLANGARÍ", trades.CHOCOLATE, LOJA,
           size=Size(employees=2, sales="")),
    _owner(115, "KEVIN ALEJANDRO TIPANLUISA CHASI", trades.EMBROIDERY, IBARRA,
           size=Size(employees=3, sales="")),
    _owner(116, "SAMANTA BELÉN YUMBLA CAJAS", trades.REPAIRS, RIOBAMBA,
           size=Size(employees=1, sales="")),
)  # fmt: skip
"""Emprendedores whose act of the tour is to get a certificate with papers in order."""
TOUR_CASES: Final = (
    _newcomer(synthetic_ruc(117), "CARLOS ALFONSO LEMA TOCAGÓN", trades.WOOL, OTAVALO),
    _newcomer(synthetic_ruc(118), "MERCEDES PIEDAD ILES VISARREA", trades.WOOL, COTACACHI),
    _newcomer(synthetic_ruc(119), "HUMBERTO RAFAEL TUQUERRES IMBA", trades.WOOL, OTAVALO),
)
"""Artisans whose application an officer approves in the tour."""
TOUR_PEOPLE: Final = (*TOUR_ARTISANS, *TOUR_BUSINESSES, *TOUR_VENTURES, *TOUR_CASES)

EVERYBODY: Final = (
    *STORY, VISITOR_NEW, VISITOR_RENEWAL, VISITOR_CORRECTION, SUSPENDED, PASSIVE, NO_ADDRESS,
    WEAVER, HATTER, SHOEMAKER, CONFECTIONER, JEWELLERS, LUTHIER, MASK_MAKER, POTTER, CARVER,
    EMBROIDERER, BUTTON_MAKER, CHOCOLATIER, *BUSINESS_STORY, *VENTURE_STORY, VISITOR_VENTURE,
    VISITOR_SHOP, VISITOR_SOFTWARE, VISITOR_CAFE, VISITOR_LARGE, VISITOR_MOVED, IMPORTER,
    PHARMACY, GARAGE, WORKROOM, BAKERY, STUDIO, JOINERY, JEWELLER, *TOUR_PEOPLE,
)  # fmt: skip

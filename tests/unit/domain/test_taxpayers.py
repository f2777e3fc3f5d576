"""A taxpayer: which place of business stands for all."""

from review_service.domain.taxpayers import Establishment, Taxpayer, TaxpayerStatus


def place(number: str, *, is_open: bool = True) -> Establishment:
    return Establishment(
        number=number,
        trade_name="",
        is_open=is_open,
        province="Imbabura",
        canton="Otavalo",
        parish="",
        ciiu="C139209",
        activity="",
    )


def taxpayer(*places: Establishment, taxpayer_class: str = "GEN") -> Taxpayer:
    return Taxpayer(
        ruc="3000000012001",
        name="TITUAÑA QUILUMBA MARIA",
        status=TaxpayerStatus.ACTIVE,
        taxpayer_class=taxpayer_class,
        taxpayer_type="PERSONA NATURAL",
        started_on=None,
        source="test",
        establishments=places,
    )


def test_the_first_open_place_is_the_head() -> None:
    assert taxpayer(place("001", is_open=False), place("002"), place("003")).head == place("002")


def test_the_first_place_is_the_head_when_all_are_closed() -> None:
    closed = place("001", is_open=False)
    assert taxpayer(closed, place("002", is_open=False)).head == closed


def test_there_may_be_no_place_at_all() -> None:
    assert taxpayer().head is None

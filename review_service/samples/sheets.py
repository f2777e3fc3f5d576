"""What the sample people type into their data sheets; the registry has the rest."""

from review_service.samples.people import Person, Size


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


def business_sheet_of(person: Person) -> dict[str, str]:
    """Return what the owner of a MIPYME types; the registry has the activity and the place."""
    size = person.size or Size(employees=0, sales="0")
    number = int(person.ruc[6:10])
    return {
        "employees": str(size.employees),
        "sales": size.sales,
        "phone": f"098{number:07d}",
    }


def venture_sheet_of(person: Person) -> dict[str, str]:
    """Return what an emprendedor types; the registry has the activity and the place."""
    typed = business_sheet_of(person)
    return {name: typed[name] for name in ("employees", "phone")}

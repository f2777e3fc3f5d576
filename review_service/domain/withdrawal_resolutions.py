"""What the resolution of a deemed withdrawal tells of its facts, one sentence for each."""

from collections.abc import Mapping
from typing import Any

from review_service.domain.wording import Gettext, gettext_noop, told_value, untranslated


def fact_lines(facts: Mapping[str, Any], gettext: Gettext = untranslated) -> tuple[str, ...]:
    """Return the facts of a resolution as sentences, those that the signer added last.

    ``facts`` are those that were signed, days as ISO text or in words; a resolution of before
    officers signed them has no ``asked_on`` and no sentences.
    """
    if "asked_on" not in facts:
        return ()
    day = {
        name: told_value(facts[name], gettext)
        for name in ("asked_on", "notified_on", "last_day", "seen_on", "signed_on")
    }
    asked = gettext("El %(asked_on)s le pedimos corregir:", asked_on=day["asked_on"])
    items = "; ".join(gettext(item) for item in facts["items"])
    return (
        f"{asked} {items}.",
        f"{_notice(facts, day, gettext)} {_term(facts, day, gettext)}",
        *_extension(facts["extension"], gettext),
        *_reminders(facts["reminded"], gettext),
        _seen(day, gettext),
        *_attempts(facts["attempts"], gettext),
        gettext(
            "Hasta el %(signed_on)s no recibimos su corrección.",
            signed_on=day["signed_on"],
        ),
        *facts["words"],
    )


def _notice(facts: Mapping[str, Any], day: Mapping[str, str], gettext: Gettext) -> str:
    words = gettext_noop(
        "El aviso se entregó al correo que usted tiene en el SRI el %(notified_on)s."
    )
    if facts["is_renewed"]:
        words = gettext_noop(
            "Le enviamos el pedido otra vez, con un plazo nuevo. El aviso se entregó al correo que "
            "usted tiene en el SRI el %(notified_on)s."
        )
    return gettext(words, notified_on=day["notified_on"])


def _term(facts: Mapping[str, Any], day: Mapping[str, str], gettext: Gettext) -> str:
    words = gettext_noop("Su plazo de diez días hábiles terminó el %(last_day)s.")
    if facts["extension"] and facts["extension"]["days"]:
        words = gettext_noop(
            "Su plazo de diez días hábiles, con la prórroga, terminó el %(last_day)s."
        )
    return gettext(words, last_day=day["last_day"])


def _extension(extension: Mapping[str, Any], gettext: Gettext) -> list[str]:
    if not extension:
        return []
    asked = gettext("Usted pidió una prórroga el %(day)s.", day=extension["on"])
    days = extension["days"]
    if days == 1:
        given = gettext("Le dimos un día hábil más.")
    elif days:
        given = gettext("Le dimos %(days)s días hábiles más.", days=days)
    else:
        given = gettext("No se la dimos: «%(answer)s»", answer=extension["answer"])
    return [f"{asked} {given}"]


def _reminders(days: list[str], gettext: Gettext) -> list[str]:
    if not days:
        return []
    words = gettext_noop("Le recordamos el plazo por correo: %(days)s.")
    return [gettext(words, days="; ".join(days))]


def _seen(day: Mapping[str, str], gettext: Gettext) -> str:
    if day["seen_on"]:
        words = gettext_noop(
            "Después de ese aviso usted usó el servicio, la última vez el %(seen_on)s."
        )
        return gettext(words, seen_on=day["seen_on"])
    return gettext("No consta que haya ingresado al servicio después de ese aviso.")


def _attempts(attempts: list[Mapping[str, str]], gettext: Gettext) -> list[str]:
    words = gettext_noop("El %(day)s intentamos avisarle por otro medio (%(channel)s): %(result)s.")
    return [
        gettext(
            words,
            day=each["on"],
            channel=gettext(each["channel"]).lower(),
            result=gettext(each["result"]),
        )
        for each in attempts
    ]

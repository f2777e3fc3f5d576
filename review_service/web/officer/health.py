"""Page on the workers' protections, with what to do; and the warning on every page."""

from flask import render_template

from review_service.db.queries.officer.infected import infected_lately
from review_service.domain.protection import (
    UNSEEN_AFTER,
    AntivirusWord,
    SandboxWord,
    antivirus_word,
    present,
    sandbox_word,
)
from review_service.domain.signing import SigningWord, signing_word
from review_service.services.upkeep import file_incidents, watching
from review_service.web.context import parts
from review_service.web.health import health_of
from review_service.web.officer import blueprint

UNSEEN_MINUTES = int(UNSEEN_AFTER.total_seconds() // 60)


@blueprint.get("/salud")
def health() -> str:
    """Show each part, each worker with its protections, and what the antivirus refused."""
    seen = watching.watch(parts().reading())
    here = present(seen.workers, now=seen.now)
    with parts().reading() as uow:
        infected = infected_lately(uow)
        damaged = file_incidents.open_incidents(uow)
    return render_template(
        "officer/health.html",
        health=health_of(parts()),
        rules_sentence=parts().rules_sentence,
        workers=seen.workers,
        present_ids={worker.id for worker in here},
        infected=infected,
        damaged=damaged,
        minutes=UNSEEN_MINUTES,
    )


@blueprint.app_template_global("protection_warning")
def protection_warning() -> str:
    """Return a short warning when a protection of documents is missing, else None."""
    seen = watching.watch(parts().reading())
    here = present(seen.workers, now=seen.now)
    if sandbox_word(here) is SandboxWord.PARTIAL:
        return "Entorno aislado incompleto"
    if antivirus_word(here) is AntivirusWord.DOWN:
        return "Antivirus detenido"
    if not here:
        return "Revisión automática detenida"
    if not all(worker.protection.sandbox_required for worker in here):
        return "Entorno aislado sin exigir"
    keys = [worker.signing for worker in here if worker.signing]
    if signing_word(keys) is SigningWord.STOPPED:
        return "Firma detenida"
    return ""

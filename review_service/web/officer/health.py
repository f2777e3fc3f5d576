"""Page on the workers' protections, with what to do; and the warning on every page."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from flask import render_template

from review_service.db.queries.officer.infected import infected_lately
from review_service.domain.looked_up import unlisted_sentence
from review_service.domain.protection import (
    UNSEEN_AFTER,
    AntivirusWord,
    SandboxWord,
    antivirus_word,
    present,
    sandbox_word,
)
from review_service.domain.signing import SigningWord, signing_word
from review_service.services import notices
from review_service.services.upkeep import file_incidents, watching
from review_service.services.upkeep.watching import Watch
from review_service.web.context import parts
from review_service.web.health import health_now
from review_service.web.officer import blueprint
from review_service.web.remembering import remembered

UNSEEN_SECONDS = int(UNSEEN_AFTER.total_seconds())
FRESH_SECONDS: Final = 5.0
"""So long a process repeats the warning that it found: every page shows it."""
JOBS: Final = MappingProxyType(
    {
        "reconcile": "tareas que esperan o se detuvieron",
        "take_effect": "decisiones que ya no se pueden deshacer",
        "lapse": "solicitudes que nadie confirmó",
        "release": "archivos que ya no hacen falta",
        "sweep": "limpieza del almacén",
        "recheck_files": "archivos que no están como se guardaron",
        "prove_papers": "comparación de los documentos emitidos",
        "retention": "eliminación de lo que ya no se conserva",
        "forget_letters": "cartas que nadie confirmó",
        "remind": "recordatorios de los días para corregir",
        "freeze_figures": "cifras del mes que terminó",
        "draw_second_reviews": "sorteo de segundas revisiones",
        "digests": "resumen diario de quienes revisan",
        "hold_rows": "huellas de las filas en la bitácora",
        "seal": "sellos de la bitácora",
    }
)
"""What each job of the scheduler does, by the name that the log gives it."""


@blueprint.get("/salud")
def health() -> str:
    """Show each part, each worker with its protections, and what the antivirus refused."""
    seen = watching.watch(parts().reading())
    here = present(seen.workers, now=seen.now)
    with parts().reading() as uow:
        infected = infected_lately(uow)
        damaged = file_incidents.open_incidents(uow)
        undelivered = notices.undelivered(uow)
    now = health_now()
    return render_template(
        "officer/health.html",
        health=now,
        jobs=[_job(name) for name in now.failed_or_late_jobs],
        rules_sentence=parts().rules_sentence,
        papers_sentence=unlisted_sentence(now.unlisted_papers),
        clock=seen.clock,
        workers=seen.workers,
        present_ids={worker.id for worker in here},
        infected=infected,
        damaged=damaged,
        undelivered=undelivered,
        unseen_seconds=UNSEEN_SECONDS,
    )


def _job(name: str) -> str:
    return f"{JOBS[name]} ({name})" if name in JOBS else name


@blueprint.app_template_global("protection_warning")
def protection_warning() -> str:
    """Return a short warning when something that officers rely on is missing; else none.

    What was found up to ``FRESH_SECONDS`` ago is said again without asking.
    """
    return remembered("protection_warning", _warning, seconds=FRESH_SECONDS)


def _warning() -> str:
    seen = watching.watch(parts().reading())
    return next((words for holds, words in _warnings(seen) if holds), "")


def _warnings(seen: Watch) -> Iterator[tuple[bool, str]]:
    """Give each thing that may be missing, worst first, and whether it is."""
    here = present(seen.workers, now=seen.now)
    keys = [worker.signing for worker in here if worker.signing]
    required = all(worker.protection.sandbox_required for worker in here)
    yield seen.clock.is_held, "Reloj detenido"
    yield sandbox_word(here) is SandboxWord.PARTIAL, "Entorno aislado incompleto"
    yield antivirus_word(here) is AntivirusWord.DOWN, "Antivirus detenido"
    yield not here, "Revisión automática detenida"
    yield signing_word(keys) is SigningWord.STOPPED, "Firma detenida"
    yield not seen.schedulers, "Plazos y avisos detenidos"
    yield not required, "Entorno aislado sin exigir"

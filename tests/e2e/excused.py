"""Artisans of the gallery who say that a theme does not apply: in a draft, and before officers."""

from typing import TYPE_CHECKING

from review_service.domain.documents import Theme
from review_service.samples.files import Scene
from review_service.services.applicant import confirming, not_applicable, sending
from tests.e2e.samples import NAMES, jpeg
from tests.factories import SECRET, confirmation_code, open_draft, upload

if TYPE_CHECKING:
    from tests.e2e.gallery import Gallery

DRAFT, SENT = "excused", "excused_sent"
BOTH = (DRAFT, SENT)
SCENES = (Scene.FACADE, Scene.HANDS, Scene.CLOTH)
REASON = "Trabajo solo con las manos, sin máquinas ni herramientas."


def bring(gallery: "Gallery") -> None:
    """Make them through the services; the workers check the photos."""
    office = gallery.stack.office
    for name in BOTH:
        ruc = gallery.stack.newcomer("CAIZABANDA TOALOMBO DELIA MARÍA").ruc
        application_id = open_draft(office, ruc)
        gallery.owners[name], gallery.ids[name] = ruc, application_id
        for scene in SCENES:
            content = jpeg(scene, seed=90)
            upload(
                office,
                application_id,
                ruc=ruc,
                content=content,
                theme=scene.theme,
                file_name=NAMES[scene],
            )
        not_applicable.say(
            office.writing(),
            application_id=application_id,
            ruc=ruc,
            theme=Theme.MACHINERY,
            choice=REASON,
            words="",
        )
    sending.send(
        office.writing(),
        application_id=gallery.ids[SENT],
        ruc=gallery.owners[SENT],
        declared=True,
        secret_key=SECRET,
    )
    confirming.confirm_by_code(
        office.writing(),
        application_id=gallery.ids[SENT],
        ruc=gallery.owners[SENT],
        code=confirmation_code(office, gallery.ids[SENT]),
        secret_key=SECRET,
    )

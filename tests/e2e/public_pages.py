"""The public pages that need nothing before them, by the names of their pictures."""

from collections.abc import Mapping
from typing import Final

from review_service.web.public.topics import TOPICS

PUBLIC_PAGES: Final[Mapping[str, str]] = {
    "cual-es-el-mio": "/cual-es-el-mio",
    "cual-es-el-mio-ventas": "/cual-es-el-mio/activo/negocio/categoria",
    "cual-es-el-mio-artesano": "/cual-es-el-mio/activo/taller/acuerdo",
    "cual-es-el-mio-mipyme": "/cual-es-el-mio/activo/negocio/categoria/hasta",
    "cual-es-el-mio-emprendedor": "/cual-es-el-mio/activo/negocio/emprendedor",
    "cual-es-el-mio-no-es-aqui": "/cual-es-el-mio/activo/taller/junta",
    "directorio": "/directorio",
    "directorio-nada": "/directorio?q=zapatos",
    "oficinas": "/oficinas",
    "cifras": "/cifras",
    "cifras-2023": "/cifras/2023",
    "cifras-2024-01": "/cifras/2024/01",
    "cifras-sin-dato": "/cifras/2024/02",
    "buscar": "/buscar?q=certificado",
    "buscar-nada": "/buscar?q=pasaporte",
    "inicio-ingles": "/?lang=en",
    "cual-es-el-mio-ingles": "/cual-es-el-mio/activo?lang=en",
    "cual-es-el-mio-mipyme-ingles": "/cual-es-el-mio/activo/negocio/categoria/hasta?lang=en",
    "oficinas-ingles": "/oficinas?lang=en",
    "ayuda-ingles": "/ayuda?lang=en",
    "verificar-ingles": "/verificar?lang=en",
    "cifras-ingles": "/cifras?lang=en",
    "cifras-2024-01-ingles": "/cifras/2024/01?lang=en",
    "directorio-ingles": "/directorio?lang=en",
    "buscar-ingles": "/buscar?q=verify&lang=en",
    **{f"tema-{slug}": f"/informacion/{slug}" for slug in TOPICS},
}
"""Addresses."""
UNPICTURED: Final[Mapping[str, str]] = {
    "cifras-2023-ingles": "/cifras/2023?lang=en",
    "cifras-sin-dato-ingles": "/cifras/2024/02?lang=en",
    "cual-es-el-mio-artesano-ingles": "/cual-es-el-mio/activo/taller/acuerdo?lang=en",
    "cual-es-el-mio-no-es-aqui-ingles": "/cual-es-el-mio/activo/taller/junta?lang=en",
    "directorio-nada-ingles": "/directorio?q=shoes&lang=en",
    "otros-tramites-ingles": "/otros-tramites?lang=en",
    "datos-personales-ingles": "/datos-personales?lang=en",
    "datos-personales-nomina-ingles": "/datos-personales/nomina?lang=en",
    "datos-personales-registro-ingles": "/datos-personales/registro?lang=en",
    "verificar-desconocido-ingles": "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa?lang=en",
    **{f"tema-{slug}-ingles": f"/informacion/{slug}?lang=en" for slug in TOPICS},
}
"""Addresses of more pages that are judged, too like the others for pictures of their own."""

"""Words of prior agreements of several layouts, as a page gives them."""

OURS = """República del Ecuador Acuerdo Interministerial N.º MPCEI-MDT-2026-000482 A favor de
ROSA ELENA DE LA TORRE ÑACATO RUC 3000000012001 Vigente hasta el 20 de noviembre de 2029 desde el
20 de noviembre de 2026 Considerando Que, con la solicitud S-2026-17, ROSA ELENA DE LA TORRE ÑACATO
pidió Acuerdan Artículo 1. Persona beneficiaria. Este Acuerdo se otorga a ROSA ELENA DE LA TORRE
ÑACATO, RUC 3000000012001, por su actividad artesanal de tejidos. Dado en Quito, el 20 de noviembre
de 2026."""
OLDER = """ACUERDO INTERMINISTERIAL Nro. MPCEIP-MDT-2021-000117 CONSIDERANDO: Que, la ley ampara
Artículo 1.- Conceder los beneficios a MARÍA DEL CARMEN QUILLUPANGUI, con RUC Nro. 3000000012001,
en la actividad. Artículo 3.- vigencia desde el 20 de noviembre de 2021 hasta el 20 de noviembre de
2024. Dado en Quito, el 20 de noviembre de 2021."""
TERM = """Acuerdo No. 18 123 El Ministro concédese al señor José Luis Pilataxi Morocho, portador del
RUC 1790001563001 los beneficios; tendrá una vigencia de tres (3) años contados a partir de su
suscripción. Dado en la ciudad de Quito, a los 05 días del mes de marzo del 2019"""
LABELS = """ACUERDO INTERMINISTERIAL No. MDT-MSP -2019 - O38 Beneficiario: TALLER LOS ANDES S.A.
R.U.C. 1792060346 001 Fecha de emisión: 20/11/2019 Vence: 20/11/2022"""

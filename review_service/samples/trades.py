"""The trades of the sample people, as they call them and as the SRI does."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What somebody makes or does, and how the SRI calls it."""

    words: str
    ciiu: str
    activity: str


WOOL: Final = Trade(
    words="Tejidos a mano", ciiu="C131201", activity="FABRICACION DE TEJIDOS DE LANA EN TELAR"
)
EMBROIDERY: Final = Trade(
    words="Bordados a mano", ciiu="C139209", activity="CONFECCION DE ARTICULOS TEXTILES BORDADOS"
)
SHOES: Final = Trade(
    words="Calzado de cuero", ciiu="C152001", activity="FABRICACION DE CALZADO DE CUERO"
)
SWEETS: Final = Trade(
    words="Dulces y conservas", ciiu="C103016", activity="ELABORACION DE MERMELADAS Y CONSERVAS"
)
CHOCOLATE: Final = Trade(
    words="Chocolate artesanal", ciiu="C107321", activity="ELABORACION DE CHOCOLATE Y CONFITERIA"
)
FILIGREE: Final = Trade(
    words="Joyería de filigrana", ciiu="C321101", activity="FABRICACION DE JOYAS DE METAL PRECIOSO"
)
GUITARS: Final = Trade(
    words="Guitarras", ciiu="C322001", activity="FABRICACION DE INSTRUMENTOS DE CUERDA"
)
MASKS: Final = Trade(
    words="Máscaras de madera", ciiu="C162909", activity="FABRICACION DE ARTICULOS DE MADERA"
)
HATS: Final = Trade(
    words="Sombreros de paja toquilla",
    ciiu="C162902",
    activity="FABRICACION DE ARTICULOS DE PAJA TOQUILLA",
)
POTTERY: Final = Trade(
    words="Cerámica", ciiu="C239301", activity="FABRICACION DE VAJILLA Y PIEZAS DE CERAMICA"
)
FURNITURE: Final = Trade(
    words="Muebles tallados", ciiu="C310001", activity="FABRICACION DE MUEBLES DE MADERA"
)
BUTTONS: Final = Trade(
    words="Botones de tagua", ciiu="C329091", activity="FABRICACION DE BOTONES Y ARTICULOS DE TAGUA"
)
SHOE_REPAIR: Final = Trade(
    words="Reparación de calzado",
    ciiu="S952301",
    activity="REPARACION DE CALZADO Y ARTICULOS DE CUERO",
)
GROCERY: Final = Trade(
    words="Tienda de abarrotes", ciiu="G471101", activity="VENTA AL POR MENOR DE ALIMENTOS"
)
RESTAURANT: Final = Trade(
    words="Restaurante", ciiu="I561001", activity="RESTAURANTES Y CEVICHERIAS"
)
HARDWARE: Final = Trade(
    words="Ferretería", ciiu="G475201", activity="VENTA AL POR MENOR DE ARTICULOS DE FERRETERIA"
)
SOFTWARE: Final = Trade(
    words="Programas a medida", ciiu="J620101", activity="DISEÑO Y DESARROLLO DE PROGRAMAS"
)
MEDICINES: Final = Trade(
    words="Farmacia", ciiu="G477201", activity="VENTA AL POR MENOR DE PRODUCTOS FARMACEUTICOS"
)
REPAIRS: Final = Trade(
    words="Taller mecánico", ciiu="G452001", activity="MANTENIMIENTO Y REPARACION DE VEHICULOS"
)
WHOLESALE: Final = Trade(
    words="Importación de maquinaria", ciiu="G465901", activity="VENTA AL POR MAYOR DE MAQUINARIA"
)

"""The scenes of the sample photos: an artisan's workshop, people, tools and the making."""

from collections.abc import Callable
from enum import StrEnum
from math import cos, pi, sin
from types import MappingProxyType
from typing import Final

from review_service.domain.documents import Theme
from review_service.samples.canvas import FRAME, Canvas, Color, shade

WOOD: Final[Color] = (150, 104, 62)
DARK_WOOD: Final[Color] = (98, 64, 38)
CLAY: Final[Color] = (186, 104, 66)
STEEL: Final[Color] = (132, 138, 144)
SKIN: Final[Color] = (176, 120, 86)
PLASTER: Final[Color] = (222, 208, 182)
DYES: Final[tuple[Color, ...]] = (
    (176, 38, 48),
    (226, 150, 32),
    (34, 98, 128),
    (66, 118, 62),
    (116, 48, 110),
    (228, 214, 188),
)
"""Wool colours of an Otavalo loom."""


class Scene(StrEnum):
    """What a sample photo shows."""

    FACADE = "fachada"
    WORKSHOP = "taller"
    WEAVER = "tejedora"
    HANDS = "manos"
    LOOM = "telar"
    TOOLS = "herramientas"
    SEWING = "costura"
    WOOL = "lana"
    CLOTH = "tejido"
    POTS = "vasijas"

    @property
    def theme(self) -> Theme:
        """The theme that a photo of this scene belongs to."""
        return _THEMES[self]


_THEMES: Final = MappingProxyType(
    {
        Scene.FACADE: Theme.WORKSHOP,
        Scene.WORKSHOP: Theme.WORKSHOP,
        Scene.WEAVER: Theme.PEOPLE,
        Scene.HANDS: Theme.PEOPLE,
        Scene.LOOM: Theme.MACHINERY,
        Scene.TOOLS: Theme.MACHINERY,
        Scene.SEWING: Theme.MACHINERY,
        Scene.WOOL: Theme.PROCESS,
        Scene.CLOTH: Theme.PROCESS,
        Scene.POTS: Theme.PROCESS,
    }
)


def paint(scene: Scene, canvas: Canvas) -> None:
    """Draw the scene on the canvas; its random source makes each picture a little different."""
    _PAINTERS[scene](canvas)


def _pick(canvas: Canvas, offset: int = 0) -> Color:
    return DYES[(int(canvas.rng.integers(len(DYES))) + offset) % len(DYES)]


def _room(canvas: Canvas, *, floor: float = 560) -> None:
    """Draw a plastered wall, skirting and a floor of boards."""
    canvas.box(0, 0, FRAME[0], floor, PLASTER)
    for _ in range(260):
        x, y = canvas.rng.uniform(0, 1000), canvas.rng.uniform(0, floor)
        tone = shade(PLASTER, canvas.rng.uniform(0.93, 1.05))
        canvas.ellipse(x, y, canvas.rng.uniform(2, 16), canvas.rng.uniform(1, 5), tone)
    canvas.box(0, floor - 14, FRAME[0], 14, DARK_WOOD)
    canvas.planks((0, floor, FRAME[0], FRAME[1] - floor), (136, 98, 66), 6)


def _window(canvas: Canvas, x: float, y: float) -> None:
    canvas.box(x - 8, y - 8, 216, 206, DARK_WOOD)
    canvas.box(x, y, 200, 190, (196, 222, 236))
    canvas.polygon([(x, y + 140), (x + 70, y + 70), (x + 130, y + 120), (x + 200, y + 60),
                    (x + 200, y + 190), (x, y + 190)], (112, 146, 104))  # fmt: skip
    canvas.polygon([(x, y + 170), (x + 110, y + 125), (x + 200, y + 165),
                    (x + 200, y + 190), (x, y + 190)], (84, 120, 72))  # fmt: skip
    canvas.box(x + 96, y, 8, 190, DARK_WOOD)
    canvas.box(x, y + 92, 200, 6, DARK_WOOD)


def _pot(canvas: Canvas, x: float, base: float, size: float, color: Color) -> None:
    """Draw a turned pot: foot, belly, neck, lip, painted band, highlight."""
    for step in range(40):
        part = step / 39
        radius = size * (0.32 + 0.68 * sin(pi * min(1, 0.12 + part * 0.86)) ** 0.8)
        y = base - part * size * 1.7
        canvas.ellipse(x, y, radius, size * 0.16, shade(color, 0.78 + 0.3 * part))
    canvas.ellipse(x, base - size * 1.72, size * 0.5, size * 0.13, shade(color, 1.18))
    canvas.ellipse(x, base - size * 1.72, size * 0.4, size * 0.09, shade(color, 0.35))
    for mark in range(9):
        left = x - size * 0.86 + mark * size * 0.2
        middle = base - size * (0.98 - 0.1 * abs(mark - 4) / 4)
        canvas.polygon([(left, middle), (left + size * 0.1, middle - size * 0.16),
                        (left + size * 0.2, middle)], (238, 222, 196))  # fmt: skip
    canvas.ellipse(x - size * 0.42, base - size * 1.12, size * 0.1, size * 0.24, shade(color, 1.5))


def _shelf(canvas: Canvas, y: float, left: float, width: float) -> None:
    canvas.planks((left, y, width, 14), WOOD, 1)
    canvas.box(left + 20, y + 14, 10, 30, DARK_WOOD)
    canvas.box(left + width - 30, y + 14, 10, 30, DARK_WOOD)


def _skein(canvas: Canvas, x: float, y: float, size: float, color: Color) -> None:
    """Draw a ball of wool: crossing threads over a disc."""
    canvas.ellipse(x + size * 0.06, y + size * 0.92, size * 0.95, size * 0.16, (70, 54, 42))
    canvas.ellipse(x, y, size, size, shade(color, 0.72))
    for thread in range(54):
        angle = canvas.rng.uniform(0, 2 * pi)
        spread = canvas.rng.uniform(0.5, 1.0)
        points = []
        for step in range(9):
            turn = angle + spread * (step - 4) * 0.28
            reach = size * (0.96 - 0.5 * (thread % 5) / 5)
            points.append((x + reach * cos(turn), y + reach * sin(turn)))
        canvas.line(points, shade(color, canvas.rng.uniform(0.75, 1.3)), size * 0.045)


def _woven(canvas: Canvas, area: tuple[float, float, float, float], colors: list[Color]) -> None:
    """Draw woven cloth: stripes and stepped diamonds, thread by thread."""
    left, top, width, height = area
    rows = int(height / 5)
    for row in range(rows):
        y = top + row * height / rows
        base = colors[(row // 9) % len(colors)]
        canvas.box(left, y, width, height / rows, shade(base, canvas.rng.uniform(0.85, 1.1)))
        if (row // 9) % 2:
            reach = abs(row % 9 - 4) * 9
            accent = colors[(row // 9 + 2) % len(colors)]
            for middle in range(45, int(width), 90):
                if middle + 36 < width:
                    begin = left + middle - 36 + reach
                    canvas.box(begin, y, 72 - 2 * reach, height / rows, shade(accent, 1.15))
    for column in range(int(width / 7)):
        x = left + column * 7
        canvas.line([(x, top), (x, top + height)], shade(colors[0], 0.55), 0.8)


def _arm(canvas: Canvas, shoulder: tuple[float, float], hand: tuple[float, float],
         sleeve: Color) -> None:  # fmt: skip
    """Draw a sleeve, a forearm and a hand with fingers that reach for ``hand``."""
    elbow = ((shoulder[0] + hand[0]) / 2 + 18, (shoulder[1] + hand[1]) / 2 + 46)
    canvas.line([shoulder, elbow], sleeve, 62)
    canvas.line([elbow, hand], SKIN, 40)
    cuff = ((elbow[0] * 3 + hand[0]) / 4, (elbow[1] * 3 + hand[1]) / 4)
    canvas.line([elbow, cuff], shade(sleeve, 0.9), 56)
    canvas.ellipse(hand[0], hand[1], 32, 26, SKIN)
    toward = -1 if hand[0] < shoulder[0] else 1
    for finger in range(4):
        tip = (hand[0] + toward * (52 - 5 * abs(finger - 1)), hand[1] - 18 + finger * 15)
        canvas.line([(hand[0], hand[1] - 10 + finger * 8), tip], shade(SKIN, 1.05), 12)
        canvas.ellipse(tip[0], tip[1], 4, 3, shade(SKIN, 1.3))
    canvas.line([hand, (hand[0] + toward * 22, hand[1] - 38)], shade(SKIN, 0.95), 14)


def _facade(canvas: Canvas) -> None:
    canvas.box(0, 0, 1000, 420, (142, 186, 220))
    for x, y in ((180, 90), (640, 60), (830, 120)):
        for puff in range(5):
            canvas.ellipse(x + puff * 26, y + (puff % 2) * 9, 34, 17, (236, 242, 246))
    canvas.polygon([(0, 330), (210, 150), (400, 300), (620, 130), (1000, 330), (1000, 440),
                    (0, 440)], (96, 128, 104))  # fmt: skip
    canvas.bricks((110, 270, 780, 360), (192, 122, 88), 20)
    for row in range(8):
        for tile in range(34):
            tone = shade((158, 76, 52), canvas.rng.uniform(0.8, 1.15))
            canvas.ellipse(80 + tile * 26 - (row % 2) * 13, 190 + row * 13, 15, 12, tone)
    canvas.box(180, 370, 150, 260, DARK_WOOD)
    canvas.planks((188, 378, 134, 252), WOOD, 7)
    canvas.ellipse(305, 510, 6, 6, STEEL)
    _window(canvas, 420, 380)
    _window(canvas, 660, 380)
    canvas.box(396, 302, 300, 52, (240, 232, 210))
    canvas.box(402, 308, 288, 40, (34, 84, 104))
    for letter in range(9):
        x = 424 + letter * 28
        canvas.box(x, 316, 6, 24, (244, 238, 220))
        canvas.box(x, 316 + (letter % 3) * 9, 17, 5, (244, 238, 220))
    canvas.box(0, 630, 1000, 120, (150, 144, 134))
    for _ in range(420):
        stone_x, stone_y = canvas.rng.uniform(0, 1000), canvas.rng.uniform(636, 750)
        tone = shade((150, 144, 134), canvas.rng.uniform(0.75, 1.2))
        canvas.ellipse(stone_x, stone_y, canvas.rng.uniform(4, 16), canvas.rng.uniform(2, 6), tone)


def _workshop(canvas: Canvas) -> None:
    _room(canvas)
    _window(canvas, 80, 90)
    for level in range(3):
        y = 130 + level * 120
        _shelf(canvas, y, 420, 500)
        for place in range(6):
            if level == 1:
                _skein(canvas, 465 + place * 82, y - 34, 33, DYES[place])
            else:
                size = float(canvas.rng.uniform(22, 36))
                _pot(canvas, 465 + place * 82, y - 5, size, shade(CLAY, 0.9 + 0.08 * place))
    canvas.planks((70, 480, 800, 44), WOOD, 2)
    for x in (100, 450, 800):
        canvas.planks((x, 524, 40, 170), DARK_WOOD, 5)
    _skein(canvas, 200, 446, 36, _pick(canvas))
    _woven(canvas, (300, 466, 180, 18), [_pick(canvas), DYES[5], _pick(canvas, 2)])
    _pot(canvas, 600, 482, 44, CLAY)
    canvas.line([(700, 470), (780, 474)], STEEL, 9)
    canvas.line([(650, 472), (702, 470)], DARK_WOOD, 14)


def _frame_loom(canvas: Canvas, left: float, top: float, width: float) -> None:
    """Draw an upright loom: frame, warp, cloth below, shed bar and shuttle."""
    height = width * 0.86
    colors = [_pick(canvas), DYES[5], _pick(canvas, 1), _pick(canvas, 3)]
    for thread in range(int(width / 5)):
        x = left + 18 + thread * (width - 36) / (width / 5)
        canvas.line(
            [(x, top + 20), (x, top + height)], shade(DYES[5], 0.8 + 0.3 * (thread % 2)), 1.6
        )
    _woven(canvas, (left + 16, top + height * 0.5, width - 32, height * 0.46), colors)
    canvas.planks((left - 30, top - 10, width + 60, 34), DARK_WOOD, 2)
    canvas.planks((left - 30, top + height - 6, width + 60, 34), DARK_WOOD, 2)
    for x in (left - 26, left + width - 6):
        canvas.planks((x, top - 40, 32, height + 150), DARK_WOOD, 16)
    canvas.planks((left, top + height * 0.3, width, 18), WOOD, 1)
    canvas.ellipse(left + width * 0.6, top + height * 0.45, 60, 9, shade(WOOD, 1.2))


def _weaver(canvas: Canvas) -> None:
    _room(canvas)
    _window(canvas, 720, 70)
    _frame_loom(canvas, 120, 110, 460)
    poncho = _pick(canvas)
    canvas.polygon([(600, 330), (780, 330), (850, 750), (560, 750)], poncho)
    for stripe in range(5):
        y = 440 + stripe * 58
        canvas.polygon([(588 - stripe * 5, y), (798 + stripe * 11, y), (800 + stripe * 11, y + 18),
                        (586 - stripe * 5, y + 18)], DYES[(stripe + 3) % 6])  # fmt: skip
    canvas.line([(690, 300), (690, 350)], shade(SKIN, 0.85), 60)
    canvas.ellipse(690, 250, 62, 76, SKIN)
    canvas.ellipse(704, 222, 66, 62, (34, 26, 24))
    canvas.line([(750, 250), (772, 400)], (34, 26, 24), 26)
    canvas.ellipse(690, 190, 118, 22, (58, 48, 42))
    canvas.ellipse(690, 168, 62, 42, (58, 48, 42))
    canvas.line([(632, 182), (748, 182)], shade(poncho, 1.2), 9)
    _arm(canvas, (620, 390), (400, 380), shade(poncho, 0.85))
    _arm(canvas, (640, 450), (450, 470), shade(poncho, 0.95))


def _hands(canvas: Canvas) -> None:
    canvas.box(0, 0, 1000, 750, (112, 92, 76))
    canvas.bricks((0, 0, 1000, 340), (132, 104, 84), 30)
    canvas.planks((0, 560, 1000, 190), WOOD, 4)
    canvas.ellipse(500, 610, 330, 70, shade(STEEL, 0.7))
    canvas.ellipse(500, 596, 320, 64, STEEL)
    for ring in range(14):
        canvas.ellipse(
            500, 592, 300 - ring * 16, 58 - ring * 3, shade(CLAY, 0.7 + 0.05 * (ring % 4))
        )
    _pot(canvas, 500, 580, 165, CLAY)
    sleeve = _pick(canvas)
    _arm(canvas, (40, 560), (318, 400), sleeve)
    _arm(canvas, (960, 560), (684, 400), sleeve)
    for _ in range(70):
        x, y = canvas.rng.uniform(200, 800), canvas.rng.uniform(560, 690)
        canvas.ellipse(x, y, canvas.rng.uniform(2, 9), 3, shade(CLAY, canvas.rng.uniform(0.7, 1.1)))


def _loom(canvas: Canvas) -> None:
    _room(canvas)
    _frame_loom(canvas, 210, 70, 580)
    for place in range(5):
        _skein(canvas, 120 + place * 190, 690, 44, DYES[(place + 1) % 6])


def _tools(canvas: Canvas) -> None:
    canvas.planks((0, 0, 1000, 750), (172, 132, 86), 9)
    for place in range(5):
        x = 110 + place * 180 + float(canvas.rng.uniform(-12, 12))
        canvas.ellipse(x, 92, 7, 7, STEEL)
        canvas.line([(x, 110), (x, 300)], DARK_WOOD, 22)
        if place % 2:
            canvas.polygon([(x - 62, 96), (x + 56, 104), (x + 60, 146), (x - 62, 142)], STEEL)
            canvas.polygon([(x - 62, 96), (x - 92, 118), (x - 62, 142)], shade(STEEL, 0.8))
        else:
            canvas.box(x - 14, 250, 28, 160, shade(STEEL, 1.2))
            canvas.polygon([(x - 14, 410), (x + 14, 410), (x + 14, 436)], shade(STEEL, 1.3))
    canvas.polygon([(90, 520), (560, 470), (560, 560), (90, 560)], shade(STEEL, 1.25))
    for tooth in range(46):
        x = 90 + tooth * 10
        canvas.polygon([(x, 560), (x + 5, 571), (x + 10, 560)], shade(STEEL, 1.1))
    canvas.polygon([(556, 456), (690, 440), (704, 568), (556, 566)], DARK_WOOD)
    canvas.ellipse(632, 506, 34, 26, (172, 132, 86))
    for turn in (-1, 1):
        canvas.line([(830, 470), (830 + turn * 46, 640)], (150, 40, 36), 24)
        canvas.line([(830, 470), (830 - turn * 20, 390)], STEEL, 22)
    canvas.ellipse(830, 470, 16, 16, shade(STEEL, 0.7))
    for place in range(7):
        x = 120 + place * 90
        canvas.line([(x, 640), (x + 54, 712)], STEEL, 7)
        canvas.line([(x - 30, 600), (x + 4, 645)], (196, 146, 60), 19)


def _sewing(canvas: Canvas) -> None:
    _room(canvas, floor=600)
    _window(canvas, 60, 60)
    canvas.planks((60, 500, 880, 60), WOOD, 3)
    for x in (110, 830):
        canvas.planks((x, 560, 50, 190), DARK_WOOD, 6)
    body = (32, 38, 44)
    canvas.box(330, 470, 420, 34, shade(body, 1.3))
    canvas.polygon([(640, 470), (640, 280), (360, 270), (330, 300), (330, 340), (600, 350),
                    (600, 470)], body)  # fmt: skip
    canvas.line([(345, 276), (690, 276)], body, 46)
    canvas.box(600, 280, 96, 192, body)
    canvas.ellipse(730, 300, 62, 62, shade(STEEL, 0.8))
    canvas.ellipse(730, 300, 46, 46, body)
    for spoke in range(6):
        angle = spoke * pi / 3
        canvas.line([(730, 300), (730 + 50 * cos(angle), 300 + 50 * sin(angle))], STEEL, 7)
    canvas.line([(352, 330), (352, 452)], STEEL, 11)
    canvas.line([(352, 450), (352, 474)], shade(STEEL, 1.4), 3)
    canvas.line([(420, 280), (590, 284)], (206, 164, 70), 5)
    canvas.box(500, 206, 34, 50, _pick(canvas))
    canvas.line([(517, 210), (352, 330)], (240, 230, 210), 1.6)
    colors = [_pick(canvas), _pick(canvas, 1), DYES[5]]
    _woven(canvas, (110, 478, 430, 26), colors)
    _woven(canvas, (110, 502, 150, 120), colors)


def _wool(canvas: Canvas) -> None:
    canvas.planks((0, 0, 1000, 750), WOOD, 8)
    canvas.ellipse(500, 400, 470, 330, (116, 82, 48))
    for ring in range(64):
        angle = ring * pi / 32
        tone = shade((184, 140, 86), canvas.rng.uniform(0.75, 1.15))
        x, y = 500 + 440 * cos(angle), 400 + 300 * sin(angle)
        canvas.line([(x - 30, y - 12), (x + 30, y + 12)], tone, 17)
    for place in range(13):
        column, row = place % 5, place // 5
        x = 220 + column * 140 + (row % 2) * 60 + float(canvas.rng.uniform(-14, 14))
        _skein(canvas, x, 250 + row * 150, float(canvas.rng.uniform(74, 92)), DYES[place % 6])


def _cloth(canvas: Canvas) -> None:
    canvas.planks((0, 0, 1000, 750), DARK_WOOD, 7)
    colors = [_pick(canvas), DYES[5], _pick(canvas, 1), DYES[2], _pick(canvas, 4)]
    _woven(canvas, (70, 50, 860, 560), colors)
    for fringe in range(86):
        x = 74 + fringe * 10
        bend = float(canvas.rng.uniform(-8, 8))
        canvas.line([(x, 610), (x + bend, 690)], shade(colors[fringe % 3], 1.05), 3.4)
    _arm(canvas, (960, 740), (640, 420), _pick(canvas, 2))


def _pots(canvas: Canvas) -> None:
    _room(canvas, floor=640)
    for level in range(3):
        y = 210 + level * 190
        _shelf(canvas, y, 60, 880)
        for place in range(6 - level % 2):
            size = float(canvas.rng.uniform(46, 62))
            tone = shade(CLAY, float(canvas.rng.uniform(0.75, 1.15)))
            _pot(canvas, 150 + place * 142 + (level % 2) * 60, y - 6, size, tone)


_PAINTERS: Final[MappingProxyType[Scene, Callable[[Canvas], None]]] = MappingProxyType(
    {
        Scene.FACADE: _facade,
        Scene.WORKSHOP: _workshop,
        Scene.WEAVER: _weaver,
        Scene.HANDS: _hands,
        Scene.LOOM: _loom,
        Scene.TOOLS: _tools,
        Scene.SEWING: _sewing,
        Scene.WOOL: _wool,
        Scene.CLOTH: _cloth,
        Scene.POTS: _pots,
    }
)

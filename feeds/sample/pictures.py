"""Pictures for the sample edition, drawn from nothing: layered landscapes as small PNG files.

A picture is built column by column (a sky, then each layer from its top down) and turned into rows at the
end: some milliseconds each, where a loop over every pixel would take a second.
"""

import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from math import pi, sin, sqrt
from random import Random

WIDTH, HEIGHT = 640, 360
"""Pixels."""

_SKY_SHADES = 120
_SUN = _SKY_SHADES
_LAYERS = _SKY_SHADES + 1
_LAYER_SHADES = 16

Colour = tuple[int, int, int]
Tops = list[int]
"""A layer: for each x, the y at which it begins."""

PALETTES: dict[str, tuple[Colour, Colour, Colour, Colour, Colour]] = {
    "dawn": ((86, 112, 160), (250, 208, 178), (255, 240, 214), (168, 150, 172), (52, 54, 82)),
    "noon": ((72, 142, 200), (204, 230, 242), (255, 252, 236), (140, 176, 180), (42, 92, 82)),
    "dusk": ((56, 44, 92), (242, 142, 96), (255, 214, 140), (150, 84, 104), (38, 24, 48)),
    "night": ((12, 20, 46), (58, 78, 124), (232, 234, 220), (54, 70, 110), (10, 14, 30)),
    "storm": ((66, 76, 88), (184, 190, 190), (224, 226, 220), (120, 130, 136), (40, 48, 54)),
    "amber": ((196, 128, 58), (252, 224, 150), (255, 250, 226), (206, 150, 84), (88, 50, 26)),
    "green": ((120, 178, 170), (232, 240, 206), (255, 255, 236), (134, 176, 122), (26, 70, 48)),
    "rose": ((116, 72, 116), (246, 190, 190), (255, 236, 222), (190, 116, 138), (70, 30, 62)),
}
"""Each: the sky above, the sky at the horizon, the sun, the farthest layer, the nearest."""


def _wave(rng: Random, middle: float, swing: float, turns: float) -> Tops:
    """A rolling line around `middle`: three sines, the longest of about `turns` periods over the width."""
    parts = [(swing / 2**i, turns * 1.9**i * rng.uniform(0.8, 1.2), rng.uniform(0, 2 * pi)) for i in range(3)]
    return [
        round(middle + sum(size * sin(2 * pi * often * x / WIDTH + phase) for size, often, phase in parts))
        for x in range(WIDTH)
    ]


def _ridge(rng: Random, middle: float, swing: float) -> Tops:
    """A mountain ridge, by midpoint displacement."""
    points = [middle + rng.uniform(-swing, swing) for _ in range(6)]
    while len(points) < WIDTH:
        swing *= 0.52
        middles = [(a + b) / 2 + rng.uniform(-swing, swing) for a, b in pairwise(points)]
        points = [point for pair in zip(points, [*middles, 0.0], strict=True) for point in pair][:-1]
    return [round(points[x * len(points) // WIDTH]) for x in range(WIDTH)]


def _blocks(rng: Random, lowest: int, highest: int, widths: tuple[int, int]) -> Tops:
    """A skyline of blocks of random height, in pixels from the bottom."""
    tops: Tops = []
    while len(tops) < WIDTH:
        tops += [HEIGHT - rng.randint(lowest, highest)] * rng.randint(*widths)
    return tops[:WIDTH]


def _hills(rng: Random) -> list[Tops]:
    return [_wave(rng, 170 + 45 * i, 26 - 2 * i, 1.2 + 0.4 * i) for i in range(4)]


def _mountains(rng: Random) -> list[Tops]:
    return [*(_ridge(rng, 150 + 55 * i, 70 - 12 * i) for i in range(3)), _wave(rng, 318, 8, 1.5)]


def _plain(rng: Random) -> list[Tops]:
    return [_wave(rng, 232 + 22 * i, 9 - i, 0.7 + 0.2 * i) for i in range(4)]


def _sea(rng: Random) -> list[Tops]:
    island = [min(top, 214) for top in _wave(rng, 204, 22, 1.1)]
    return [island, [212] * WIDTH, [262] * WIDTH, _wave(rng, 330, 9, 0.8)]


def _city(rng: Random) -> list[Tops]:
    streets = [_blocks(rng, 90 - 30 * i, 200 - 50 * i, (24 + 8 * i, 60 + 14 * i)) for i in range(3)]
    return [*streets, [HEIGHT - 22] * WIDTH]


def _silos(rng: Random) -> list[Tops]:
    """Domed towers in open country."""
    towers = [HEIGHT] * WIDTH
    left = rng.randint(60, 160)
    for _ in range(rng.randint(4, 6)):
        radius, shoulder = rng.randint(26, 34), rng.randint(170, 210)
        for x in range(2 * radius):
            towers[left + x] = shoulder - round(16 * sqrt(1 - (x / radius - 1) ** 2))
        left += 2 * radius + rng.randint(4, 8)
    return [_wave(rng, 236, 12, 0.9), _wave(rng, 268, 5, 0.7), towers, _wave(rng, 312, 7, 1.3)]


def _steps(rng: Random) -> list[Tops]:
    """Flights of broad steps that climb to the right, one behind another."""
    flights = []
    for depth in range(4):
        count = rng.randint(6, 9)
        rise = (190 - 34 * depth) / count
        heights = [30 + rise * (i + 1) + rng.uniform(-0.3, 0.3) * rise for i in range(count)]
        flights.append([HEIGHT - round(heights[x * count // WIDTH]) for x in range(WIDTH)])
    return flights


def _bands(rng: Random) -> list[Tops]:
    """Long waves, like cloth or sound."""
    return [_wave(rng, 70 + 48 * i, 30, 0.5 + 0.15 * i) for i in range(6)]


def _pitch(rng: Random) -> list[Tops]:
    """A sports ground: floodlights, a stand, its shadow, mown turf."""
    stand = [196 - round(34 * sin(pi * x / WIDTH)) for x in range(WIDTH)]
    lights = list(stand)
    for mast in (rng.randint(70, 130), rng.randint(510, 570)):
        lights[mast - 4 : mast + 5] = [78] * 9
    return [lights, stand, [top + 18 for top in stand], [236] * WIDTH]


SCENES: dict[str, Callable[[Random], list[Tops]]] = {
    "hills": _hills,
    "mountains": _mountains,
    "plain": _plain,
    "sea": _sea,
    "city": _city,
    "silos": _silos,
    "steps": _steps,
    "bands": _bands,
    "pitch": _pitch,
}
"""What can be drawn: each gives its layers, the farthest first."""

_STRIPED = {("pitch", 3): (3, 2, 9), ("sea", 1): (9, 3, 5), ("sea", 2): (9, 3, 5)}
"""Layers of turf and water, striped in perspective: density, one stripe in how many, its shade."""
_NO_SUN = {"steps", "bands"}


def _shades(scene: str, layer: int) -> bytes:
    """A layer's palette indices downwards from its top: lighter with depth, as mist lies, or striped."""
    first = _LAYERS + layer * _LAYER_SHADES
    if (scene, layer) in _STRIPED:
        density, one_in, shade = _STRIPED[scene, layer]
        return bytes(first + shade * (int(sqrt(y * density)) % one_in == 0) for y in range(HEIGHT))
    return bytes(first + min(_LAYER_SHADES - 1, y * _LAYER_SHADES // 150) for y in range(HEIGHT))


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _colours(palette: str, layers: int) -> list[Colour]:
    high, low, sun, far, near = PALETTES[palette]
    colours = [_mix(high, low, i / (_SKY_SHADES - 1)) for i in range(_SKY_SHADES)] + [sun]
    for layer in range(layers):
        body = _mix(far, near, layer / (layers - 1))
        colours += [_mix(body, low, 0.28 * i / (_LAYER_SHADES - 1)) for i in range(_LAYER_SHADES)]
    return colours


def _png(colours: list[Colour], rows: list[bytes]) -> bytes:
    """An indexed PNG (PNG specification, third edition, sections 5 and 11)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    palette = b"".join(bytes(colour) for colour in colours)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in chunks)


def draw(scene: str, palette: str, seed: str) -> bytes:
    """The PNG of a scene (a key of SCENES) in a palette (a key of PALETTES). The same three give the same picture."""
    rng = Random(seed)
    layers = SCENES[scene](rng)
    shades = [_shades(scene, layer) for layer in range(len(layers))]
    sun_x, sun_y, radius = rng.randint(140, 500), rng.randint(80, 150), rng.randint(22, 36)
    sky = bytes(min(_SKY_SHADES - 1, y * _SKY_SHADES // 250) for y in range(HEIGHT))
    columns = []
    for x in range(WIDTH):
        column = bytearray(sky)
        if scene not in _NO_SUN and abs(x - sun_x) < radius:
            half = round(sqrt(radius**2 - (x - sun_x) ** 2))
            column[sun_y - half : sun_y + half] = bytes([_SUN]) * (2 * half)
        for tops, shade in zip(layers, shades, strict=True):
            top = min(max(0, tops[x]), HEIGHT)
            column[top:] = shade[: HEIGHT - top]
        columns.append(bytes(column))
    flat = b"".join(columns)
    return _png(_colours(palette, len(layers)), [flat[y::HEIGHT] for y in range(HEIGHT)])

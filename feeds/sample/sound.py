"""Sounds for the sample edition's enclosures: a short chime as a small WAV file."""

import wave
from io import BytesIO
from math import exp, pi, sin
from random import Random

_RATE = 8000
"""Samples a second, one byte each."""
_NOTE = 0.6
"""Seconds from one note to the next."""
_SCALE = (262, 294, 330, 392, 440, 523)
"""Pentatonic, in hertz: any order of these sounds well."""


def chime(seed: str) -> bytes:
    """Four notes, two and a half seconds, 20 kB. The same seed gives the same bytes."""
    notes = Random(seed).sample(_SCALE, 4)
    length = int(_RATE * _NOTE * (len(notes) + 0.2))
    samples = bytearray()
    for n in range(length):
        at = n / _RATE
        strikes = ((note, at - i * _NOTE) for i, note in enumerate(notes) if at >= i * _NOTE)
        samples.append(round(128 + 48 * sum(exp(-5 * since) * sin(2 * pi * note * since) for note, since in strikes)))
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(_RATE)
        out.writeframes(bytes(samples))
    return file.getvalue()

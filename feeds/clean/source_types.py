"""By what a thing was made: the IPTC NewsCodes of digital source types.

The vocabulary is at http://cv.iptc.org/newscodes/digitalsourcetype/; its terms are ninjs's `digitalSourceType`, XMP's
`Iptc4xmpExt:DigitalSourceType`, and, by other names, schema.org's.
"""

from collections.abc import Mapping

SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"

SOURCE_TYPES: Mapping[str, str] = {
    "digitalCapture": "Captured by a digital device from real life",
    "computationalCapture": "Captured by a digital device, from several frames",
    "multi-frameComputationalCapture": "Captured by a digital device, from several frames",
    "negativeFilm": "Digitised from a negative",
    "positiveFilm": "Digitised from a positive",
    "print": "Digitised from a print",
    "screenCapture": "Captured from a screen",
    "virtualRecording": "Recorded in a virtual event",
    "digitalCreation": "Made by a person with digital tools",
    "digitalArt": "Made by a person with digital tools",
    "softwareImage": "Made by software",
    "humanEdits": "Edited by a person",
    "minorHumanEdits": "Edited by a person, a little",
    "algorithmicallyEnhanced": "Enhanced by an algorithm",
    "composite": "Composed of several things",
    "compositeCapture": "Composed of things captured from real life",
    "compositeSynthetic": "Composed, with synthetic parts",
    "compositeWithTrainedAlgorithmicMedia": "Edited with generative AI",
    "trainedAlgorithmicMedia": "Made by generative AI",
    "algorithmicMedia": "Made by an algorithm that was not trained",
    "dataDrivenMedia": "Made from data",
}
"""The terms, retired ones too, with what they say in a few words."""

_PREFIXES = (SCHEME, SCHEME.replace("http:", "https:"), "digsrctype:")
"""How a term is written whole: as a URI, and as the QCode of the scheme's alias."""
_TERMS = {term.casefold(): term for term in SOURCE_TYPES}


def source_type(text: str) -> str:
    """The URI of a term, given as that, as a QCode or as the term alone; '' of nothing. Raises ValueError for anything else."""
    name = text.strip()
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    name = name.rstrip("/")
    if not name:
        return ""
    term = _TERMS.get(name.casefold())
    if term is None:
        raise ValueError("Give a term of IPTC's digital source types, as in trainedAlgorithmicMedia, or its URI")
    return SCHEME + term

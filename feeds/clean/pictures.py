"""Where a picture is found: pages that load their pictures late write its address anywhere but where readers look for it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from feeds.media_types import is_picture
from feeds.origins import ascii_host

LARGEST = 2_000
"""Pixels in width: of a picture in several sizes the largest one is shown that is no wider."""
_PIXELS_OF_DENSITY = 800
"""What '2x' counts for, by the width that pages are laid out for."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_WEB = re.compile(r"(?:https?:)?//[^\s/?#]{1,500}(?=[/?#]|\Z)", re.I)
"""No host is longer: `urlsplit` takes quadratic time for one of thousands of accents."""
_MODERN = re.compile(r"\.(?:avif|webp|jxl)\Z|image/(?:avif|webp|jxl)", re.I)
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:blank|spacer|placeholder|transparent|pixel|grey|gray|1x1|1px|lazy|lazyload|loading|loader|clear|dummy|trans)"
    r"[\w-]{0,20}\.(?:gif|png|svg|jpe?g|webp)\Z",
    re.I,
)
_SET = re.compile(r"srcset|(?:data-|lazy-)[\w-]*srcset[\w-]*", re.I)
_LATE = re.compile(r"(?!.*srcset)(?:data-[\w-]*?(?:src|original|lazy|echo)[\w-]*|[\w-]*?lazy-?src)", re.I)
_PLAIN = frozenset({"data-src", "data-lazy-src", "data-original"})
"""Attributes that hold nothing but an address."""
_PERHAPS = re.compile(r"data-(?:[\w-]*-)?(?:img|image|url|full|file|href|hi-res|retina|photo)", re.I)
_SIZE = re.compile(r"-(?:\d{1,5}x\d{1,5}|scaled)(?=\.\w+\Z)")


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    """'' where there is none."""
    late: bool
    """It is loaded late: what stands in its place until then may be another picture, in another size."""
    candidates: tuple[str, ...]
    """All addresses of it."""


def web_reference(value: str) -> str:
    """An address of the web, absolute or relative, that leads to something; else ''."""
    value = re.sub("[\t\n\r]", "", value).strip("".join(map(chr, range(0x21))))
    if not value or value.startswith("#") or any(char in value for char in '<>"{}'):
        return ""
    value = value.replace(" ", "%20")
    names_host = value.startswith("//") or _SCHEME.match(value)
    return value if not names_host or _is_of_the_web(value) else ""


def _is_of_the_web(value: str) -> bool:
    if not _WEB.match(value):
        return False
    try:
        parts = urlsplit(value)
        # What no host is called, the cleaner leaves out of a link.
        is_host = parts.netloc.isascii() or bool(ascii_host(parts.hostname or ""))
        return bool(parts.hostname) and parts.port != 0 and is_host
    except ValueError:
        return False


def is_image(url: str) -> bool:
    """Whether an address names the file of a picture."""
    return is_picture(_path(url))


def same(url: str) -> str:
    """What the addresses of one picture in several sizes have in common."""
    path = _path(url)
    known = _SIZE.sub("", path) if is_picture(path) else url
    return known.partition("//")[2] or known


def _path(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def find(attributes: Mapping[str, str], sources: Sequence[str] = ()) -> Picture:
    """The picture of an `img`, or of an element like it, by its attributes; `sources` are what its `picture` offers."""
    late = _late(attributes)
    sets = [url for name, value in attributes.items() if _SET.fullmatch(name) and (url := widest(value))]
    own = widest(attributes.get("srcset", ""))
    late_sets = [url for url in sets if url != own]
    src = web_reference(attributes.get("src", ""))
    shown = "" if _PLACEHOLDER.search(_path(src)) else src
    perhaps = [
        url
        for name, value in attributes.items()
        if _PERHAPS.fullmatch(name) and (url := web_reference(value)) and is_image(url)
    ]
    found = [*late, *late_sets, shown, *sets, *sources, *perhaps]
    url = next(filter(None, found), "")
    every = [candidate for name, value in attributes.items() if _SET.fullmatch(name) for candidate, _ in _sizes(value)]
    return Picture(url, late=url != shown or not url, candidates=tuple(filter(None, [*found, *every])))


def late_address(attributes: Mapping[str, str]) -> str:
    """Where a frame, a film or a sound is that is loaded late; '' where it is not."""
    return next(iter(_late(attributes)), "")


def _late(attributes: Mapping[str, str]) -> list[str]:
    """Of several, the address under the plainest name first."""
    named = sorted((name for name in attributes if _LATE.fullmatch(name)), key=len)
    found = ((name, web_reference(attributes[name])) for name in named)
    return [url for name, url in found if url and (name in _PLAIN or "/" in url or is_image(url))]


def source(attributes: Mapping[str, str]) -> tuple[str, bool]:
    """What a `source` of a picture offers, and whether it is of a kind that older readers cannot show."""
    url = find({name: value for name, value in attributes.items() if name != "type"}).url
    return url, bool(_MODERN.search(attributes.get("type", "")) or _MODERN.search(_path(url)))


def widest(srcset: str) -> str:
    """Of a picture in several sizes (HTML, 4.8.4.2.1), the address of the largest that fits; '' where there is none."""
    sizes = [(size, url) for candidate, size in _sizes(srcset) if (url := web_reference(candidate))]
    fitting = [pair for pair in sizes if pair[0] <= LARGEST]
    return (max if fitting else min)(fitting or sizes, key=lambda pair: pair[0], default=(0, ""))[1]


def _sizes(srcset: str) -> Iterator[tuple[str, float]]:
    """Addresses and their widths in pixels. An address may hold commas, but not end in one."""
    url = ""
    for part in srcset.split():
        if not url:
            url = part.strip(",")
            if url and part.endswith(","):
                yield url, _PIXELS_OF_DENSITY
                url = ""
            continue
        size, comma, rest = part.partition(",")
        if comma or size[-1:] in ("w", "x"):
            yield url, _pixels(size)
            url = rest.strip(",")
    if url:
        yield url, _PIXELS_OF_DENSITY


def _pixels(size: str) -> float:
    if not re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?[wx]", size, re.ASCII):
        return _PIXELS_OF_DENSITY
    return float(size[:-1]) * (_PIXELS_OF_DENSITY if size.endswith("x") else 1)

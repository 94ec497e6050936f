"""WordPress's own shortcodes, as it serves them: captions, galleries, sound, film and embedded addresses.

One that is not known stays as text, as in WordPress; so does one escaped with a second pair of brackets. Linear in the text.
"""

import re
from collections.abc import Callable, Iterable
from html import escape

from feeds.importers.wxr.attachments import Attachment

Gallery = Callable[[str], Iterable[Attachment]]
"""Gives the pictures of a gallery: of the ids in its `ids` (digits and commas), or for '' of the article itself."""

_CODE = re.compile(
    r"\[(?P<extra>\[?)(?P<end>/?)(?P<name>caption|wp_caption|gallery|audio|video|embed)\b(?P<rest>[^\[\]]*)\](?P<more>\]?)"
)
_ATTRIBUTE = re.compile(r"""(?<![\w-])([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]/]+))""")
_PICTURE = re.compile(r"\s*((?:<a\s[^<>]*>\s*)?<img\s[^<>]*>(?:\s*</a>)?)(.*)", re.S | re.I)
_FILE = re.compile(r"src|mp3|m4a|ogg|wav|mp4|webm|ogv|flv|wmv")


def expand_shortcodes(html: str, gallery: Gallery) -> str:
    """The text with WordPress's own shortcodes replaced by what they stand for."""
    if "[" not in html:
        return html
    codes = list(_CODE.finditer(html))
    out: list[str] = []
    end = position = 0
    while position < len(codes):
        code = codes[position]
        position += 1
        out.append(html[end : code.start()])
        end = code.end()
        if code["extra"] and code["more"]:
            out.append(code[0][1:-1])
        elif code["end"]:
            out.append(code[0])
        else:
            closing = codes[position] if position < len(codes) else None
            content = ""
            if closing is not None and closing["end"] and closing["name"] == code["name"]:
                content = html[code.end() : closing.start()]
                end = closing.end()
                position += 1
            # A bracket that only looked like half of an escape is text.
            out.append(code["extra"] + _expand(code["name"], _attributes(code["rest"]), content, gallery))
            out.append(code["more"] if not content else "")
    out.append(html[end:])
    return "".join(out)


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(text)}


def _expand(name: str, attributes: dict[str, str], content: str, gallery: Gallery) -> str:
    if name in ("caption", "wp_caption"):
        return _caption(attributes, content)
    if name == "gallery":
        return "".join(
            f'<figure><img src="{escape(shown.url)}" alt="{escape(shown.alt)}"></figure>'
            for shown in gallery(attributes.get("ids", ""))
        )
    if name == "embed":
        return _link(content.strip() or attributes.get("src", ""))
    url = next((value for key, value in attributes.items() if _FILE.fullmatch(key)), content.strip())
    return f'<{name} src="{escape(url)}"></{name}>' if url else ""


def _caption(attributes: dict[str, str], content: str) -> str:
    """The picture, linked or not, comes first; the words after it are the caption, unless an attribute holds them."""
    found = _PICTURE.fullmatch(content)
    picture, words = (found[1], found[2].strip()) if found else (content, "")
    words = attributes.get("caption", "") or words
    return f"<figure>{picture}<figcaption>{words}</figcaption></figure>" if words else picture


def _link(url: str) -> str:
    return f'<a href="{escape(url)}">{escape(url)}</a>' if url else ""

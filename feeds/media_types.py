"""Media types by the names of files: pictures, sound, film and documents. Python's own table is another on each host.

They are what WordPress lets editors upload, and some more, but for what would run: pages, scripts and programs.
"""

_SHOWN = {
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "ico": "image/x-icon",
    "jfif": "image/jpeg",
    "jpe": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "m4b": "audio/mp4",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "weba": "audio/webm",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "ogv": "video/ogg",
    "webm": "video/webm",
}
"""What browsers show or play, by extensions in lower case."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_FETCHED = {
    "heic": "image/heic",
    "heif": "image/heif",
    "jxl": "image/jxl",
    "psd": "image/vnd.adobe.photoshop",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "aif": "audio/aiff",
    "aiff": "audio/aiff",
    "amr": "audio/amr",
    "mid": "audio/midi",
    "midi": "audio/midi",
    "mka": "audio/x-matroska",
    "ra": "audio/x-realaudio",
    "ram": "audio/x-realaudio",
    "wma": "audio/x-ms-wma",
    "3g2": "video/3gpp2",
    "3gp": "video/3gpp",
    "asf": "video/x-ms-asf",
    "avi": "video/x-msvideo",
    "flv": "video/x-flv",
    "mkv": "video/x-matroska",
    "mpe": "video/mpeg",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "qt": "video/quicktime",
    "wmv": "video/x-ms-wmv",
    "csv": "text/csv",
    "ics": "text/calendar",
    "md": "text/markdown",
    "rtx": "text/richtext",
    "srt": "text/plain",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "vcf": "text/vcard",
    "vtt": "text/vtt",
    "7z": "application/x-7z-compressed",
    "ai": "application/postscript",
    "azw3": "application/vnd.amazon.ebook",
    "bz2": "application/x-bzip2",
    "doc": "application/msword",
    "docm": "application/vnd.ms-word.document.macroenabled.12",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "dot": "application/msword",
    "dotx": f"{_OFFICE}.wordprocessingml.template",
    "eps": "application/postscript",
    "epub": "application/epub+zip",
    "geojson": "application/geo+json",
    "gpx": "application/gpx+xml",
    "gz": "application/gzip",
    "indd": "application/octet-stream",
    "json": "application/json",
    "key": "application/vnd.apple.keynote",
    "kml": "application/vnd.google-earth.kml+xml",
    "kmz": "application/vnd.google-earth.kmz",
    "mdb": "application/vnd.ms-access",
    "mobi": "application/x-mobipocket-ebook",
    "mpp": "application/vnd.ms-project",
    "numbers": "application/vnd.apple.numbers",
    "odb": "application/vnd.oasis.opendocument.database",
    "odc": "application/vnd.oasis.opendocument.chart",
    "odf": "application/vnd.oasis.opendocument.formula",
    "odg": "application/vnd.oasis.opendocument.graphics",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "oxps": "application/oxps",
    "pages": "application/vnd.apple.pages",
    "pdf": "application/pdf",
    "pot": "application/vnd.ms-powerpoint",
    "potx": f"{_OFFICE}.presentationml.template",
    "pps": "application/vnd.ms-powerpoint",
    "ppsx": f"{_OFFICE}.presentationml.slideshow",
    "ppt": "application/vnd.ms-powerpoint",
    "pptm": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "ps": "application/postscript",
    "pub": "application/x-mspublisher",
    "rar": "application/vnd.rar",
    "rtf": "application/rtf",
    "tar": "application/x-tar",
    "tgz": "application/gzip",
    "vsd": "application/vnd.visio",
    "vsdx": "application/vnd.ms-visio.drawing",
    "wpd": "application/vnd.wordperfect",
    "wri": "application/x-mswrite",
    "xcf": "image/x-xcf",
    "xls": "application/vnd.ms-excel",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "xlt": "application/vnd.ms-excel",
    "xltx": f"{_OFFICE}.spreadsheetml.template",
    "xps": "application/vnd.ms-xpsdocument",
    "zip": "application/zip",
}
"""What a reader fetches, and opens with another program."""

TYPES = _SHOWN | _FETCHED


def media_type(path: str) -> str:
    """Of a file, by its name or path; '' of one of no such kind."""
    return TYPES.get(_extension(path), "")


def is_picture(path: str) -> bool:
    """Whether it is a picture that browsers show."""
    return _SHOWN.get(_extension(path), "").startswith("image/")


def is_played(path: str) -> bool:
    """Whether it is sound or film."""
    return media_type(path).startswith(("audio/", "video/"))


def player_of(path: str) -> str:
    """'audio' or 'video' for what browsers play; else ''."""
    family = _SHOWN.get(_extension(path), "").partition("/")[0]
    return "" if family == "image" else family


def _extension(path: str) -> str:
    _, dot, extension = path.rpartition("/")[2].rpartition(".")
    return extension.lower() if dot else ""

"""Media types by the names of files: pictures, sound, film and documents. Python's own table is another on each host."""

TYPES = {
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
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
    "pdf": "application/pdf",
}
"""By a name's extension, in lower case."""


def media_type(path: str) -> str:
    """Of a file, by its name or path; '' of one of no such kind."""
    _, dot, extension = path.rpartition("/")[2].rpartition(".")
    return TYPES.get(extension.lower(), "") if dot else ""


def is_picture(path: str) -> bool:
    return media_type(path).startswith("image/")


def is_played(path: str) -> bool:
    """Whether it is sound or film."""
    return media_type(path).startswith(("audio/", "video/"))

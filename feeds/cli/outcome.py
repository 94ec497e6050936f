"""How a command ends, and what it tells a person.

Exit codes: 0 done, 1 it failed, 2 wrong usage or settings, 130 interrupted. An expected error is one line on stderr.
"""

import sys
from collections.abc import Callable

import typer


class CommandFailed(Exception):
    """The message says what to do."""


def say(line: str) -> None:
    """For a person; stdout is for what a program may read."""
    print(line, file=sys.stderr)


def exit_code(command: Callable[[], object]) -> int:
    """Run a command and return its exit code. Bugs escape, with their traceback."""
    try:
        code = command()
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        asked = context.command_path if context else "dateline"
        return _fail(f"{error.format_message()} `{asked} --help` tells more.", error.exit_code)
    except Exception as error:
        expected = _expected(error)
        if expected is None:
            raise
        return _fail(*expected)
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    print(f"dateline: {' '.join(message.split())}", file=sys.stderr)
    return code


def _expected(error: Exception) -> tuple[str, int] | None:
    """The message and the exit code of an error that is no bug; None of a bug."""
    from feeds.importers import ImportRefused
    from feeds.sample.load import SampleRefused
    from feeds.settings import SettingsError
    from storage.errors import StoreError

    match error:
        case SettingsError():
            return "; ".join(str(error).splitlines()), 2
        case CommandFailed() | StoreError() | ImportRefused() | SampleRefused():
            return str(error), 1
        case OSError():
            return f"{error.filename}: {error.strerror}" if error.filename else str(error), 1
    return None

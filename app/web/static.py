"""Files of `displays/` and `counter_panel/` under `/static/<stamp>/`, kept by browsers for ever.

The stamp is the hash of all of them and a part of the path, so that relative imports inside modules carry it.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app.domain.refusals import UnknownPage

ROOTS = tuple(Path(__file__).resolve().parents[2] / name for name in ("displays", "counter_panel"))
SERVED = {".css", ".js", ".svg", ".webp"}


@dataclass(frozen=True, slots=True)
class Static:
    """The files served, by their path below the roots, and their stamp."""

    files: dict[str, Path]
    stamp: str

    def url(self, path: str) -> str:
        """The address of a file; raises KeyError when there is none, so that a template cannot name nothing."""
        if path not in self.files:
            raise KeyError(path)
        return f"/static/{self.stamp}/{path}"


def find_static() -> Static:
    files = {
        path.relative_to(root).as_posix(): path
        for root in ROOTS
        for path in sorted(root.rglob("*"))
        if path.suffix in SERVED
    }
    stamp = hashlib.sha256(b"".join(path.read_bytes() for path in files.values())).hexdigest()[:12]
    return Static(files, stamp)


def make_pages(static: Static) -> Environment:
    """The templates of both roots; a name that is not given is a fault, never an empty place."""
    pages = Environment(
        loader=FileSystemLoader(ROOTS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals |= {"static": static.url, "stamp": static.stamp}
    return pages


async def static_file(request: Request) -> Response:
    static: Static = request.app.state.static
    path = static.files.get(request.path_params["path"])
    if path is None:
        raise UnknownPage()
    age = "public, max-age=31536000, immutable" if request.path_params["stamp"] == static.stamp else "no-cache"
    return FileResponse(path, headers={"cache-control": age})

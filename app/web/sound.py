"""The sound of a call and of its retraction, as speakers and TVs fetch it."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from app.domain.states import SayKind
from app.web.parts import parts_of

FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}


async def wav(request: Request) -> Response:
    """GET /sound/<pack>/<number>-<counter>.wav, <number>-retract.wav; named by its content, so it may be kept
    for ever."""
    return Response(parts_of(request).sounds.wav(*_asked(request)), media_type="audio/wav", headers=FOR_EVER)


async def mp3(request: Request) -> Response:
    """GET the same as .mp3: a seventh of the bytes, for thin lines."""
    data = await asyncio.to_thread(parts_of(request).sounds.mp3, *_asked(request))
    return Response(data, media_type="audio/mpeg", headers=FOR_EVER)


def _asked(request: Request) -> tuple[str, str, str, SayKind]:
    path = request.path_params
    kind = SayKind.RETRACT if path["counter"] == SayKind.RETRACT else SayKind.CALL
    return path["pack"], path["number"], path["counter"], kind

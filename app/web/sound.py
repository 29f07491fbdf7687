"""The sound of a call and of its retraction, as speakers and TVs fetch it."""

from starlette.requests import Request
from starlette.responses import Response

from app.domain.facts import SayKind
from app.web.parts import parts_of


async def sound(request: Request) -> Response:
    """GET /sound/<pack>/<number>-<counter>.wav, <number>-retract.wav; named by its content, so it may be kept
    for ever."""
    path = request.path_params
    kind = SayKind.RETRACT if path["counter"] == SayKind.RETRACT else SayKind.CALL
    data = parts_of(request).sounds.wav(path["pack"], path["number"], path["counter"], kind)
    return Response(data, media_type="audio/wav", headers={"cache-control": "public, max-age=31536000, immutable"})

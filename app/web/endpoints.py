"""What an endpoint of the API is, how its body is read, how a command is answered. For the API's modules."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app.center import Done
from app.domain.refusals import BadRequest
from app.views.slip import Slip
from app.web.answers import json_answer
from app.web.bodies import CommandAnswer

Body = TypeVar("Body")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route of the API: who may call it in words, the body it takes, the answer it gives."""

    method: str
    path: str
    summary: str
    who: str
    body: type | None
    answer: type
    handler: Callable[[Request], Awaitable[Response]]


async def read_body(request: Request, kind: type[Body]) -> Body:
    """The JSON body as `kind`; raises BadRequest with the path of the fault."""
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise BadRequest(what=str(fault)) from None


def answered(done: Done, slip: Slip | None = None) -> Response:
    """What became of a command, as JSON."""
    answer = done.answer
    position = str(done.position)
    return json_answer(
        CommandAnswer(answer.outcome, answer.number, answer.turn, position, answer.may_be_late, slip)
    )

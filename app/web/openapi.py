"""`/openapi.json`: the API described from its own table and bodies, so that it cannot say anything else."""

import re
from functools import cache
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app.web.answers import json_answer
from app.web.api import ENDPOINTS
from app.web.endpoints import Endpoint

_REFUSAL = {
    "description": "A refusal: why not, in Vietnamese and English, and what to do now.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["refusal"],
                "properties": {
                    "refusal": {
                        "type": "object",
                        "required": ["code", "vi", "en", "hint_vi", "hint_en"],
                        "properties": {
                            name: {"type": "string"} for name in ("code", "vi", "en", "hint_vi", "hint_en")
                        },
                    }
                },
            }
        }
    },
}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    kinds = [kind for endpoint in ENDPOINTS for kind in (endpoint.body, endpoint.answer) if kind]
    schemas, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    by_kind = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        path = re.sub(r":\w+}", "}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, path, by_kind)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gọi Số", "version": "1", "description": "Commands and views of the queue system."},
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(endpoint: Endpoint, path: str, schemas: dict[type, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "description": f"{(endpoint.handler.__doc__ or '').strip()} May be called by: {endpoint.who}.",
        "operationId": endpoint.handler.__name__,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", path)
        ],
        "responses": {
            "200": {
                "description": "Done.",
                "content": {"application/json": {"schema": schemas[endpoint.answer]}},
            },
            "default": _REFUSAL,
        },
    }
    if endpoint.body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[endpoint.body]}},
        }
    return operation


async def openapi(request: Request) -> Response:
    return json_answer(document())

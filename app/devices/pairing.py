"""Pairing a machine on site from its terminal: the same door as the pairing page."""

import asyncio
from collections.abc import Callable

import httpx

from app.devices.following import NotWelcome

ASK_SECONDS = 2.0


async def pair(server: str, kind: str, show: Callable[[str], None]) -> str:
    """Show codes until staff have paired this machine; the device's key (`<id>.<token>`)."""
    async with httpx.AsyncClient(base_url=server, timeout=10) as http:
        while True:
            begun = await _begin(http, kind)
            show(begun["code"])
            while True:
                await asyncio.sleep(ASK_SECONDS)
                try:
                    answer = await http.post(f"/api/pairings/{begun['id']}/claim", json={"claim": begun["claim"]})
                except httpx.HTTPError:
                    continue  # the server is away for a moment; the code is good until it runs out
                if answer.status_code == 401:
                    break  # the code has run out: show another
                if answer.status_code == 200 and (key := answer.json()["key"]):
                    return str(key)


async def _begin(http: httpx.AsyncClient, kind: str) -> dict[str, str]:
    try:
        answer = await http.post("/api/pairings", json={"kind": kind})
    except httpx.HTTPError as fault:
        raise NotWelcome(f"{http.base_url} does not answer: {fault or type(fault).__name__}") from None
    if answer.status_code != 200:
        raise NotWelcome(f"{http.base_url} gives no code: {answer.status_code} {answer.text[:200]}")
    begun: dict[str, str] = answer.json()
    return begun

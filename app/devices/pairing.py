"""Pairing a machine on site from its terminal: the same door as the pairing page."""

import asyncio
from collections.abc import Callable

import httpx

ASK_SECONDS = 2.0


async def pair(server: str, kind: str, show: Callable[[str], None]) -> str:
    """Show codes until staff have paired this machine; the device's key (`<id>.<token>`)."""
    async with httpx.AsyncClient(base_url=server, timeout=10) as http:
        while True:
            begun = (await http.post("/api/pairings", json={"kind": kind})).raise_for_status().json()
            show(begun["code"])
            while True:
                await asyncio.sleep(ASK_SECONDS)
                answer = await http.post(f"/api/pairings/{begun['id']}/claim", json={"claim": begun["claim"]})
                if answer.status_code == 401:
                    break  # the code has run out: show another
                if key := answer.raise_for_status().json()["key"]:
                    return str(key)

"""Which devices are there: each keeps a short-lived mark while its socket talks. Any web process may read it."""

from typing import Any

from redis.asyncio import Redis

SECONDS = 15  # devices speak every 5 s; after three silences they are away


class Presence:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def seen(self, device: str) -> None:
        await self._redis.set(f"goiso:seen:{device}", 1, ex=SECONDS)

    async def gone(self, device: str) -> None:
        await self._redis.delete(f"goiso:seen:{device}")

    async def present(self, devices: list[str]) -> set[str]:
        """Those of `devices` that are there."""
        if not devices:
            return set()
        marks: Any = await self._redis.mget([f"goiso:seen:{device}" for device in devices])
        return {device for device, mark in zip(devices, marks, strict=True) if mark}

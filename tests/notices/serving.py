"""A server of the tests that may be up and down, on a port that it keeps."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Serving(ABC):
    """Up within `async with`."""

    @abstractmethod
    async def up(self) -> None: ...

    @abstractmethod
    async def down(self) -> None: ...

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.down()

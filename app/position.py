"""Where a picture stands: the epoch of the center's store and the version within it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """Written `<epoch>.<version>`. Versions compare only within one epoch."""

    epoch: str
    version: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.version}"

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        """The position written in `text`, or None if that is none."""
        epoch, dot, version = text.rpartition(".")
        plain = text.isascii() and epoch.replace("-", "").isalnum() and version.isdecimal()
        if not (dot and plain and len(text) <= 64):
            return None
        return cls(epoch, int(version))

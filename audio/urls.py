"""A URL picks a voice or a player: ``scheme:target?option=value``; read here, used by voices and playing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from audio.errors import BadUrl


@dataclass(frozen=True, slots=True)
class Url:
    """A URL taken apart: ``file:out?fast`` is scheme ``file``, target ``out``, options ``{"fast": ""}``."""

    text: str
    scheme: str
    target: str
    options: Mapping[str, str]

    @classmethod
    def read(cls, text: str, kind: str, schemes: Iterable[str]) -> "Url":
        """Take ``text`` apart; BadUrl if its scheme is not in ``schemes``. ``kind`` is for the error."""
        try:
            parts = urlsplit(text, allow_fragments=False)
        except ValueError as error:
            raise BadUrl(f"{kind} {text!r} is not a URL: {error}") from error
        if parts.scheme not in schemes:
            known = ", ".join(f"{scheme}:" for scheme in schemes)
            raise BadUrl(f"{kind} {text!r} has no known scheme; the known ones are {known}")
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        return cls(text, parts.scheme, parts.netloc + parts.path, options)

    def allow(self, *names: str) -> None:
        """Refuse options other than ``names``."""
        for option in self.options:
            if option not in names:
                known = ", ".join(names) or "none"
                raise BadUrl(f"{self.text!r} has the unknown option {option!r}; the known ones are: {known}")

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """The option ``name`` as a whole number from ``low`` to ``high``."""
        text = self.options.get(name, str(default))
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise BadUrl(f"{self.text!r}: {name} is {text!r}, expected a whole number from {low} to {high}")
        return int(text)

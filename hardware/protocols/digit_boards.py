"""The driver of boards that speak the digit protocol (`digits`), which answers with what is shown."""

from __future__ import annotations

from hardware.protocols.boards import BoardDriver
from hardware.protocols.digits import (
    ANSWER_LENGTH,
    Answer,
    AnswerDecoder,
    Brightness,
    Picture,
    Query,
    Show,
    encode,
)


class DigitBoards(BoardDriver):
    answer_length = ANSWER_LENGTH
    can_dim = True

    def show(self, address: int, sequence: int, picture: Picture) -> bytes:
        return encode(Show(address, sequence, picture))

    def query(self, address: int, sequence: int) -> bytes:
        return encode(Query(address, sequence))

    def dim(self, address: int, sequence: int, level: int) -> bytes:
        return encode(Brightness(address, sequence, level))

    def ear(self, address: int, sequence: int, picture: Picture | None) -> _Ear:
        return _Ear(address, sequence)


class _Ear:
    """Hears the answer that carries the command's sequence; a late one to another command is passed over."""

    def __init__(self, address: int, sequence: int) -> None:
        self._of = address, sequence
        self._decoder = AnswerDecoder()

    def feed(self, data: bytes) -> list[Answer]:
        return [one for one in self._decoder.feed(data) if (one.address, one.sequence) == self._of]

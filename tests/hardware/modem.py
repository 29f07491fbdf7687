"""A modem on a pseudo-terminal, which answers as real ones do: for the tests of SMS by cable."""

import os
import pty
import re
import threading
import tty
from collections.abc import Callable
from types import TracebackType


class FakeModem:
    """`sent` has number and text of each SMS taken. `answer` may say how the n-th message ends (n from 1): a line
    such as `+CMS ERROR: 38`, "" for no answer at all, or None for OK."""

    def __init__(self, answer: Callable[[int], str | None] = lambda count: None) -> None:
        self.sent: list[tuple[str, str]] = []
        self.commands: list[str] = []
        self._answer = answer
        self._count = 0
        self._host, self._device = pty.openpty()
        tty.setraw(self._device)
        self.port = os.ttyname(self._device)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "FakeModem":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.write(self._device, b"\x04bye\r")
        self._thread.join(5)
        os.close(self._host)
        os.close(self._device)

    def _say(self, line: str) -> None:
        os.write(self._host, f"\r\n{line}\r\n".encode())

    def _run(self) -> None:
        heard, to = b"", ""
        while True:
            heard += os.read(self._host, 1)
            if to and heard.endswith(b"\x1a"):
                self._end(to, heard[:-1].decode())
                heard, to = b"", ""
            elif not to and heard.endswith(b"\r"):
                command, heard = heard[:-1].decode(errors="replace"), b""
                if command.endswith("bye"):
                    return
                self.commands.append(command)
                found = re.fullmatch(r'AT\+CMGS="(\+\d+)"', command)
                if found:
                    to = found[1]
                    os.write(self._host, b"\r\n> ")
                else:
                    self._say("OK" if command.startswith("AT") else "ERROR")

    def _end(self, to: str, text: str) -> None:
        self._count += 1
        said = self._answer(self._count)
        if said is None:
            self.sent.append((to, text))
            self._say(f"+CMGS: {self._count}")
            self._say("OK")
        elif said:
            self._say(said)

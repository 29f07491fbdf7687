"""A real SMTP server on a free port, that keeps what it takes and may be told to refuse or to be down."""

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.notices.serving import Serving


def text_of(message: EmailMessage) -> str:
    """The plain text of a message."""
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


@dataclass
class Mailbox(Serving):
    """`taken` holds the messages; `answer` replaces "250 OK" to a recipient, by address."""

    taken: list[EmailMessage] = field(default_factory=list)
    answer: dict[str, str] = field(default_factory=dict)
    tries: int = 0
    hangs: bool = False
    port: int = 0
    _server: asyncio.Server | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, options: Any) -> str:
        self.tries += 1
        if self.hangs:
            await asyncio.Event().wait()
        if to in self.answer:
            return self.answer[to]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def up(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True, hostname="mail.test"), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        if self._server:
            self._server.close()
            self._server = None

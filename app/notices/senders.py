"""Senders by URL: `log:` writes a line of JSON, `smtp://` sends mail. At least once, always with the same key."""

import json
import os
import sys
from abc import ABC, abstractmethod
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from app.notices.texts import Mail

TIMEOUT_SECONDS = 20


class NotSent(Exception):
    """The sender did not take it; it may be tried again."""


class Undeliverable(Exception):
    """It will never be taken, such as mail for an address that does not exist."""


class SmsSender(ABC):
    @abstractmethod
    async def send(self, key: str, sender: str, to: str, text: str) -> None:
        """Send one SMS; `key` is the same at every try. Raises NotSent, Undeliverable."""


class MailSender(ABC):
    @abstractmethod
    async def send(self, key: str, to: str, mail: Mail) -> None:
        """Send one e-mail; `key` becomes its Message-ID. Raises NotSent, Undeliverable."""


class Log(SmsSender):
    """`log:` to standard error, `log:FILE` to a file: for the demo, and for a center without a gateway."""

    def __init__(self, target: str) -> None:
        self._file = Path(target) if target else None

    async def send(self, key: str, sender: str, to: str, text: str) -> None:
        self.write({"kind": "sms", "key": key, "sender": sender, "to": to, "text": text})

    def write(self, line: dict[str, str]) -> None:
        written = json.dumps(line, ensure_ascii=False) + "\n"
        if self._file is None:
            sys.stderr.write(written)
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with open(self._file, "a", encoding="utf-8", opener=_private) as out:
                out.write(written)
        except OSError as fault:
            raise NotSent(str(fault)) from fault


def _private(path: str, flags: int) -> int:
    """Open a file that only this user may read: it holds contacts and check codes."""
    return os.open(path, flags, 0o600)


class LogMail(MailSender):
    def __init__(self, target: str) -> None:
        self._log = Log(target)

    async def send(self, key: str, to: str, mail: Mail) -> None:
        self._log.write({"kind": "mail", "key": key, "to": to, "subject": mail.subject, "text": mail.text})


class Smtp(MailSender):
    """`smtp://[user:password@]host[:port]`, with STARTTLS where it is offered; `smtps://` begins with TLS."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = sender

    async def send(self, key: str, to: str, mail: Mail) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, mail.subject
        message["Message-ID"] = f"<{key}@{self._sender.rpartition('@')[2] or 'goiso'}>"
        message.set_content(mail.text)
        if mail.qr:
            message.add_attachment(mail.qr, maintype="image", subtype="png", filename=mail.qr_name)
        server = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._tls,
            timeout=TIMEOUT_SECONDS,
        )
        try:
            await server.connect()
            await server.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as fault:
            refusal = Undeliverable if all(r.code >= 500 for r in fault.recipients) else NotSent
            raise refusal(str(fault)) from fault
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
            raise NotSent(str(fault) or type(fault).__name__) from fault
        finally:
            server.close()  # without a word: a server that hangs would not let us stop


def open_sms(url: str) -> SmsSender:
    """The sender of SMS at a URL, which `settings` has checked."""
    return Log(url.removeprefix("log:"))


def open_mail(url: str, sender: str) -> MailSender:
    """The sender of e-mail at a URL, which `settings` has checked."""
    return LogMail(url.removeprefix("log:")) if url.startswith("log:") else Smtp(url, sender)

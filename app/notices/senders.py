"""Senders by URL: `log:` writes a line of JSON, `https://` asks an SMS gateway, `smtp://` sends mail; a modem on a
cable is one, too (`app.gsm`). At least once, always with the same key. What a sender says of a fault names nobody:
operators read it, and the log."""

import json
import os
import re
import sys
from abc import ABC, abstractmethod
from email.message import EmailMessage
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx

from app.notices.gateway import TIMEOUT_SECONDS, Form, ask, value_at
from app.notices.texts import Mail

REASON_LENGTH = 200
_PERSONAL = re.compile(r"\S+@\S+|\+?\d(?:[ ().-]?\d){7,}")


class NotSent(Exception):
    """The sender did not take it; it may be tried again."""


class Undeliverable(Exception):
    """It will never be taken, such as mail for an address that does not exist."""


class SmsSender(ABC):
    @abstractmethod
    async def send(self, key: str, sender: str, to: str, text: str) -> int | None:
        """Send one SMS; `key` is the same at every try. Return the reference that a report of its delivery will
        name, if one may come. Raises NotSent, Undeliverable."""

    async def close(self) -> None:
        """Let go of what is open."""
        return


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


class Gateway(SmsSender):
    """A provider's gateway over HTTP, asked as its `form` says. What it did not answer in time may have been
    taken: it is tried again with the same key, by which the gateway knows it."""

    def __init__(self, url: str, form: Form, secret: str) -> None:
        self._url = url
        self._form = form
        self._secret = secret
        parts = urlsplit(url)
        basic = (unquote(parts.username or ""), unquote(parts.password or "")) if form.basic else None
        self._http = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, auth=basic, follow_redirects=False)

    async def send(self, key: str, sender: str, to: str, text: str) -> None:
        asked = ask(self._form, self._url, self._secret, {"to": to, "text": text, "sender": sender, "key": key})
        try:
            answer = await self._http.request(
                asked.method,
                asked.url,
                headers=asked.headers,
                json=asked.json,
                data=asked.data,
                params=asked.params,
            )
            said = answer.text
        except httpx.HTTPError as fault:
            raise NotSent(f"the gateway does not answer ({type(fault).__name__})") from None  # it may say to whom
        if any(reply.fits(answer.status_code, said) for reply in self._form.taken):
            return
        paths = dict.fromkeys(reply.path for reply in (*self._form.taken, *self._form.final) if reply.path)
        words = ", ".join(f"{path} {unnamed(value_at(said, path) or '–')}" for path in paths)
        what = f"the gateway answers {answer.status_code}" + (f", {words}" if words else "")
        is_final = any(reply.fits(answer.status_code, said) for reply in self._form.final)
        raise (Undeliverable if is_final else NotSent)(what)

    async def close(self) -> None:
        await self._http.aclose()


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
        fill(message, mail)
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
            raise refusal(unnamed("; ".join(f"{r.code} {r.message}" for r in fault.recipients))) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
            raise NotSent(unnamed(str(fault)) or type(fault).__name__) from None
        finally:
            server.close()  # without a word: a server that hangs would not let us stop


def fill(message: EmailMessage, mail: Mail) -> None:
    """Put a mail's parts into a message: the text, for who reads pictures and colours the same as HTML with the QR
    in it, and the calendar's file."""
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
        if mail.qr:
            html = cast(EmailMessage, message.get_payload(1))
            html.add_related(mail.qr, "image", "png", cid="<qr>", filename=mail.qr_name, disposition="inline")
    elif mail.qr:
        message.add_attachment(mail.qr, maintype="image", subtype="png", filename=mail.qr_name)
    if mail.calendar:
        method = "CANCEL" if "METHOD:CANCEL" in mail.calendar else "PUBLISH"
        message.add_attachment(
            mail.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename="lich-hen.ics",
            params={"method": method, "charset": "utf-8"},
        )


def unnamed(text: str) -> str:
    """What a server said of a fault, on one line, without addresses and phone numbers."""
    return _PERSONAL.sub("•••", " ".join(text.split()))[:REASON_LENGTH]


def open_sms(url: str, form: Form | None = None, secret: str = "") -> SmsSender:
    """The sender of SMS at a URL, which `settings` has checked; `form` is its gateway's, if it is one."""
    if url.startswith("log:"):
        return Log(url.removeprefix("log:"))
    return Gateway(url, form or Form(), secret)


def open_mail(url: str, sender: str) -> MailSender:
    """The sender of e-mail at a URL, which `settings` has checked."""
    return LogMail(url.removeprefix("log:")) if url.startswith("log:") else Smtp(url, sender)

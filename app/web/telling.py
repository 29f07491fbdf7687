"""Telling a contact something that belongs to no ticket: a code, or that its account was changed.

Sent by the web process itself, in the background: the page never waits for a sender, so it takes as long whether
somebody is told or not. What a crash loses is asked for again by the one who waits for it.
"""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.accounts.codes import LIFETIME
from app.notices.meter import Meter, Used
from app.notices.senders import MailSender, NotSent, SmsSender, Undeliverable
from app.notices.texts import Mail, plain

PAUSES_SECONDS = (0.0, 2.0, 5.0, 15.0, 30.0)
MINUTES = LIFETIME // 60_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told, in Vietnamese: `subject` is the e-mail's; the SMS is the text without diacritics. `bound` is
    the last line of an SMS by which phones offer a code to the right site alone, or ""."""

    subject: str
    text: str
    bound: str = ""

    @property
    def sms(self) -> str:
        return "\n".join(part for part in (plain(self.text), self.bound) if part)


def code_letter(code: str, origin: str) -> Letter:
    """The letter with a code. The last line of its SMS has the form by which phones offer a code to its site
    (WICG, origin-bound one-time codes)."""
    text = f"Mã Gọi Số: {code}, có hiệu lực {MINUTES} phút. Không đưa mã này cho bất kỳ ai, kể cả cán bộ."
    return Letter(f"Mã xác nhận {code} – Gọi Số", text, f"@{urlsplit(origin).hostname} #{code}")


def changed_letter(what: str) -> Letter:
    """The letter that says that an account was changed."""
    text = f"Tài khoản Gọi Số của bạn vừa {what}. Nếu không phải bạn, hãy đặt lại mật khẩu ngay."
    return Letter("Tài khoản Gọi Số của bạn đã thay đổi", text)


class Teller:
    """Sends letters by SMS to phones, by e-mail to addresses; its SMS count for the day's limit as those of
    notices do."""

    def __init__(self, sms: SmsSender, mail: MailSender, meter: Meter) -> None:
        self._sms = sms
        self._mail = mail
        self._meter = meter
        self._under_way: set[asyncio.Task[None]] = set()

    def tell(self, phone: str, email: str, letter: Letter, sender: str, day: str) -> None:
        """Begin to tell; `sender` is the name an SMS comes from, `day` (ISO date) the one it counts for."""
        key = f"letter-{secrets.token_hex(8)}"
        task = asyncio.create_task(self._tell(key, phone, email, letter, sender, day))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _tell(self, key: str, phone: str, email: str, letter: Letter, sender: str, day: str) -> None:
        for pause in PAUSES_SECONDS:
            await asyncio.sleep(pause)
            try:
                if phone:
                    async with self._meter.one(day):
                        await self._sms.send(key, sender, phone, letter.sms)
                else:
                    await self._mail.send(key, email, Mail(letter.subject, f"{letter.text}\n"))
                return
            except NotSent:
                continue  # what a sender says may name whom it is for
            except (Undeliverable, Used):
                break
            except Exception as fault:
                log.error("! %s cannot be sent: %s", key, type(fault).__name__)
                return
        log.warning("! %s was not taken by the sender", key)

    async def close(self) -> None:
        """Give what is under way up."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._sms.close()

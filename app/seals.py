"""Everything derived from the operator's secret: links, topics, check codes, opaque keys. Nothing of it is stored.

Each use has a word of its own in the hash, so that knowing one derived value says nothing of another.
"""

import base64
import hashlib
import hmac

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 that cannot be mistaken for one another when read aloud


class Seals:
    """Keyed hashes under one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def link(self, center: str, day: str, number: str) -> str:
        """The unguessable part of a ticket page's address: 22 letters, 128 bits."""
        return self._text("link", center, day, number)

    def path(self, center: str, day: str, number: str) -> str:
        """The path of a ticket's page."""
        return f"/tickets/{center}/{day}/{number}/{self.link(center, day, number)}"

    def is_link(self, seal: str, center: str, day: str, number: str) -> bool:
        return hmac.compare_digest(seal.encode(), self.link(center, day, number).encode())

    def topic(self, center: str, day: str, number: str) -> str:
        """The key of a ticket's topic; says nothing of the link."""
        return self._text("topic", center, day, number)

    def check_code(self, center: str, day: str, number: str) -> str:
        """Four letters that prove the holder at the center: 20 bits, so tries must be limited."""
        digest = self._digest("code", center, day, number)
        return "".join(CODE_LETTERS[byte % 32] for byte in digest[:4])

    def is_check_code(self, code: str, center: str, day: str, number: str) -> bool:
        """Whether somebody has typed the check code; in small letters too, and with spaces."""
        typed = "".join(code.split()).upper()
        return hmac.compare_digest(typed.encode(), self.check_code(center, day, number).encode())

    def holder(self, center: str, day: str, account: str, key: bytes) -> str:
        """The hash by which an account's tickets of one day are found: as long as the key of that day is kept
        (`app.accounts.day_keys`), and no longer."""
        return self._text("holder", center, day, account, key.hex())

    def contact(self, account: str, request: str) -> str:
        """The key under which a ticket's contact is kept."""
        return self._text("contact", account, request)

    def card(self, number: str) -> str:
        """A citizen card's number as the account of whoever it is: the number itself is kept nowhere."""
        return "card/" + self._text("card", number)

    def request(self, account: str, request: str) -> str:
        """A citizen's request id as the journal knows it: of nobody in particular, and of nobody else."""
        return self._text("request", account, request)

    def login(self, contact: str) -> str:
        """A contact as tries are counted by it and cookies are named by it: without saying which."""
        return self._text("login", contact.casefold())

    def subject(self, issuer: str, subject: str) -> str:
        """A person as another portal names him, which may be the number of his card: it is kept nowhere."""
        return self._text("subject", issuer, subject)

    def code(self, request: str, code: str) -> str:
        """What is kept of a code of six digits that was sent: who reads the store cannot find it by trying."""
        return self._text("code-sent", request, code)

    def push(self) -> bytes:
        """The secret of the key by which push services know this site: 32 bytes."""
        return self._digest("push")

    def known(self, login: str, browser: str) -> str:
        """What proves that an account was signed in to from a browser."""
        return self._text("known", login, browser)

    def is_known(self, seal: str, login: str, browser: str) -> bool:
        return hmac.compare_digest(seal.encode(), self.known(login, browser).encode())

    def _text(self, *parts: str) -> str:
        return base64.urlsafe_b64encode(self._digest(*parts)[:16]).decode().rstrip("=")

    def _digest(self, *parts: str) -> bytes:
        return hmac.digest(self._secret, "\n".join(parts).encode(), hashlib.sha256)

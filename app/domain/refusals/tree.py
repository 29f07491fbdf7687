"""The tree of refusals: its root and branches. Each leaf has a code, a sentence in Vietnamese and English, a hint.

    Refusal
    ├── Unknown             what was named does not exist
    ├── Denied              who asks may not
    ├── NotNow              the hall does not allow it at this moment
    ├── BadInput            what was sent cannot be read
    ├── TooMany             tries or numbers are used up
    └── Unavailable         the store or a device does not answer

The code is the class name in kebab case; `app.web.answers` maps the branches to HTTP statuses and close codes.
"""

import re
from typing import ClassVar


class Refusal(Exception):
    """The root. Subclasses set `vi`, `en` (with `{name}` places for the data) and perhaps hints."""

    vi: ClassVar[str]
    en: ClassVar[str]
    hint_vi: ClassVar[str] = ""
    hint_en: ClassVar[str] = ""

    def __init__(self, **data: str | int) -> None:
        self.data = data
        super().__init__(self.sentence("en"))

    @property
    def code(self) -> str:
        return code_of(type(self))

    def sentence(self, language: str) -> str:
        """The sentence in `vi` or `en`."""
        return (self.vi if language == "vi" else self.en).format(**self.data)

    def hint(self, language: str) -> str:
        """What to do now, or ""."""
        return (self.hint_vi if language == "vi" else self.hint_en).format(**self.data)


def code_of(refusal: type[Refusal]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", refusal.__name__).lower()


def leaves(branch: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Every refusal that can be raised, in the order written."""
    children = branch.__subclasses__()
    return [leaf for child in children for leaf in leaves(child)] if children else [branch]


class Unknown(Refusal):
    pass


class Denied(Refusal):
    pass


class NotNow(Refusal):
    pass


class BadInput(Refusal):
    pass


class TooMany(Refusal):
    pass


class Unavailable(Refusal):
    pass

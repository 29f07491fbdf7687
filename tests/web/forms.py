"""A page's form as a browser would send it: every field with what stands in it."""

from html.parser import HTMLParser

Fields = dict[str, list[str]]


class _Reader(HTMLParser):
    """Reads the fields of the form with an action."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.fields: Fields = {}
        self.is_inside = self.is_found = False
        self._text: str | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("name") or ""
        if tag == "form":
            self.is_inside = given.get("action") == self.action
            self.is_found |= self.is_inside
        if not self.is_inside:
            return
        if tag == "input" and given.get("type") == "checkbox":
            if "checked" in given:
                self._put(name, given.get("value") or "on")
        elif tag == "input" and given.get("type") != "file":
            self._put(name, given.get("value") or "")
        elif tag == "textarea":
            self._text, self._select = "", name
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self._put(self._select, given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            self._put(self._select, self._text)
            self._text = None
        if tag == "form":
            self.is_inside = False

    def _put(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def fields_of(page: str, action: str) -> Fields:
    """The fields of the form that goes to `action`."""
    reader = _Reader(action)
    reader.feed(page)
    assert reader.is_found, f"no form to {action}"
    return reader.fields

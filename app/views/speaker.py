"""One voice: who speaks, and the announcements with their slots and sounds."""

from app.domain.hall import Hall
from app.views.rows import Row, Rows, says

FOLLOWS = frozenset({"plan", "voice", "say"})


def rows(hall: Hall, voice_id: str) -> Rows:
    """Rows `voice` and `say/<seq>` of the voice `voice_id`."""
    voice = hall.voice(voice_id)
    lengths = hall.plan.voice
    speaking: Row = {"voice": voice_id, "holder": voice.holder, "since": voice.since, "pack": lengths.pack}
    return {"voice": speaking} | says(hall.announcements(voice_id), lengths)

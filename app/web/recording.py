"""A member of staff lends the center a voice: the short set of clips, recorded one after the other at a
microphone.

What was accepted lies in GOISO_DATA/recordings/<center> and is asked for no more; whole, it becomes a pack of the
voice `recorded:<that folder>`.
"""

import asyncio
import logging
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from app.domain.refusals import BadInput, UnknownPage
from app.sounds import pack_folder
from app.web.access import staff_at
from app.web.admin import KEEPERS
from app.web.answers import STATUS, json_answer, page
from app.web.panel import staff_context
from app.web.parts import Parts, parts_of
from audio import AudioError, Units, build, open_voice, wanted
from audio.reading import language
from audio.recording import BadTake, TakeFault, listened

log = logging.getLogger(__name__)

SHORT = wanted(language("vi"), Units.SHORT)
WORDS = {
    TakeFault.UNREADABLE: "không đọc được đoạn này / it cannot be read",
    TakeFault.TOO_LONG: "dài quá, dừng ngay sau khi nói xong / it is too long, stop as soon as it is said",
    TakeFault.TOO_SHORT: "chưa nghe đủ lời, nói rõ cả cụm từ / too little was heard, say the whole phrase",
    TakeFault.TOO_SOFT: "giọng nhỏ quá, ngồi gần micro hơn / it is too soft, sit closer to the microphone",
    TakeFault.CLIPPED: "to quá nên vỡ tiếng, ngồi xa micro hơn / it is too loud and cut off, sit further away",
    TakeFault.CUT: "bị cắt ở đầu hoặc cuối, chờ một nhịp trước và sau khi nói / wait before and after you speak",
    TakeFault.NOISY: "phòng ồn quá, đóng cửa hoặc tắt quạt / the room is too noisy, close the door",
}


async def show(request: Request) -> Response:
    """GET: what is to be said, and what of it is there already."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    parts = parts_of(request)
    folder = _folder(parts, center)
    url = f"recorded:{folder}"
    clips = [{"name": name, "text": text, "done": _file(folder, name).exists()} for name, text in SHORT.items()]
    return await page(
        request,
        "admin/voice.html",
        account=None,
        staff=staff_context(member),
        center={"id": center, "name": parts.feed.hall(center).plan.name},
        clips=clips,
        done=sum(bool(clip["done"]) for clip in clips),
        url=url,
        built=pack_folder(parts.settings.data, url).exists(),
    )


async def keep(request: Request) -> Response:
    """POST: one clip, as a WAV; refused with what to do better."""
    center, name = request.path_params["center"], request.path_params["clip"]
    await staff_at(request, center, *KEEPERS)
    file = _file(_folder(parts_of(request), center), name)
    try:
        wav = await asyncio.to_thread(listened, await request.body())
    except BadTake as fault:
        return json_answer({"again": WORDS[fault.fault]}, STATUS[BadInput])
    await asyncio.to_thread(_write, file, wav)
    return json_answer({"kept": name})


async def hear(request: Request) -> Response:
    """GET: one clip as it was recorded."""
    center, name = request.path_params["center"], request.path_params["clip"]
    await staff_at(request, center, *KEEPERS)
    file = _file(_folder(parts_of(request), center), name)
    if not file.exists():
        raise UnknownPage()
    return FileResponse(file, media_type="audio/wav")


async def make(request: Request) -> Response:
    """POST: make the pack of what was recorded, and show what to set."""
    center = request.path_params["center"]
    await staff_at(request, center, *KEEPERS)
    parts = parts_of(request)
    url = f"recorded:{_folder(parts, center)}"
    try:
        await asyncio.to_thread(lambda: build(pack_folder(parts.settings.data, url), open_voice(url)))
    except AudioError as fault:
        log.warning("! no pack of %s: %s", url, fault)  # not all of it is there: the page offers no button then
    return RedirectResponse(f"/admin/{center}/voice", 303)


def _folder(parts: Parts, center: str) -> Path:
    """Where a center's recordings lie; raises UnknownPage for no center of ours."""
    parts.feed.hall(center)
    return parts.settings.data.absolute() / "recordings" / center


def _file(folder: Path, name: str) -> Path:
    if not re.fullmatch("[a-z0-9-]+", name) or name not in SHORT:
        raise UnknownPage()
    return folder / f"{name}.wav"


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_bytes(data)
    fresh.replace(file)

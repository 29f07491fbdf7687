"""*Hướng dẫn lấy số trực tuyến* for everybody: a page that prints, slides for public screens, the text that
loudspeakers of wards read."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.guide import STEPS, TITLE, spoken
from app.web.answers import page


async def show(request: Request) -> Response:
    """GET /huong-dan."""
    return await page(request, "guide/guide.html", title=TITLE, steps=STEPS)


async def slides(request: Request) -> Response:
    """GET /huong-dan/chieu: one step after the other, as large as the screen."""
    return await page(request, "guide/slides.html", title=TITLE, steps=STEPS)


async def speech(request: Request) -> Response:
    """GET /huong-dan/loi-doc.txt."""
    return PlainTextResponse("\n\n".join(spoken()) + "\n")

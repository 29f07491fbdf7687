"""All addresses on one screen."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute
from starlette.types import Lifespan

from app.domain.refusals import Refusal
from app.web import (
    admin,
    citizen_own,
    device_care,
    entering,
    media,
    notices,
    openid,
    panel,
    paper,
    plan_history,
    plan_pages,
    portal,
    rate,
    recording,
    report,
    screens,
    sound,
    staff_own,
    staff_pages,
    supervisor,
    ticket_page,
)
from app.web.answers import refused
from app.web.api import ENDPOINTS
from app.web.guard import Guard
from app.web.openapi import openapi
from app.web.socket import live
from app.web.static import Static, static_file

BOTH = ["GET", "POST"]
POST = ["POST"]

ROUTES = [
    *(Route(endpoint.path, endpoint.handler, methods=[endpoint.method]) for endpoint in ENDPOINTS),
    Route("/", portal.home),
    Route("/privacy", portal.privacy),
    Route("/sign-in", entering.sign_in, methods=BOTH),
    Route("/register", entering.register, methods=BOTH),
    Route("/confirm", entering.confirm, methods=BOTH),
    Route("/confirm/again", entering.send_again, methods=POST),
    Route("/reset", entering.reset, methods=BOTH),
    Route("/reset/password", entering.reset_password, methods=BOTH),
    Route("/sign-out", entering.sign_out, methods=POST),
    Route("/openid", openid.begin),
    Route("/openid/back", openid.come_back),
    Route("/account", citizen_own.account),
    Route("/account/details", citizen_own.set_details, methods=POST),
    Route("/account/contact", citizen_own.set_contact, methods=POST),
    Route("/account/password", citizen_own.set_password, methods=POST),
    Route("/account/sign-out", citizen_own.sign_out, methods=POST),
    Route("/account/sessions/{session}/end", citizen_own.end_one, methods=POST),
    Route("/account/data.json", citizen_own.data),
    Route("/account/delete", citizen_own.delete, methods=POST),
    Route("/centers", portal.centers),
    Route("/centers/{center}", portal.zones),
    Route("/centers/{center}/zones/{zone}", portal.services),
    Route("/centers/{center}/tickets", portal.take, methods=POST),
    Route("/tickets", portal.my_numbers),
    Route("/tickets/{center}/{day}/{number}/{seal}", ticket_page.show),
    Route("/tickets/{center}/{day}/{number}/{seal}/check-in", ticket_page.check_in, methods=POST),
    Route("/tickets/{center}/{day}/{number}/{seal}/cancel", ticket_page.give_back, methods=POST),
    Route("/tickets/{center}/{day}/{number}/{seal}/postpone", ticket_page.postpone, methods=POST),
    Route("/tickets/{center}/{day}/{number}/{seal}/rate", ticket_page.rate, methods=POST),
    Route("/tv", screens.find),
    Route("/tv/pair", screens.pair),
    Route("/tv/{device}", screens.tv),
    Route("/kiosk", screens.find),
    Route("/kiosk/pair", screens.pair),
    Route("/kiosk/{device}", screens.kiosk),
    Route("/rate", screens.find),
    Route("/rate/pair", screens.pair),
    Route("/rate/{device}", rate.tablet),
    Route("/panel", panel.choose),
    Route("/panel/sign-in", panel.sign_in, methods=BOTH),
    Route("/panel/sign-out", panel.sign_out, methods=POST),
    Route("/panel/{center}/sound", device_care.sound),
    Route("/panel/{center}/sound/{device}/tone", device_care.ask, methods=POST),
    Route("/panel/{center}/sound/{device}/heard", device_care.heard, methods=POST),
    Route("/staff/first-password", staff_own.first, methods=BOTH),
    Route("/staff/account", staff_own.account),
    Route("/staff/account/password", staff_own.set_password, methods=POST),
    Route("/staff/account/sign-out", staff_own.sign_out, methods=POST),
    Route("/staff/account/sessions/{session}/end", staff_own.end_one, methods=POST),
    Route("/panel/{center}/{counter}", panel.panel),
    Route("/supervisor", supervisor.home),
    Route("/supervisor/{center}", supervisor.show),
    Route("/supervisor/{center}/{zone}", supervisor.show),
    Route("/admin/devices", admin.home),
    Route("/admin/report", report.show),
    Route("/admin/report/figures.csv", report.figures_csv),
    Route("/admin/report/figures.xlsx", report.figures_xlsx),
    Route("/admin/{center}/voice", recording.show),
    Route("/admin/{center}/voice/make", recording.make, methods=POST),
    Route("/admin/{center}/voice/{clip}", recording.keep, methods=POST),
    Route("/admin/{center}/voice/{clip}.wav", recording.hear),
    Route("/admin/{center}/devices", admin.devices),
    Route("/admin/{center}/devices/pair", admin.pair, methods=POST),
    Route("/admin/{center}/devices/{device}/revoke", admin.revoke, methods=POST),
    Route("/admin/{center}/devices/{device}/rename", device_care.rename, methods=POST),
    Route("/admin/{center}/devices/{device}/tone", device_care.ask, methods=POST),
    Route("/admin/{center}/devices/{device}/reload", device_care.ask, methods=POST),
    Route("/admin/{center}/devices/{device}/heard", device_care.heard, methods=POST),
    Route("/admin/{center}/bulletin", device_care.bulletin, methods=POST),
    Route("/admin/{center}/media", media.show),
    Route("/admin/{center}/media/add", media.add, methods=POST),
    Route("/admin/{center}/media/{file}", media.change, methods=POST),
    Route("/admin/{center}/media/{file}/remove", media.remove, methods=POST),
    Route("/admin/{center}/notices", notices.show),
    Route("/admin/{center}/notices/send-again", notices.send_again, methods=POST),
    Route("/admin/{center}/paper", paper.show),
    Route("/admin/{center}/paper/reserve", paper.reserve, methods=POST),
    Route("/admin/{center}/paper/enter", paper.enter, methods=POST),
    Route("/admin/staff", staff_pages.home),
    Route("/admin/{center}/staff", staff_pages.listing, methods=BOTH),
    Route("/admin/{center}/staff/{login}", staff_pages.show),
    Route("/admin/{center}/staff/{login}/roles", staff_pages.set_roles, methods=POST),
    Route("/admin/{center}/staff/{login}/reset", staff_pages.reset, methods=POST),
    Route("/admin/{center}/staff/{login}/disable", staff_pages.disable, methods=POST),
    Route("/admin/{center}/staff/{login}/enable", staff_pages.enable, methods=POST),
    Route("/admin/{center}/staff/{login}/unlock", staff_pages.unlock, methods=POST),
    Route("/admin/{center}/staff/{login}/sign-out", staff_pages.sign_out, methods=POST),
    Route("/admin/{center}/staff/{login}/sessions/{session}/end", staff_pages.end_session, methods=POST),
    Route("/admin/plan", plan_pages.home),
    Route("/admin/{center}/plan", plan_pages.overview),
    Route("/admin/{center}/plan.toml", plan_history.export),
    Route("/admin/{center}/plan/edit/{section}", plan_pages.edit_section, methods=BOTH),
    Route("/admin/{center}/plan/preview", plan_pages.preview),
    Route("/admin/{center}/plan/save", plan_pages.save, methods=POST),
    Route("/admin/{center}/plan/merge", plan_pages.merge_in, methods=POST),
    Route("/admin/{center}/plan/discard", plan_pages.discard, methods=POST),
    Route("/admin/{center}/plan/import", plan_history.bring_in, methods=POST),
    Route("/admin/{center}/plan/editions/{number}", plan_history.show),
    Route("/admin/{center}/plan/editions/{number}/bring-back", plan_history.bring_back, methods=POST),
    Route("/openapi.json", openapi),
    Route("/sound/{pack}/{number}-{counter}.wav", sound.wav),
    Route("/sound/{pack}/{number}-{counter}.mp3", sound.mp3),
    Route("/media/{center}/{file}", media.serve),
    Route("/static/{stamp}/{path:path}", static_file),
    WebSocketRoute("/live", live),
]


def make_app(origin: str, static: Static, lifespan: Lifespan[Starlette]) -> Starlette:
    """The ASGI application; the lifespan puts `parts` in its state."""
    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(Guard, origin=origin)],
        exception_handlers={Refusal: refused, HTTPException: refused},  # all else is the guard's
        lifespan=lifespan,
    )
    app.state.static = static
    return app

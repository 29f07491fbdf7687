"""How a citizen comes in: signing in, an account made and confirmed by a code, a forgotten password set anew.

What a stranger can try here answers alike, and as fast, whether there is an account or not.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.citizens import Citizen, checked_name
from app.accounts.codes import LIFETIME, PAUSE, Purpose, Waiting
from app.accounts.contacts import normal_contact
from app.accounts.passwords import check_strength, hash_password
from app.domain.refusals import CodeOver, NameTaken, NotSignedIn, Refusal
from app.notices.texts import mask
from app.web.access import begin_session, caller, end_session, known_device, remember_device, set_cookie
from app.web.answers import page
from app.web.parts import Parts, parts_of
from app.web.portal import field, safe_next
from app.web.telling import Letter, changed_letter, code_letter

ASKED_FROM_ADDRESS = (
    30  # codes asked for from one address in ten minutes: a village behind one router, not a script
)
CODE_COOKIE = "goiso_code"
PASSWORD_CHANGED = "đổi mật khẩu"


async def sign_in(request: Request) -> Response:
    """GET the form; POST signs in."""
    if request.method != "POST":
        onward = safe_next(request.query_params.get("next", ""))
        return await page(request, "portal/sign-in.html", login="", next=onward)
    login, onward = await field(request, "login"), safe_next(await field(request, "next"))
    try:
        password = await field(request, "password")
        known = known_device(request, _name(request, login))
        citizen = await parts_of(request).citizens.sign_in(login, password, caller(request), known)
    except Refusal as refusal:
        return await page(request, "portal/sign-in.html", refusal, login=login, next=onward)
    return await _signed_in(request, citizen, onward)


async def register(request: Request) -> Response:
    """GET the form; POST sends a code to the contact."""
    if request.method != "POST":
        onward = safe_next(request.query_params.get("next", ""))
        shown = {"name": "", "contact": "", "organisation": False}
        return await page(request, "portal/register.html", next=onward, **shown)
    name, contact = await field(request, "name"), await field(request, "contact")
    onward = safe_next(await field(request, "next"))
    organisation = "organisation" in await request.form(max_files=0)  # a box that is not ticked is not sent
    try:
        phone, email = normal_contact(contact)
        kept, password = checked_name(name), await field(request, "password")
        check_strength(password, kept)
        await parts_of(request).tries.spend(f"register:{caller(request)}", ASKED_FROM_ADDRESS)
        hashed = await hash_password(password, kept)
        waiting = Waiting(Purpose.REGISTER, phone, email, onward, kept, hashed, organisation)
        return await begin_code(request, waiting)
    except Refusal as refusal:
        shown = {"name": name, "contact": contact, "organisation": organisation}
        return await page(request, "portal/register.html", refusal, next=onward, **shown)


async def reset(request: Request) -> Response:
    """GET the form for whoever has forgotten the password; POST sends a code, if there is such an account."""
    if request.method != "POST":
        onward = safe_next(request.query_params.get("next", ""))
        return await page(request, "portal/reset.html", contact="", next=onward)
    contact, onward = await field(request, "contact"), safe_next(await field(request, "next"))
    parts = parts_of(request)
    try:
        await parts.tries.spend(f"reset:{caller(request)}", ASKED_FROM_ADDRESS)
        phone, email = normal_contact(contact)
        citizen = await parts.citizens.of_contact(phone or email)
        account = citizen.id if citizen else ""
        return await begin_code(request, Waiting(Purpose.RESET, phone, email, onward, account=account))
    except Refusal as refusal:
        return await page(request, "portal/reset.html", refusal, contact=contact, next=onward)


async def begin_code(request: Request, waiting: Waiting) -> Response:
    """Send a code, and go on to the page where it is typed."""
    parts = parts_of(request)
    token, code = await parts.codes.begin(waiting, parts.clock())
    _send(parts, waiting, code)
    response = RedirectResponse("/confirm", 303)
    set_cookie(parts.settings, response, CODE_COOKIE, token, LIFETIME // 1000)
    return response


async def confirm(request: Request) -> Response:
    """GET the page where a code is typed; POST it."""
    parts, token, now = parts_of(request), _token(request), parts_of(request).clock()
    try:
        waiting = await parts.codes.find(token, now)
    except CodeOver as refusal:
        return await page(request, "portal/confirm.html", refusal, waiting=None)
    if request.method != "POST":
        return await _confirm(request, waiting)
    try:
        proved = await parts.codes.prove(token, await field(request, "code", 20), now)
        return await _proved(request, proved)
    except CodeOver as refusal:
        return await page(request, "portal/confirm.html", refusal, waiting=None)
    except NameTaken as refusal:
        if waiting.purpose is Purpose.CONTACT:
            return await page(request, "portal/confirm.html", refusal, waiting=None, back="/account")
        return await page(request, "portal/sign-in.html", refusal, login=waiting.contact, next=waiting.onward)
    except Refusal as refusal:
        return await _confirm(request, waiting, refusal)


async def send_again(request: Request) -> Response:
    """POST: another code in place of the one that did not come."""
    parts, now = parts_of(request), parts_of(request).clock()
    try:
        waiting, code = await parts.codes.again(_token(request), now)
    except CodeOver as refusal:
        return await page(request, "portal/confirm.html", refusal, waiting=None)
    except Refusal as refusal:
        return await _confirm(request, await parts.codes.find(_token(request), now), refusal)
    _send(parts, waiting, code)
    return RedirectResponse("/confirm?again=1", 303)


async def _confirm(request: Request, waiting: Waiting, refusal: Refusal | None = None) -> Response:
    """The page where a code is typed. `back` is where one begins anew."""
    back = {Purpose.REGISTER: "/register", Purpose.RESET: "/reset", Purpose.CONTACT: "/account"}[waiting.purpose]
    return await page(
        request,
        "portal/confirm.html",
        refusal,
        waiting=waiting,
        sent_to=mask(waiting.contact),
        back=back,
        again="again" in request.query_params,
        pause=max(0, -((parts_of(request).clock() - waiting.sent_at - PAUSE) // 1000)),
    )


async def _proved(request: Request, proved: Waiting) -> Response:
    """Do what a code was for."""
    parts = parts_of(request)
    match proved.purpose:
        case Purpose.REGISTER:
            given = (proved.name, proved.phone, proved.email, proved.password_hash, proved.organisation)
            return _without_code(await _signed_in(request, await parts.citizens.make(*given), proved.onward))
        case Purpose.RESET:
            await parts.codes.keep_proved(_token(request), proved, parts.clock())
            return RedirectResponse("/reset/password", 303)
        case Purpose.CONTACT:
            before = await parts.citizens.get(proved.account)
            changed = await parts.citizens.set_contact(proved.account, proved.phone, proved.email)
            tell_changed(parts, before, "đổi nơi liên hệ")
            response = _without_code(RedirectResponse("/account?saved=contact", 303))
            await enter(request, response, changed)
            return response


async def reset_password(request: Request) -> Response:
    """GET and POST /reset/password: whoever typed the code chooses another password, and is in."""
    parts, now = parts_of(request), parts_of(request).clock()
    try:
        proved = await parts.codes.find(_token(request), now)
        if not proved.proved or proved.purpose is not Purpose.RESET:
            raise CodeOver()
    except CodeOver as refusal:
        return await page(request, "portal/confirm.html", refusal, waiting=None)
    shown = {"login": proved.contact, "next": proved.onward}
    if request.method != "POST":
        return await page(request, "portal/reset-password.html", **shown)
    try:
        citizen = await parts.citizens.set_password(proved.account, await field(request, "password"))
    except NotSignedIn:
        return await page(request, "portal/confirm.html", CodeOver(), waiting=None)  # it was deleted meanwhile
    except Refusal as refusal:
        return await page(request, "portal/reset-password.html", refusal, **shown)
    await parts.codes.forget(_token(request))
    await parts.sessions.end_all(citizen.id, "citizen")
    tell_changed(parts, citizen, PASSWORD_CHANGED)
    return _without_code(await _signed_in(request, citizen, proved.onward))


async def sign_out(request: Request) -> Response:
    response = RedirectResponse("/", 303)
    await end_session(request, response, "citizen")
    return response


async def _signed_in(request: Request, citizen: Citizen, onward: str) -> Response:
    response = RedirectResponse(onward, 303)
    await enter(request, response, citizen)
    return response


async def enter(request: Request, response: Response, citizen: Citizen) -> None:
    """Begin a session, and know this browser again at each contact that signs in to the account."""
    await begin_session(request, response, "citizen", citizen.id, citizen.proof)
    for contact in citizen.logins:
        remember_device(request, response, parts_of(request).seals.login(contact))


def tell_changed(parts: Parts, citizen: Citizen, what: str) -> None:
    """Tell all contacts an account had that it was changed."""
    for contact in citizen.logins:
        _tell(parts, contact, changed_letter(what))


def _send(parts: Parts, waiting: Waiting, code: str) -> None:
    """Send a code. To a contact without an account nothing goes out when a password is to be reset."""
    if waiting.purpose is not Purpose.RESET or waiting.account:
        _tell(parts, waiting.contact, code_letter(code, parts.settings.origin))


def _tell(parts: Parts, contact: str, letter: Letter) -> None:
    plan = next((parts.feed.hall(center).plan for center in parts.feed.centers()), None)
    if plan is None:
        return  # there is no center yet to ask anything of
    phone, email = ("", contact) if "@" in contact else (contact, "")
    parts.teller.tell(phone, email, letter, plan.sms_sender, plan.local(parts.clock()).date().isoformat())


def _name(request: Request, login: str) -> str:
    """What cookies and tries name a contact by, however it was typed; "" when it is none."""
    try:
        return parts_of(request).seals.login("".join(normal_contact(login)))
    except Refusal:
        return ""


def _token(request: Request) -> str:
    return request.cookies.get(CODE_COOKIE, "")


def _without_code(response: Response) -> Response:
    response.delete_cookie(CODE_COOKIE)
    return response

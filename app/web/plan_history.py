"""Older editions of a plan: looked at, brought back; and a plan as TOML, taken away and brought in."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.staff import Role
from app.domain.editions import Edition
from app.domain.faults import faults
from app.domain.hall import Hall
from app.domain.plan import Plan
from app.domain.refusals import BadPlan, BadRequest, Refusal, UnknownPage
from app.plans import parse_plan, plan_text
from app.web.parts import Parts
from app.web.plan_changes import changes
from app.web.plan_pages import editing, here, plan_page, show_overview
from app.web.plan_words import listed

MOST_LETTERS = 60_000


async def edition_of(parts: Parts, hall: Hall, number: str) -> tuple[Edition, Plan]:
    """An edition and its plan; raises UnknownPage when it is not kept."""
    edition = next((one for one in hall.editions().kept if str(one.number) == number), None)
    plan = await parts.store.kept_plan(hall.plan.id, edition.digest) if edition else None
    if edition is None or plan is None:
        raise UnknownPage()
    return edition, plan


async def show(request: Request) -> Response:
    """GET …/plan/editions/<number>: an older edition, and what is other now."""
    edit = await editing(request, Role.AUDITOR)
    edition, plan = await edition_of(edit.parts, edit.hall, request.path_params["number"])
    in_force = edition == edit.hall.editions().kept[-1]
    return await plan_page(
        request,
        "admin/plan-edition.html",
        edit,
        edition=await listed(edit.parts, edit.hall, edition, in_force),
        changed=changes(edit.hall.plan, plan),
        text=plan_text(plan),
    )


async def bring_back(request: Request) -> Response:
    """POST: make an older edition the draft, to be looked at before it comes into force again."""
    edit = await editing(request)
    _, plan = await edition_of(edit.parts, edit.hall, request.path_params["number"])
    await edit.keep(plan, edit.hall.plan)
    return RedirectResponse(here(edit.center, "/preview"), 303)


async def export(request: Request) -> Response:
    """GET …/plan.toml: the plan in force, or `?edition=`, as the TOML that `goiso plan load` reads."""
    edit = await editing(request, Role.AUDITOR)
    plan, name = edit.hall.plan, edit.center
    if number := request.query_params.get("edition", ""):
        _, plan = await edition_of(edit.parts, edit.hall, number)
        name = f"{name}-{number}"
    headers = {"content-disposition": f'attachment; filename="{name}.toml"'}
    return Response(plan_text(plan), media_type="application/toml", headers=headers)


async def bring_in(request: Request) -> Response:
    """POST: a file or text of TOML becomes the draft. What no plan knows is refused, for it would be lost."""
    edit = await editing(request)
    sent = await request.form(max_files=1, max_fields=10)
    file, text = sent.get("file"), sent.get("text")
    data = await file.read() if isinstance(file, UploadFile) else b""
    data = data or str(text or "").encode()
    try:
        if not data.strip():
            raise BadRequest(what="file")
        plan, found = parse_plan(data)
        strange = [fault for fault in found if fault not in faults(plan)]
        if strange:
            raise BadPlan(what="; ".join(map(str, strange[:12])))
        if plan.id != edit.center:
            raise BadPlan(what=f"id: '{plan.id}' ≠ '{edit.center}'")
    except Refusal as refusal:
        return await show_overview(request, edit, refusal, data.decode(errors="replace")[:MOST_LETTERS])
    await edit.keep(plan, edit.hall.plan)
    return RedirectResponse(here(edit.center, "/preview"), 303)

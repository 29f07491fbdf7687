"""The pages on which a center's plan is edited: an overview, a page for each section, a preview, putting it in
force. Plain forms. What is edited is a draft of the member's own (`plan_drafts`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.staff import Member, Role
from app.domain.commands import SetPlan
from app.domain.editions import digest_of
from app.domain.faults import Fault, faults
from app.domain.hall import Hall
from app.domain.meaning import meaning_of
from app.domain.plan import Plan, VoiceLengths
from app.domain.planning import in_use_of
from app.domain.refusals import DraftMoved, PlanMoved, Refusal, UnknownPage
from app.web.access import staff_at, staff_of
from app.web.admin import KEEPERS
from app.web.answers import page
from app.web.panel import staff_context
from app.web.parts import Parts, parts_of
from app.web.plan_changes import changes
from app.web.plan_drafts import Draft
from app.web.plan_forms import Typed, fill, parse, rearrange, typed
from app.web.plan_merge import merge
from app.web.plan_sections import SECTIONS, section, section_of
from app.web.plan_shapes import Section
from app.web.plan_words import form, list_editions, meanings
from app.web.portal import field

MOST_FIELDS = 6000
EDITORS = KEEPERS


@dataclass(frozen=True, slots=True)
class Editing:
    """Who edits which center's plan: the hall, the draft if there is one."""

    parts: Parts
    center: str
    member: Member
    hall: Hall
    draft: Draft | None

    @property
    def plan(self) -> Plan:
        """The plan as he would have it."""
        return replace(self.draft.plan if self.draft else self.hall.plan, voice=self.hall.plan.voice)

    @property
    def base(self) -> Plan:
        return replace(self.draft.base if self.draft else self.hall.plan, voice=self.hall.plan.voice)

    @property
    def has_moved(self) -> bool:
        """Whether somebody else has put another plan in force since the draft was begun."""
        return self.base != self.hall.plan

    async def keep(self, plan: Plan, base: Plan | None = None) -> "Editing":
        """Keep a plan as the draft, made of `base` from now on if one is given; what changes nothing is none."""
        draft = Draft(_bare(base or self.base), _bare(plan))
        if draft.base == draft.plan:
            await self.parts.drafts.drop(self.center, self.member.login)
            return replace(self, draft=None)
        await self.parts.drafts.keep(self.center, self.member.login, draft)
        return replace(self, draft=draft)


def _bare(plan: Plan) -> Plan:
    return replace(plan, voice=VoiceLengths())


async def editing(request: Request, *also: Role) -> Editing:
    """Who asks to edit, or with other roles to look; raises NotSignedIn, NotAllowed, UnknownCenter."""
    parts, center = parts_of(request), request.path_params["center"]
    member = await staff_at(request, center, *EDITORS, *also)
    return Editing(parts, center, member, parts.feed.hall(center), await parts.drafts.find(center, member.login))


def here(center: str, rest: str = "") -> str:
    return f"/admin/{center}/plan{rest}"


async def home(request: Request) -> Response:
    """GET /admin/plan: the first center whose plan the member may see."""
    member = await staff_of(request)
    mine = [center for center in member.centers if member.may(center, *EDITORS, Role.AUDITOR)]
    return RedirectResponse(here(mine[0]) if mine else "/panel", 303)


async def overview(request: Request) -> Response:
    """GET /admin/<center>/plan: the sections, the draft, the history."""
    edit = await editing(request, Role.AUDITOR)
    return await show_overview(request, edit)


async def show_overview(
    request: Request, edit: Editing, refusal: Refusal | None = None, text: str = ""
) -> Response:
    found = faults(edit.plan)
    counted = {one.id: sum(section_of(fault.path) == one.id for fault in found) for one in SECTIONS}
    return await plan_page(
        request,
        "admin/plan.html",
        edit,
        refusal,
        sections=SECTIONS,
        counted=counted,
        changed=changes(edit.base, edit.plan),
        editions=await list_editions(edit.parts, edit.hall),
        saved=request.query_params.get("saved", ""),
        text=text,
    )


async def plan_page(
    request: Request, template: str, edit: Editing, refusal: Refusal | None = None, **context: object
) -> Response:
    """A page of the plan's."""
    return await page(
        request,
        template,
        refusal,
        account=None,
        staff=staff_context(edit.member),
        center={"id": edit.center, "name": edit.hall.plan.name},
        here=here(edit.center),
        draft=edit.draft is not None,
        may_edit=edit.member.may(edit.center, *EDITORS),
        moved=edit.has_moved,
        **context,
    )


async def edit_section(request: Request) -> Response:
    """GET a section's form; POST keeps what was typed in the draft, or does to the rows what a button asks."""
    edit = await editing(request)
    found = section(request.path_params["section"])
    if found is None:
        raise UnknownPage()
    if request.method != "POST":
        return await _form(request, edit, found, fill(found, edit.plan), faults(edit.plan))
    sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
    given = typed(found, {name: [str(v) for v in sent.getlist(name)] for name in sent})
    ask = str(sent.get("do", ""))
    if ask and found.rows:
        rearrange(found.rows, given, ask)
        return await _form(request, edit, found, given, [])
    plan, unread = parse(found, given, edit.plan)
    if plan is None:
        return await _form(request, edit, found, given, unread, status=422)
    edit = await edit.keep(plan)
    wrong = [fault for fault in faults(plan) if section_of(fault.path) == found.id]
    if wrong:
        return await _form(request, edit, found, fill(found, plan), wrong, status=422, kept=True)
    return RedirectResponse(here(edit.center, f"#{found.id}"), 303)


async def _form(
    request: Request,
    edit: Editing,
    found: Section,
    given: Typed,
    wrong: Sequence[Fault],
    status: int = 200,
    kept: bool = False,
) -> Response:
    shown = form(found, given, edit.plan, wrong)
    answer = await plan_page(
        request, "admin/plan-section.html", edit, sections=SECTIONS, form=shown, wrong=status != 200, kept=kept
    )
    answer.status_code = status
    return answer


async def preview(request: Request) -> Response:
    """GET: what would be other, and what it means for those who wait now."""
    edit = await editing(request)
    return await _preview(request, edit)


async def _preview(request: Request, edit: Editing, refusal: Refusal | None = None) -> Response:
    now = max(edit.parts.clock(), edit.hall.now)
    wrong = faults(edit.plan)
    return await plan_page(
        request,
        "admin/plan-preview.html",
        edit,
        refusal,
        changed=changes(edit.hall.plan, edit.plan),
        theirs=changes(edit.base, edit.hall.plan) if edit.has_moved else [],
        editions=await list_editions(edit.parts, edit.hall),
        wrong=[(section(section_of(fault.path)), fault) for fault in wrong],
        in_use=[] if wrong else list(in_use_of(edit.hall, edit.plan)),
        means=[] if wrong else list(meanings(edit.hall, meaning_of(edit.hall, edit.plan, now))),
        seen=digest_of(edit.plan),
    )


async def save(request: Request) -> Response:
    """POST: put the draft in force, as it was seen in the preview and if nobody else was faster."""
    edit = await editing(request)
    seen = await field(request, "seen", 64)
    if edit.draft is None:
        return RedirectResponse(here(edit.center), 303)
    try:
        if seen != digest_of(edit.plan):
            raise DraftMoved()
        command = SetPlan(f"staff/{edit.member.login}", _bare(edit.plan), _bare(edit.base))
        done = await edit.parts.centers.do(edit.center, command)
    except PlanMoved as refusal:
        return await _preview(request, await _caught_up(edit), refusal)
    except Refusal as refusal:
        return await _preview(request, edit, refusal)
    await edit.parts.drafts.drop(edit.center, edit.member.login)
    await edit.parts.feed.reach(edit.center, done.position)
    return RedirectResponse(here(edit.center, "?saved=1"), 303)


async def _caught_up(edit: Editing) -> Editing:
    """Wait until this process shows the plan that was put in force by another."""
    head = await edit.parts.store.head(edit.center)
    await edit.parts.feed.reach(edit.center, head.position)
    return replace(edit, hall=edit.parts.feed.hall(edit.center))


async def merge_in(request: Request) -> Response:
    """POST: go on with what was changed here, on top of the plan that is in force now."""
    edit = await editing(request)
    if edit.draft is not None:
        await edit.keep(merge(edit.base, edit.plan, edit.hall.plan), edit.hall.plan)
    return RedirectResponse(here(edit.center, "/preview"), 303)


async def discard(request: Request) -> Response:
    """POST: throw the draft away."""
    edit = await editing(request)
    await edit.parts.drafts.drop(edit.center, edit.member.login)
    return RedirectResponse(here(edit.center), 303)

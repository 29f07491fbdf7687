"""Plans as TOML: the two demo plans, and faults told with the path where they are."""

from pathlib import Path

import pytest
from hypothesis import given

from app.domain.faults import faults
from app.domain.plan import Plan
from app.domain.refusals import BadPlan
from app.plans import parse_plan, read_plan, write_plan
from tests.plans import plans

PLANS = sorted((Path(__file__).parents[1] / "plans").glob("*.toml"))
SMALL = """
id = "nho"
name = "Trung tâm nhỏ"
zones = [{ id = "sanh", name = "Sảnh" }]
services = [{ id = "visa", name = "Visa", zone = "sanh", lead = "86" }]
counters = [{ id = "86", zone = "sanh", services = ["visa"], board = 1 }]
"""

# Danh sách lĩnh vực Tầng 3, as the notice shows it
TANG_3 = [
    *("Tư pháp", "Thông tin & Truyền thông", "Công an tỉnh"),
    *("Ngoại vụ", "Văn hóa & Thể thao", "Công an tỉnh (QLHC)"),
    *("Giáo dục & Đào tạo", "Du lịch", "Công an tỉnh (PCCC)"),
    *("Khoa học và Công nghệ", "Công ty nước sạch", "Visa"),
    *("Y tế", "Công ty điện lực", "Bộ phận tư vấn pháp lý"),
    *("Nội vụ", "Công an tỉnh (XNC)", "Lao động TBXH"),
]


def small(tmp_path: Path, text: str = SMALL) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(text)
    return path


def test_the_demo_center_is_the_one_of_the_notice(plan: Plan) -> None:
    assert plan.name == "Trung tâm Phục vụ hành chính công tỉnh Quảng Ninh"
    assert [zone.name for zone in plan.zones] == ["Tầng 1", "Tầng 2", "Tầng 3"]
    assert [service.name for service in plan.services_in("tang-3")] == TANG_3
    leads = {service.name: service.lead for service in plan.services}
    assert leads["Thông tin & Truyền thông"] == "66"
    assert leads["Văn hóa & Thể thao"] == "68"
    assert leads["Công an tỉnh (PCCC)"] == "85"
    assert "86" in leads.values()
    assert (plan.sms_sender, plan.lead_minutes) == ("TTHCCQN", 11)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_plan_here_can_be_read_and_is_named_for_its_center(path: Path) -> None:
    assert read_plan(path).id == path.stem


def test_what_a_plan_leaves_out_has_a_default(tmp_path: Path) -> None:
    plan = read_plan(small(tmp_path))
    assert (plan.lead_minutes, plan.timezone, plan.kiosk_addresses) == (10, "Asia/Ho_Chi_Minh", ())
    assert plan.services[0].minutes == 8.0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "nho"', "", "missing required field `id`"),
        ('lead = "86"', "lead = 86", "Expected `str`, got `int` - at `.*services.*lead`"),
        ('lead = "86"', 'lead = "85"', r"services\[0\].lead: counter '85' is not in the plan"),
        ("board = 1", "board = 100", r"counters\[0\].board: must be an address from 1 to 99"),
        ('id = "nho"', "id = nho", "Invalid"),
    ],
)
def test_a_fault_is_told_with_its_path(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(BadPlan, match=said):
        read_plan(small(tmp_path, SMALL.replace(old, new, 1)))


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    faulty = SMALL.replace('"nho"', '"Nhỏ"').replace("board = 1", "board = 0")
    with pytest.raises(BadPlan) as refused:
        read_plan(small(tmp_path, faulty))
    assert "id: must be" in str(refused.value)
    assert "counters[0].board: must be" in str(refused.value)


def test_a_word_that_no_plan_knows_is_a_fault_and_not_passed_over(tmp_path: Path) -> None:
    """`issue_form` instead of `issue_from` would silently open at seven."""
    with pytest.raises(BadPlan, match="windows\\[0\\].issue_form: no plan knows this word"):
        read_plan(small(tmp_path, SMALL + "[[windows]]\nissue_form = 08:00:00\n"))
    with pytest.raises(BadPlan, match=r"counters\[0\].color: no plan"):
        read_plan(small(tmp_path, SMALL.replace("board = 1", 'board = 1, color = "red"')))


def test_a_file_that_is_not_there_or_not_text_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadPlan, match="No such file"):
        read_plan(tmp_path / "none.toml")
    path = tmp_path / "plan.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadPlan):
        read_plan(path)


@given(plans)
def test_a_plan_that_was_written_is_read_as_it_was(plan: Plan) -> None:
    assert parse_plan(write_plan(plan).encode())[0] == plan


def test_a_plan_is_written_as_people_write_one(tmp_path: Path) -> None:
    written = write_plan(read_plan(small(tmp_path)))
    assert written.startswith('id = "nho"\nname = "Trung tâm nhỏ"\n\n[[zones]]\nid = "sanh"\n')
    assert 'lead = "86"\n\n[[counters]]' in written
    assert "timezone" not in written, "what has its default is left out"


def test_what_is_no_toml_is_said_in_a_sentence() -> None:
    for text in (b"\xff", b"id = ", b"a = [" * 2000, b'id = "x"'):
        with pytest.raises(BadPlan):
            parse_plan(text)


@given(plans)
def test_every_fault_is_told_in_both_languages(plan: Plan) -> None:
    for fault in faults(plan):
        assert fault.path
        assert fault.sentence
        assert fault.vi
        assert fault.vi != fault.sentence

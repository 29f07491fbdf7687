"""A person records phrases in the real browser. Its microphone is a tone of the test's own."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running import CENTER, LAPTOP, Pages, RunningDemo, sign_in_staff

pytestmark = pytest.mark.browser
# A tone between silences, which the page's own code records, brings to the clips' form and sends.
MICROPHONE = """
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const level = context.createGain();
  const out = context.createMediaStreamDestination();
  level.gain.value = 0;
  level.gain.setValueAtTime(window.height ?? 0.2, context.currentTime + 0.5);
  level.gain.setValueAtTime(0, context.currentTime + 1.0);
  tone.connect(level).connect(out);
  tone.start();
  delete document.body.dataset.heard;
  tone.stop(context.currentTime + 1.6);
  tone.onended = () => { document.body.dataset.heard = ""; };
  return out.stream;
};
"""


@pytest.fixture
def booth(demo: RunningDemo, pages: Pages) -> Page:
    page = pages.open(LAPTOP)
    page.add_init_script(MICROPHONE)
    sign_in_staff(page, demo, "quantri")
    page.goto(f"{demo.portal}/admin/{CENTER}/voice")
    return page


def record(page: Page) -> None:
    page.get_by_role("button", name="Ghi âm").click()
    page.wait_for_selector("body[data-heard]")  # the tone and the silence after it
    page.get_by_role("button", name="Dừng").click()


def test_one_phrase_after_the_other_and_on_another_day(booth: Page) -> None:
    expect(booth.locator("#words")).to_have_text("mời số")
    record(booth)
    expect(booth.locator("#words")).to_have_text("đến quầy")
    expect(booth.locator("#count")).to_have_text("1")
    booth.reload()
    expect(booth.locator("#words")).to_have_text("đến quầy")
    booth.get_by_role("button", name="mời số").click()
    expect(booth.get_by_role("button", name="Nghe lại")).to_be_enabled()


def test_a_voice_too_soft_is_told_what_to_do(booth: Page, pages: Pages) -> None:
    booth.evaluate("window.height = 0.001")
    words = booth.locator("#words").inner_text()
    record(booth)
    expect(booth.locator("#told")).to_contain_text("giọng nhỏ quá")
    assert booth.locator("#words").inner_text() == words
    pages.forgive("422")

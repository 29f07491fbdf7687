// The phone is told by push, though this page is closed, once its owner has touched the key for it; a second touch
// ends it. What the server keeps of this browser is asked at every opening of the page.

const words = {
  offer: "Báo cho tôi khi đã đóng trang",
  stop: "Thôi báo khi đã đóng trang",
  on: "Điện thoại này sẽ được báo, cả khi đã đóng trang.",
  off: "Điện thoại này không được báo nữa khi đã đóng trang.",
  denied: "Trình duyệt không cho phép báo; có thể đổi trong cài đặt của trang.",
  failed: "Chưa được; xin thử lại.",
};

/** Show the key where this browser can be pushed to; `say(words)` is told what became of it. */
export async function offerToTell(key, here, publicKey, say) {
  if (!publicKey || !("PushManager" in window) || !navigator.serviceWorker) return;
  let isTold = false;
  const show = (on) => {
    isTold = on;
    key.textContent = on ? words.stop : words.offer;
    key.hidden = Notification.permission === "denied";
  };
  key.addEventListener("click", async () => {
    key.disabled = true;
    try {
      if (!isTold && (await Notification.requestPermission()) !== "granted") return say(words.denied);
      const { pushManager } = await navigator.serviceWorker.ready;
      const given = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
      show(await ask(here, given, !isTold));
      say(isTold ? words.on : words.off);
    } catch {
      say(words.failed);
    } finally {
      key.disabled = false;
    }
  });
  show(await isKept(here));
}

/** Whether the server tells this browser of this number; a browser that never subscribed is not asked about. */
async function isKept(here) {
  if (Notification.permission !== "granted") return false;
  try {
    const { pushManager } = await navigator.serviceWorker.ready;
    const given = await pushManager.getSubscription();
    return given !== null && (await ask(here, given, null));
  } catch {
    return false;
  }
}

async function ask(here, given, on) {
  const { endpoint, keys } = given.toJSON();
  const body = JSON.stringify({ on, endpoint, p256dh: keys.p256dh, auth: keys.auth });
  const answer = await fetch(`${here}/push`, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).on;
}

// The phone is told by push, though this page is closed, once its owner has touched the key for it.

const words = {
  on: "Điện thoại này sẽ được báo, cả khi đã đóng trang.",
  denied: "Trình duyệt không cho phép báo; có thể đổi trong cài đặt của trang.",
  failed: "Chưa bật được; xin thử lại.",
};

/** Show the key where this browser can be pushed to; `say(words)` is told what became of it. */
export async function offerToTell(key, here, publicKey, say) {
  if (!publicKey || !("PushManager" in window) || !navigator.serviceWorker) return;
  key.hidden = Notification.permission === "denied";
  key.addEventListener("click", async () => {
    key.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return say(words.denied);
      await tell(here, publicKey);
      key.hidden = true;
      say(words.on);
    } catch {
      say(words.failed);
    } finally {
      key.disabled = false;
    }
  });
}

async function tell(here, publicKey) {
  const { pushManager } = await navigator.serviceWorker.ready;
  const given = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
  const { endpoint, keys } = given.toJSON();
  const body = JSON.stringify({ on: true, endpoint, p256dh: keys.p256dh, auth: keys.auth });
  const answer = await fetch(`${here}/push`, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (!answer.ok) throw new Error(String(answer.status));
}

// Hands the link of a number on to the family: by what the phone shares with, else by copying it.

/** Show the key, if this browser can; `say(words)` is told what became of it. */
export function offerToShare(key, url, number, say) {
  key.hidden = !(navigator.share || navigator.clipboard);
  key.addEventListener("click", async () => {
    try {
      if (navigator.share) await navigator.share({ title: `Số ${number}`, text: `Theo dõi số thứ tự ${number}:`, url });
      else await navigator.clipboard.writeText(url).then(() => say("Đã chép đường dẫn."));
    } catch (fault) {
      if (fault.name !== "AbortError") say("Không gửi được; xin chép đường dẫn ở trên.");
    }
  });
}

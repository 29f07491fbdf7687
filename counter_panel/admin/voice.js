// Records one phrase after the other and sends each to the server, which listens whether it can become a clip.

const RATE = 22050; // what clips have
const booth = document.getElementById("booth");
const here = booth.dataset.here;
const record = document.getElementById("record");
const again = document.getElementById("again");
const clips = [...document.querySelectorAll("[data-clip]")];
let current = 0;
let recorder = null;

function say(vi) {
  document.getElementById("told").textContent = vi;
}

function show(at) {
  current = at;
  const clip = clips[at];
  clips.forEach((other) => other.setAttribute("aria-pressed", String(other === clip)));
  document.getElementById("words").textContent = clip.firstChild.textContent;
  document.getElementById("place").textContent = `${at + 1} / ${clips.length}`;
  again.disabled = !("done" in clip.dataset);
}

function done(clip) {
  clip.dataset.done = "";
  clip.querySelector(".kept").textContent = " ✓";
  const count = clips.filter((one) => "done" in one.dataset).length;
  document.getElementById("count").textContent = count;
  document.getElementById("whole").hidden = count < clips.length;
}

// The first phrase from `at` on that is not recorded yet, round the end.
function open(at) {
  const order = clips.map((_, step) => (at + step) % clips.length);
  return order.find((one) => !("done" in clips[one].dataset)) ?? at % clips.length;
}

function wav(samples) {
  const file = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, word) => [...word].forEach((letter, step) => file.setUint8(at + step, letter.charCodeAt(0)));
  text(0, "RIFF");
  file.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true);
  file.setUint16(22, 1, true);
  file.setUint32(24, RATE, true);
  file.setUint32(28, 2 * RATE, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  text(36, "data");
  file.setUint32(40, 2 * samples.length, true);
  samples.forEach((value, at) => file.setInt16(44 + 2 * at, Math.max(-1, Math.min(1, value)) * 32767, true));
  return file.buffer;
}

// What the microphone gave, as mono at the clips' rate.
async function asWav(blob) {
  const heard = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await blob.arrayBuffer());
  const mono = new OfflineAudioContext(1, Math.max(1, heard.length), RATE);
  const source = mono.createBufferSource();
  source.buffer = heard;
  source.connect(mono.destination);
  source.start();
  return wav((await mono.startRendering()).getChannelData(0));
}

async function send(at, blob) {
  const clip = clips[at];
  const body = await asWav(blob);
  const answer = await fetch(`${here}/${clip.dataset.clip}`, {
    method: "POST", body, headers: {accept: "application/json", "content-type": "audio/wav"},
  });
  if (answer.ok) {
    done(clip);
    say("Đã ghi. Cụm từ tiếp theo:");
    show(open(at + 1));
    return;
  }
  const {again} = await answer.json();
  say(`Hãy ghi lại: ${again}`);
}

async function start() {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false},
  });
  const pieces = [];
  const at = current;
  recorder = new MediaRecorder(stream);
  recorder.ondataavailable = (event) => pieces.push(event.data);
  recorder.onstop = () => {
    stream.getTracks().forEach((track) => track.stop());
    recorder = null;
    record.textContent = "Ghi âm";
    record.disabled = true;
    send(at, new Blob(pieces))
      .catch(() => say("Không gửi được đoạn ghi âm. Hãy thử lại."))
      .finally(() => { record.disabled = false; });
  };
  recorder.start();
  record.textContent = "Dừng";
  say("Đang ghi…");
}

record.addEventListener("click", () => {
  if (recorder) {
    recorder.stop();
    return;
  }
  start().catch(() => say("Không mở được micro. Hãy cho phép trang này dùng micro."));
});

again.addEventListener("click", () => {
  new Audio(`${here}/${clips[current].dataset.clip}.wav`).play().catch(() => say("Không phát được."));
});

clips.forEach((clip, at) => clip.addEventListener("click", () => { if (!recorder) show(at); }));

booth.hidden = false;
show(open(0));
if (!navigator.mediaDevices) {
  record.disabled = true;
  say("Trình duyệt chỉ cho dùng micro trên https hoặc trên chính máy chủ.");
}

// Asks the server until an answer comes, always with the same words: what is asked twice is done once.

const PATIENCE = 8000; // one try waits so long

export function newRequest() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function within(path, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(path, { ...options, signal: stop.signal, cache: "no-store" });
    return { status: response.status, ok: response.ok, body: options.headers ? await response.json() : null };
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the server is there and well. */
export async function serverAnswers() {
  try {
    return (await within("/healthz", {})).ok;
  } catch {
    return false;
  }
}

/** What each service of a center gives now, and its day; null when nobody answers. */
export async function servicesNow(device, center) {
  try {
    const { ok, body } = await within(`/api/centers/${encodeURIComponent(center)}/services`, { headers: { "Goiso-Device": device } });
    return ok ? body : null;
  } catch {
    return null;
  }
}

/**
 * Ask for something of a center's `tickets`. Gives `{answer}` or `{refusal, status}`; `silent` is called once when
 * no answer came. Ends without an answer only when `run.stopped` becomes true.
 */
export async function ask(device, center, what, body, run, silent) {
  const options = {
    method: "POST",
    headers: { "Content-Type": "application/json", "Goiso-Device": device },
    body: JSON.stringify(body),
  };
  for (let told = false; !run.stopped; ) {
    try {
      const { status, ok, body } = await within(`/api/centers/${encodeURIComponent(center)}/tickets${what}`, options);
      if (ok && body.outcome) return { answer: body };
      if (body.refusal) return { refusal: body.refusal, status };
    } catch {
      // no answer, or none that can be read (a proxy's page): asked again below
    }
    if (!told) silent();
    told = true;
    do await new Promise((over) => setTimeout(over, 1500));
    while (!run.stopped && !(await serverAnswers()));
  }
  return {};
}

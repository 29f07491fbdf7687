// Asks the server for a number until an answer comes, always with the same request id: a repeat gets the first answer.

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
    return { status: response.status, ok: response.ok, body: options.method ? await response.json() : null };
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

/**
 * Take a number. Gives `{ticket}` or `{refusal, status}`; `silent` is called once when no answer came.
 * Ends without an answer only when `run.stopped` becomes true.
 */
export async function issue(device, center, service, request, run, silent) {
  const options = {
    method: "POST",
    headers: { "Content-Type": "application/json", "Goiso-Device": device },
    body: JSON.stringify({ service, request }),
  };
  for (let told = false; !run.stopped; ) {
    try {
      const { status, ok, body } = await within(`/api/centers/${encodeURIComponent(center)}/tickets`, options);
      if (ok && body.ticket) return { ticket: body.ticket };
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

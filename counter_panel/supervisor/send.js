// Sends what a supervisor asks. Every request can be repeated (it carries a turn, a version or a day), so it is
// repeated until it is answered.

const PATIENCE = 8000; // one try waits so long for its answer

/** The answer to a request; `silent` is called when it has to be repeated. */
export async function send(address, body, silent = () => {}) {
  for (let tries = 0; ; tries++) {
    const answer = await once(address, body);
    if (answer) return answer;
    silent();
    await new Promise((over) => setTimeout(over, Math.min(5000, 500 * 2 ** tries) * (0.75 + Math.random() / 2)));
  }
}

async function once(address, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(address, {
      method: body ? "POST" : "GET",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
      signal: stop.signal,
    });
    return await response.json();
  } catch {
    return null; // no answer, or a proxy's page instead of one
  } finally {
    clearTimeout(timer);
  }
}

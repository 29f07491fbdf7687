// One question to the server, and what it answered; null when no answer came that can be read.

const PATIENCE = 8000; // ms; one try waits so long

/** POST a body, or GET without one: the answer with its `status`, or null. */
export async function once(path, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const headers = { "Content-Type": "application/json" };
  try {
    const sent = body ? { method: "POST", headers, body: JSON.stringify(body) } : { cache: "no-store" };
    const response = await fetch(path, { ...sent, signal: stop.signal });
    const answer = await response.json();
    return response.ok || answer.refusal ? { ...answer, status: response.status } : null;
  } catch {
    return null; // no answer, or a proxy's page instead of one
  } finally {
    clearTimeout(timer);
  }
}

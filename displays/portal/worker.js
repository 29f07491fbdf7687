// The portal's service worker: shows what is pushed, and keeps the last ticket pages for when there is no network.
// A page from here says by itself since when it is not connected (ticket.js).

const PAGES = "pages";
const PARTS = "parts";
const MOST = 5; // tickets kept
const TICKET = /^\/tickets\/[^/]+\/[^/]+\/[^/]+\/[^/]+$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title, body, path, tag, urgent } = event.data.json();
  const vibrate = urgent ? [400, 200, 400, 200, 800] : [200];
  const more = { body, tag, renotify: true, requireInteraction: urgent, vibrate, lang: "vi", data: path };
  event.waitUntil(self.registration.showNotification(title, more));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(new URL(event.notification.data, self.location).href));
});

async function open(url) {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = all.find((client) => client.url.split(/[?#]/)[0] === url);
  return there ? there.focus() : self.clients.openWindow(url);
}

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(part(event));
  else if (event.request.mode === "navigate" && TICKET.test(pathname)) event.respondWith(ticket(event, pathname));
});

/** A file of a page: its address changes with it, so that what is kept is never old. */
async function part(event) {
  const kept = await caches.match(event.request);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(keep(PARTS, event.request, answer.clone(), 60));
  return answer;
}

/** A ticket's page: what the server says, or without it what it said last. */
async function ticket(event, path) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok) event.waitUntil(keep(PAGES, path, answer.clone(), MOST));
    return answer;
  } catch (fault) {
    const kept = await caches.match(path);
    if (kept) return kept;
    throw fault;
  }
}

/** Keep an answer for later, beside what is shown now: nobody waits for it, and a phone that is full keeps nothing. */
async function keep(name, key, answer, most) {
  try {
    const cache = await caches.open(name);
    await cache.delete(key);
    await cache.put(key, answer);
    const keys = await cache.keys();
    for (const old of keys.slice(0, -most)) await cache.delete(old);
  } catch {
    return; // no room
  }
}

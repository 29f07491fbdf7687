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
  if (pathname.startsWith("/static/")) event.respondWith(part(event.request));
  else if (event.request.mode === "navigate" && TICKET.test(pathname)) event.respondWith(ticket(event.request, pathname));
});

/** A file of a page: its address changes with it, so that what is kept is never old. */
async function part(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await keep(PARTS, request, answer, 60);
  return answer;
}

/** A ticket's page: what the server says, or without it what it said last. */
async function ticket(request, path) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await keep(PAGES, path, answer, MOST);
    return answer;
  } catch (fault) {
    const kept = await caches.match(path);
    if (kept) return kept;
    throw fault;
  }
}

/** Keep an answer for later; a phone that is full keeps nothing, and shows what was answered all the same. */
async function keep(name, key, answer, most) {
  try {
    const cache = await caches.open(name);
    await cache.delete(key);
    await cache.put(key, answer.clone());
    const keys = await cache.keys();
    for (const old of keys.slice(0, -most)) await cache.delete(old);
  } catch {
    return; // no room
  }
}

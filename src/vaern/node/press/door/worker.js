// Answers for the pages of the door while the phone is off line. What it keeps was put there by the page (door.js), and
// holds nobody's name. What changes or names somebody is never kept: only pages of a door, styles and scripts.
"use strict";

const KEPT = "vaern-door-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    fetch(event.request).catch(async (error) => {
      const found = await (await caches.open(KEPT)).match(event.request, { ignoreVary: true });
      if (found) return found;
      throw error;
    }),
  );
});

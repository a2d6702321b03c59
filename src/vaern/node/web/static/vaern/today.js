// The quiet number beside "Today" in the menu: asked for at most once a minute in a tab, and only while it is looked at.
"use strict";

(() => {
  const EVERY = 60_000;
  const { count: address, who } = document.currentScript.dataset;
  const kept = `today:${who}`;
  const links = [...document.querySelectorAll(':is(.side, .side-menu) a[href="/"]')];
  if (!links.length) return;

  function show(count) {
    for (const link of links) {
      let number = link.querySelector(".count");
      if (!count) { number?.remove(); continue; }
      if (!number) {
        number = Object.assign(document.createElement("span"), { className: "count" });
        link.append(" ", number);
      }
      number.textContent = String(count);
    }
    if (document.getElementById("today-live")) {
      document.title = (count ? `(${count}) ` : "") + document.title.replace(/^\(\d+\) /, "");
    }
  }

  async function ask() {
    const known = JSON.parse(sessionStorage.getItem(kept) ?? "null");
    if (known) show(known.count);
    if (document.hidden || (known && Date.now() - known.at < EVERY)) return;
    const answer = await fetch(address, { headers: { "Vaern-Poll": "1", Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const { count } = await answer.json();
    sessionStorage.setItem(kept, JSON.stringify({ count, at: Date.now() }));
    show(count);
  }

  // The page itself has just counted.
  const here = document.getElementById("today-live")?.dataset.calls;
  if (here !== undefined) sessionStorage.setItem(kept, JSON.stringify({ count: Number(here), at: Date.now() }));
  ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
})();

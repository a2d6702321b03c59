// A record's page: tabs, and menus that close. Without this script all tabs stand one below the other, and the line of
// tabs leads to them. What is in a tab that is not shown is found by the browser's search, which then shows it.
"use strict";
(() => {
  function choose(bar, tab, focus) {
    for (const one of bar.querySelectorAll("[role=tab]")) {
      const is = one === tab;
      one.setAttribute("aria-selected", is);
      one.tabIndex = is ? 0 : -1;
      const panel = document.getElementById(one.getAttribute("aria-controls"));
      if (is) panel.removeAttribute("hidden");
      else panel.setAttribute("hidden", "until-found");
    }
    if (focus) tab.focus();
  }
  function begin(bar) {
    const tabs = [...bar.querySelectorAll("a")].filter((one) => document.getElementById(one.hash.slice(1)));
    bar.querySelector("ul").setAttribute("role", "tablist");
    for (const one of tabs) {
      one.parentElement.setAttribute("role", "presentation");
      one.setAttribute("role", "tab");
      one.setAttribute("aria-controls", one.hash.slice(1));
      const panel = document.getElementById(one.hash.slice(1));
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", one.id);
      panel.addEventListener("beforematch", () => choose(bar, one));
      one.addEventListener("click", (event) => { event.preventDefault(); choose(bar, one); });
    }
    choose(bar, tabs.find((one) => "first" in one.dataset) ?? tabs[0]);
    show(location.hash);
  }
  // An address that names a part of the page shows the tab that it is in.
  function show(hash) {
    const wanted = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    const panel = wanted && wanted.closest("[data-tab]");
    const bar = document.querySelector("[data-tabs]");
    if (!panel || !bar) return;
    choose(bar, bar.querySelector(`[aria-controls="${panel.id}"]`));
    for (let fold = wanted.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (wanted !== panel) wanted.scrollIntoView();
  }
  function look(root) {
    for (const bar of root.querySelectorAll("[data-tabs]")) begin(bar);
  }
  look(document);
  document.addEventListener("vaern:shown", (event) => look(event.target));
  document.addEventListener("vaern:anchor", (event) => show(event.detail));
  addEventListener("hashchange", () => show(location.hash));

  const tabs = () => [...document.querySelectorAll("[data-tabs] [role=tab]")];
  Keys.add("tabs.move", (event, key) => {
    const all = tabs();
    if (key.length > 1 && !all.includes(event.target)) return false; // elsewhere an arrow scrolls the page
    const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const next = { n: now + 1, ArrowRight: now + 1, p: now - 1, ArrowLeft: now - 1, Home: 0, End: all.length - 1 }[key];
    choose(all[0].closest("[data-tabs]"), all[(next + all.length) % all.length], true);
    return true;
  }, { can: () => tabs().length > 1, repeats: true });
  const first = () => document.querySelector(".record-acts > .primary, .record-acts > form > .primary");
  Keys.add("record.first", () => first().click(), { can: () => Boolean(first()), named: () => first().textContent.trim() });
  const more = () => document.querySelector(".record-acts > details.menu");
  Keys.add("record.more", () => {
    more().open = !more().open;
    (more().open ? more().querySelector(".menu-list :is(a, button:not([disabled]))") ?? more().querySelector("summary") : more().querySelector("summary")).focus();
  }, { can: () => Boolean(more()) });
  const code = () => document.querySelector(".record-line .code")?.textContent.trim();
  Keys.add("record.copy", async (_event, _key, line) => {
    await navigator.clipboard.writeText(code());
    Keys.say(`${line.dataset.copied}: ${code()}`);
  }, { can: () => Boolean(navigator.clipboard && code()) });
})();

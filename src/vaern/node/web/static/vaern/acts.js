// Acts in place: the page of an act opens beside the record that it is about, and what came of it stands in the record.
// A link with `data-act` opens its page so, and a form with `data-act` is sent without leaving; where
// that attribute names a part of the page, an answer that is no redirect takes its place. Without this script, and
// with a key held down, they lead to the pages themselves: the node answers the same, and only says where to go instead
// of sending the browser there (`web.in_place`).
"use strict";
(() => {
  const drawer = document.getElementById("act");
  if (!drawer?.showModal) return;
  const title = drawer.querySelector("[data-act-title]");
  const body = drawer.querySelector("[data-act-body]");
  let address = ""; // of the page in the drawer
  let asked = 0; // the last that was asked for; an answer to an earlier question comes too late

  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  const pathOf = (url) => new URL(url, location.href).pathname;
  const isPlain = (event) => !(event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);

  function busy(is) {
    drawer.toggleAttribute("aria-busy", is);
    document.querySelector("main").toggleAttribute("aria-busy", is);
  }
  async function ask(url, options = {}) {
    const mine = ++asked;
    busy(true);
    try {
      const headers = { "Vaern-In-Place": location.pathname };
      const { part, ...sent } = options;
      const answer = await fetch(url, { ...sent, headers });
      if (mine !== asked) return;
      const then = answer.headers.get("Vaern-Then");
      if (then) await follow(then, answer.headers.has("Vaern-Same"));
      else if (answer.headers.get("Content-Disposition")?.startsWith("attachment")) await keep(answer);
      else if (!replace(part, await answer.clone().text())) show(await answer.text(), answer.url || url);
    } catch {
      failed();
    } finally {
      if (mine === asked) busy(false);
    }
  }

  // The drawer -------------------------------------------------------------------------------------------------------
  async function bring(page) {
    const wanted = [...page.head.querySelectorAll("link[rel=stylesheet], script[src]")];
    const address = (one) => one.getAttribute("href") ?? one.getAttribute("src");
    const here = new Set([...document.head.querySelectorAll("link[rel=stylesheet], script[src]")].map(address));
    const missing = wanted.filter((one) => !here.has(address(one)));
    await Promise.all(missing.map((one) => new Promise((done) => {
      const copy = document.createElement(one.localName);
      for (const { name, value } of one.attributes) copy.setAttribute(name, value);
      copy.onload = copy.onerror = done;
      document.head.append(copy);
    })));
  }
  // Two pages in one: what the one in the drawer calls its parts must not be what the one below calls its own.
  function apart(root) {
    const own = new Set([...root.querySelectorAll("[id]")].map((one) => one.id));
    const named = (text) => text.split(/\s+/).map((id) => (own.has(id) ? `act-${id}` : id)).join(" ");
    for (const one of root.querySelectorAll("*")) {
      for (const name of ["for", "list", "form", "aria-describedby", "aria-labelledby", "aria-controls", "data-bulk"]) {
        if (one.hasAttribute(name)) one.setAttribute(name, named(one.getAttribute(name)));
      }
      const to = one.getAttribute("href");
      if (to?.startsWith("#") && own.has(to.slice(1))) one.setAttribute("href", `#act-${to.slice(1)}`);
      if (one.id) one.id = `act-${one.id}`;
    }
  }
  function show(text, url) {
    const page = parsed(text);
    const main = page.querySelector("main");
    if (!main) { location.assign(url); return; }
    address = url;
    title.textContent = main.querySelector("h1")?.textContent.trim() ?? page.title;
    for (const one of main.querySelectorAll(".crumbs, h1")) one.remove();
    apart(main);
    for (const again of main.querySelectorAll('a[href=""]')) { // to this page itself, which is the one in the drawer
      again.setAttribute("href", url);
      again.dataset.act = "";
    }
    for (const form of main.querySelectorAll("form:not([method=dialog])")) {
      if (!form.getAttribute("action")) form.setAttribute("action", url);
      form.dataset.page = pathOf(url);
    }
    body.className = main.className;
    body.replaceChildren(...main.childNodes);
    bring(page).then(() => tell(body));
    if (!drawer.open) drawer.showModal();
    const first = body.querySelector("[data-focus]") ?? body.querySelector("[autofocus]")
      ?? body.querySelector("form :is(input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea)")
      ?? body.querySelector("form button.primary, form button.danger");
    (first && first.closest("details:not([open])") ? body.querySelector("form button.primary, form button.danger") ?? first : first)?.focus();
    drawer.scrollTop = 0;
  }
  // A form that stands in the page itself, and came back with what is wrong, takes its own place again.
  function replace(part, text) {
    const [here, fresh] = [part && document.querySelector(part), part && parsed(text).querySelector(part)];
    if (!here || !fresh) return false;
    here.replaceWith(fresh);
    tell(fresh);
    const first = fresh.querySelector("[data-focus]") ?? fresh.querySelector("input, select, textarea");
    first?.focus();
    first?.scrollIntoView({ block: "nearest" });
    return true;
  }
  function failed() {
    const note = document.createElement("p");
    note.className = "note bad";
    note.setAttribute("role", "alert");
    note.textContent = drawer.dataset.unreached;
    body.querySelector(":scope > .note.bad[data-lost]")?.remove();
    note.dataset.lost = "";
    body.prepend(note);
    if (!drawer.open) drawer.showModal();
  }
  async function keep(answer) {
    const name = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition"))?.[1] ?? "download";
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await answer.blob()), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    await follow(location.href, true);
  }

  // What came of it --------------------------------------------------------------------------------------------------
  function tell(root) {
    globalThis.htmx?.process(root);
    root.dispatchEvent(new CustomEvent("vaern:shown", { bubbles: true }));
  }
  async function follow(to, same) {
    const url = new URL(to, location.href);
    if (drawer.open && url.pathname === pathOf(address)) { await ask(url.href); return; }
    if (!same) { location.assign(url); return; }
    const page = parsed(await (await fetch(url)).text());
    const main = page.querySelector("main");
    if (!main) { location.assign(url); return; }
    const place = { top: scrollY, tab: document.querySelector("main [role=tab][aria-selected=true]")?.id };
    const moved = url.pathname !== location.pathname;
    await bring(page);
    if (drawer.open) drawer.close();
    document.querySelector("main").replaceWith(main);
    const [side, fresh] = [document.querySelector("nav.side"), page.querySelector("nav.side")];
    if (side && fresh) side.replaceWith(fresh);
    document.title = page.title;
    if (moved) history.pushState({ acts: true }, "", url.pathname + url.search + url.hash);
    tell(main);
    if (!moved && !url.hash && place.tab) document.getElementById(place.tab)?.click();
    scrollTo({ top: moved ? 0 : place.top, behavior: "instant" });
    const said = main.querySelector(".messages") ?? main.querySelector("h1");
    said?.setAttribute("tabindex", "-1");
    said?.focus({ preventScroll: !moved });
    if (url.hash) document.dispatchEvent(new CustomEvent("vaern:anchor", { detail: url.hash }));
  }
  addEventListener("popstate", (event) => { if (event.state?.acts || !location.hash) location.reload(); });

  // An undo is offered for a minute.
  function expire(root) {
    for (const form of root.querySelectorAll("form[data-until]")) {
      setTimeout(() => form.remove(), Math.max(0, Number(form.dataset.until) * 1000 - Date.now()));
    }
  }
  expire(document);
  document.addEventListener("vaern:shown", (event) => expire(event.target));

  // What people do ---------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !isPlain(event) || link.target || link.hasAttribute("download")) return;
    const inside = drawer.contains(link);
    if (inside && link.matches(".button") && pathOf(link.href) === location.pathname) {
      event.preventDefault();
      drawer.close();
    } else if (link.hasAttribute("data-act")) {
      event.preventDefault();
      ask(link.href);
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const inside = drawer.contains(form);
    if (event.defaultPrevented || form.method === "dialog" || !(inside || form.hasAttribute("data-act"))) return;
    event.preventDefault();
    const button = event.submitter;
    const url = new URL(button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", inside ? address : location.href);
    const data = new FormData(form, button);
    if (form.method === "get") {
      url.search = new URLSearchParams(data);
      ask(url.href);
    } else {
      const sent = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
      ask(url.href, { method: "POST", body: sent, part: inside ? "" : form.dataset.act });
    }
  });
  drawer.addEventListener("click", (event) => { if (event.target === drawer) drawer.close(); }); // beside it
})();

// The palette: pages of the menu and acts of this page as one types, records when one asks. Without it, links lead to the page.
"use strict";
(() => {
  const palette = document.getElementById("palette");
  const form = palette.querySelector("form");
  const token = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken" });
  const sought = document.getElementById("palette-q");
  const options = document.getElementById("palette-options");
  const nothing = document.getElementById("palette-none");
  const announced = document.getElementById("palette-said");
  const MOST_OF_A_KIND = 8;
  const PAUSE = 80; // milliseconds until what was typed is looked for among the names on this page
  let pause = 0;
  let asked = 0; // counts what was asked for, so that a late answer is not shown

  for (const sign of document.querySelectorAll("[data-palette-key]")) {
    if (Keys.isApple) sign.textContent = "⌘K";
    sign.hidden = false;
  }

  function plain(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").trim().toLocaleLowerCase();
  }
  function named(element) {
    return (element.getAttribute("aria-label") ?? element.textContent).replace(/\s+/g, " ").trim();
  }
  // What can be gone to or done from here: read from the page itself, when the palette opens.
  let places = [];
  let acts = [];
  function readPage() {
    const seen = new Set();
    const isNew = (key) => !seen.has(key) && seen.add(key);
    places = [...palette.querySelectorAll("[data-palette-pages] a"), ...document.querySelectorAll("main .tabs a")]
      .filter((link) => isNew(link.href))
      .map((link) => ({ label: named(link), url: link.href, detail: link.dataset.entry }));
    acts = [...document.querySelectorAll("main .page-head .actions :is(a, button), main a[data-act], main form[data-act] button")]
      .filter((act) => !act.disabled && named(act) && act.checkVisibility?.() !== false && isNew(named(act)))
      .map((act) => ({ label: named(act), act }));
  }
  // How what was typed begins one: 2 its name, 1 the word of its entry or tab, 0 neither.
  function begins(one, words) {
    const typed = words.join(" ");
    return plain(one.label).startsWith(typed) ? 2 : Number(plain(one.detail ?? "").startsWith(typed));
  }
  function fitting(all, words) {
    const has = all.filter((one) => words.every((word) => plain(`${one.label} ${one.detail ?? ""}`).includes(word)));
    return has.sort((a, b) => begins(b, words) - begins(a, words)).slice(0, MOST_OF_A_KIND);
  }

  // The palette is made once for all who may do the same; the token is of this session, and in the page's other forms.
  function sign() {
    token.value = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    form.append(token);
  }
  function submit() {
    sign();
    form.submit();
  }

  function option(label, { url, act, search, whole, detail, state }) {
    const made = document.createElement(url ? "a" : "div");
    made.setAttribute("role", "option");
    made.tabIndex = -1;
    made.append(Object.assign(document.createElement("span"), { className: "palette-name", textContent: label }));
    if (state) made.append(state);
    if (detail) made.append(Object.assign(document.createElement("span"), { className: "quiet", textContent: detail }));
    if (url) made.href = url;
    made.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (search) searchRecords();
      if (whole) submit();
      if (act) { palette.close(); act.click(); }
      if (url) palette.close();
    });
    return made;
  }
  function group(label, all) {
    if (!all.length) return [];
    const made = document.createElement("div");
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", label);
    const head = Object.assign(document.createElement("p"), { className: "palette-group", textContent: label });
    head.setAttribute("aria-hidden", "true");
    made.append(head, ...all);
    return [made];
  }
  function show(groups) {
    nothing.replaceChildren();
    options.replaceChildren(...groups);
    const all = [...options.querySelectorAll("[role=option]")];
    all.forEach((one, place) => { one.id = `palette-option-${place}`; });
    options.hidden = !all.length;
    sought.setAttribute("aria-expanded", String(all.length > 0));
    mark(all[0]);
  }
  function mark(chosen) {
    for (const one of options.querySelectorAll("[role=option]")) one.setAttribute("aria-selected", String(one === chosen));
    if (chosen) sought.setAttribute("aria-activedescendant", chosen.id);
    else sought.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  function offer() {
    asked += 1;
    announced.textContent = "";
    const text = sought.value.trim();
    const words = plain(text).split(" ").filter(Boolean);
    const here = group(palette.dataset.acts, fitting(acts, words).map((one) => option(one.label, one)));
    const there = group(palette.dataset.pages, fitting(places, words).map((one) => option(one.label, one)));
    const label = palette.dataset.sought.replace("#", () => text);
    const records = text ? group(palette.dataset.records, [option(label, { search: true, detail: palette.dataset.recorded })]) : [];
    // Enter searches, unless what was typed is how a page or an act begins.
    const isNamed = [...fitting(acts, words), ...fitting(places, words)].some((one) => begins(one, words));
    show(text && isNamed ? [...here, ...there, ...records] : [...records, ...here, ...there]);
  }

  async function searchRecords() {
    const number = ++asked;
    sign();
    const body = new URLSearchParams(new FormData(form)); // never the address: what is sought may be a keyword, or names somebody
    announced.textContent = palette.dataset.searching;
    const chosen = options.querySelector("[aria-selected=true] .palette-name");
    if (chosen) chosen.textContent = palette.dataset.searching;
    let answer = null;
    try {
      answer = await fetch(form.action, { method: "POST", body, headers: { "Vaern-Palette": "1" } });
    } catch {
      // the page of the search says what is wrong
    }
    if (number !== asked || !palette.open) return;
    if (!answer?.ok || answer.redirected) { submit(); return; }
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (number !== asked) return;
    const groups = [...found.querySelectorAll(".find-group")].map((one) => group(one.querySelector("h3").textContent, hits(one)));
    const whole = group(palette.dataset.records, [option(palette.dataset.page, { whole: true })]);
    const none = found.querySelector(".find-none");
    show([...groups.flat(), ...(groups.length ? whole : [])]);
    nothing.replaceChildren(...(none ? [document.importNode(none, true)] : []));
    announced.textContent = (found.querySelector(".find-count") ?? none?.querySelector("p"))?.textContent.trim() ?? "";
  }
  function hits(one) {
    return [...one.querySelectorAll("li")].map((line) => {
      const link = line.querySelector("a");
      const state = line.querySelector(".chip");
      const detail = line.querySelector(".quiet")?.textContent;
      return option(link.textContent, { url: link.getAttribute("href"), detail, state: state && document.importNode(state, true) });
    });
  }

  function openPalette() {
    if (palette.open) return;
    readPage();
    sought.value = "";
    offer();
    palette.showModal();
    sought.focus();
  }
  document.addEventListener("click", (event) => {
    if (event.target === palette) palette.close(); // beside it
    if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPalette();
  });
  Keys.add("palette.open", () => { if (palette.open) palette.close(); else openPalette(); }, { typing: true });
  sought.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(settle, PAUSE);
  });
  function settle() {
    clearTimeout(pause);
    pause = 0;
    offer();
  }
  Keys.add("palette.choose", (_event, key) => {
    const all = [...options.querySelectorAll("[role=option]")];
    const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    mark(all[(now + (key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
  }, { typing: true, repeats: true });
  Keys.add("palette.take", (event) => {
    if (event.target !== sought) return false;
    if (pause) settle();
    options.querySelector("[aria-selected=true]")?.click();
    return true;
  }, { typing: true });
  Keys.add("palette.close", () => palette.close(), { typing: true }); // a field for searches would first be emptied
})();

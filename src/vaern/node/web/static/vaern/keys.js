// Keys. A line of the page says which there are (`data-keys`) and names what they do (`data-does`); a script says what that is (`Keys.add`).
// A key without a line does nothing, and a line that nothing answers to here is not told: so the dialogue on `?` tells what works, and all of it.
// Single letters, figures and signs can be switched off by each person (WCAG 2.1.4); arrows, Enter, Escape and chords remain.
"use strict";

const Keys = (() => {
  const acts = new Map();
  const dialog = document.getElementById("keys-dialog");
  const said = document.getElementById("keys-said");
  const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
  const SIGNS = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", "Control+k": isApple ? "⌘ K" : "Ctrl K" };
  let begun = ""; // the first of two keys, until the next

  // act(event, key, line): `false` says that there was nothing to do, and the key is the browser's, or another line's.
  // can: whether it works on this page now; typing: also while one types; repeats: as long as the key is held; named: what exactly it does here.
  function add(name, act, { can = () => true, typing = false, repeats = false, named = null } = {}) {
    acts.set(name, { act, can, typing, repeats, named });
  }

  // What keys of a line work here. A dialogue has its own lines, for while it is open; those of a page mean what is under it.
  const isSingle = (key) => key !== " " && [...key.split(">").at(-1)].length === 1;
  function keysOf(line) {
    const keys = line.dataset.keys.split(" ");
    return document.body.dataset.singleKeys === "off" ? keys.filter((key) => !isSingle(key)) : keys;
  }
  function works(line) {
    return Boolean(keysOf(line).length && acts.get(line.dataset.does)?.can(line));
  }
  function around(element) {
    return element.closest("dialog[open]") ?? [...document.querySelectorAll("dialog:modal")].at(-1) ?? null;
  }
  function linesIn(place) {
    return [...document.querySelectorAll("[data-keys]")].filter((line) => line.closest("dialog") === place || "anywhere" in line.dataset);
  }

  // Radio buttons and boxes take no letters. A dialogue that was just closed keeps the focus until the page is next drawn: a key is for the page.
  const TAKES_TEXT = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea, [contenteditable]";
  function isTyping(element) {
    return element.matches(TAKES_TEXT) && !element.closest("dialog:not([open])");
  }
  function pressed(event) {
    if (["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"].includes(event.key) || event.altKey) return "";
    if (event.ctrlKey || event.metaKey) {
      const isChord = isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
      return isChord && !event.shiftKey ? `Control+${event.key.toLowerCase()}` : "";
    }
    return event.key;
  }
  document.addEventListener("keydown", (event) => {
    const key = pressed(event);
    if (!key || event.defaultPrevented || event.isComposing) return;
    const typing = isTyping(event.target);
    const lines = linesIn(around(event.target)).filter((line) => works(line) && (!typing || acts.get(line.dataset.does).typing));
    const before = begun;
    wait("");
    if (before && key === "Escape") { event.preventDefault(); return; }
    for (const wanted of before ? [`${before}>${key}`, key] : [key]) {
      for (const line of lines.filter((one) => keysOf(one).includes(wanted))) {
        const { act, repeats } = acts.get(line.dataset.does);
        if (event.repeat && !repeats) { event.preventDefault(); return; }
        if (act(event, key, line) !== false) { event.preventDefault(); return; }
      }
    }
    const following = lines.filter((line) => keysOf(line).some((one) => one.startsWith(`${key}>`)));
    if (following.length) { event.preventDefault(); wait(key, following); }
  });

  // Of two keys the second has all the time in the world: what it may be stands there until another key or a click.
  function wait(key, lines = []) {
    if (begun) say("");
    begun = key;
    if (key) say(`${key} … ${lines.map((line) => `${keysOf(line)[0].split(">")[1]}\u00a0${labelOf(line)}`).join(" · ")}`);
  }
  document.addEventListener("pointerdown", () => { wait(""); say(""); });
  document.addEventListener("focusin", (event) => { if (isTyping(event.target)) wait(""); });
  function say(text) {
    said.textContent = text;
  }

  // The dialogue.
  function signs(key) {
    return key.split(">").map((one) => Object.assign(document.createElement("kbd"), { textContent: SIGNS[one] ?? one }));
  }
  function drawn(line) {
    const keys = keysOf(line);
    return keys.length > 4 ? [...signs(keys[0]), " – ", ...signs(keys.at(-1))] : keys.flatMap((key) => [...signs(key), " "]);
  }
  function labelOf(line) {
    line.dataset.label ??= line.textContent.replace(/\s+/g, " ").trim();
    return line.dataset.label;
  }
  function told() {
    const place = around(document.activeElement ?? document.body);
    const also = [...document.querySelectorAll("[data-tell] [data-keys]")];
    return [...new Set([...linesIn(place), ...also])].filter(works);
  }
  function show() {
    if (dialog.open) { dialog.close(); return; }
    const groups = new Map();
    for (const line of told()) {
      const title = line.closest("[data-keys-of]").dataset.keysOf;
      if (!groups.has(title)) groups.set(title, document.createElement("dl"));
      const [row, keys, words] = ["div", "dt", "dd"].map((name) => document.createElement(name));
      keys.append(...drawn(line));
      const exactly = acts.get(line.dataset.does).named?.();
      words.textContent = exactly ? `${labelOf(line)}: ${exactly}` : labelOf(line);
      row.dataset.told = line.dataset.does;
      row.dataset.toldKeys = keysOf(line).join(" ");
      row.append(keys, words);
      groups.get(title).append(row);
    }
    dialog.querySelector("[data-keys-told]").replaceChildren(...[...groups].map(([title, list]) => {
      const group = document.createElement("section");
      group.append(Object.assign(document.createElement("h3"), { textContent: title }), list);
      return group;
    }));
    dialog.showModal();
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-keys-open]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const menu of document.querySelectorAll("details.person[open]")) menu.open = false;
    show();
  });
  for (const opener of document.querySelectorAll("[data-keys-open]")) opener.hidden = false;
  for (const line of document.querySelectorAll("[data-tell] [data-keys]")) { // what stands in sight says its keys there too
    labelOf(line);
    line.prepend(...drawn(line));
  }

  add("keys.show", show, { can: () => Boolean(dialog) });
  add("menu.close", (event) => {
    const menu = event.target.closest("details:is(.person, .menu)[open]");
    if (!menu) return false;
    menu.open = false;
    menu.querySelector("summary").focus();
    return true;
  }, { typing: true });
  add("menu.go", (_event, _key, line) => location.assign(line.dataset.to));
  return { add, say, isApple };
})();

// Lists: arrows or j and k move, Home and End jump, Enter opens (the link has the focus), x chooses the row.
{
  const links = (table) => [...table.querySelectorAll("tbody th[scope=row] a")];
  const table = () => [...document.querySelectorAll("table[data-keyboard]")].find((one) => links(one).length);
  const row = () => document.activeElement.closest("table[data-keyboard] tbody tr");
  Keys.add("rows.move", (event, key) => {
    const inside = event.target.closest("table[data-keyboard], .table-scroll");
    if (!inside && key.length > 1) return false; // elsewhere an arrow scrolls the page
    const all = links(inside?.closest(".table-area")?.querySelector("table") ?? table());
    const now = all.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const wanted = { ArrowDown: now + 1, j: now + 1, ArrowUp: now - 1, k: now - 1, Home: 0, End: all.length - 1 }[key];
    const link = all[Math.max(0, Math.min(wanted, all.length - 1))];
    link?.focus();
    link?.closest("tr").scrollIntoView({ block: "nearest" });
    return Boolean(link);
  }, { can: () => Boolean(table()), repeats: true });
  Keys.add("rows.open", () => false, { can: () => Boolean(table()) }); // a link does so by itself
  Keys.add("rows.choose", () => row()?.querySelector(".pick input")?.click(), { can: () => Boolean(document.querySelector("table[data-keyboard] .pick input")) });
  Keys.add("search.focus", () => {
    const search = document.querySelector("main [data-search]");
    search.focus();
    search.select();
  }, { can: () => Boolean(document.querySelector("main [data-search]")) });
}

// What pages do beyond HTML. Everything works without it: links lead where a dialogue would open, tables are links.
"use strict";

// Dialogues: a link that names one opens it instead of its page.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  for (const menu of document.querySelectorAll("details:is(.person, .menu)[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A secret: copied, and said so.
function offerCopying(root) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const value = button.closest(".secret").querySelector("output").textContent;
  await navigator.clipboard.writeText(value);
  button.textContent = button.dataset.copied;
});

// Tables: arrows or j and k move, Home and End jump, Enter opens (the link has the focus), a click on a row opens it.
function links(table) {
  return [...table.querySelectorAll("tbody th[scope=row] a")];
}
function move(table, key) {
  const all = links(table);
  const now = all.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const wanted = { ArrowDown: now + 1, j: now + 1, ArrowUp: now - 1, k: now - 1, Home: 0, End: all.length - 1 }[key];
  const link = all[Math.max(0, Math.min(wanted, all.length - 1))];
  link?.focus();
  link?.closest("tr").scrollIntoView({ block: "nearest" });
  return Boolean(link);
}
// A dialogue that was just closed keeps the focus until the page is next drawn: a key pressed by then is for the page.
function isTyping(element) {
  return element.matches("input:not([type=checkbox]), select, textarea, [contenteditable], dialog *") && !element.closest("dialog:not([open])");
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = event.target.closest("details:is(.person, .menu)[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
    return;
  }
  const inside = event.target.closest("table[data-keyboard], .table-scroll");
  const letters = event.key === "j" || event.key === "k";
  if (!letters && !(inside && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key))) return;
  const table = inside?.closest(".table-area")?.querySelector("table") ?? document.querySelector("table[data-keyboard]");
  if (table && move(table, event.key)) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const row = event.target.closest("table[data-keyboard] tbody tr");
  if (!row || event.target.closest("a, button, input, select, label, summary, details, form")) return;
  if (String(getSelection())) return;
  row.querySelector("th[scope=row] a")?.click();
});

// What only follows from an answer appears with it: `data-shown-if="name=value value"`. Without this script it is there.
function showWhatFollows(root) {
  for (const part of root.querySelectorAll("[data-shown-if]")) {
    const [name, values] = part.dataset.shownIf.split("=");
    part.hidden = !new FormData(part.closest("form")).getAll(name).some((value) => values.split(" ").includes(value));
  }
}
showWhatFollows(document);
document.addEventListener("change", (event) => { if (event.target.form) showWhatFollows(event.target.form); });
document.addEventListener("vaern:shown", (event) => showWhatFollows(event.target));

// What the page asks by itself, every few seconds or as it loads, says so: it keeps no session of somebody who left alive.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.triggeringEvent) event.detail.headers["Vaern-Poll"] = "1";
});

// Rows that are chosen: how many, and what can be done with them.
function countChosen() {
  for (const bulk of document.querySelectorAll("[data-bulk]")) {
    const n = document.querySelectorAll(`#${bulk.dataset.bulk} .pick input:checked`).length;
    const count = bulk.querySelector(".bulk-count");
    count.textContent = n === 1 ? count.dataset.one : count.dataset.many.replace("#", n);
    for (const button of bulk.querySelectorAll("button")) button.disabled = n === 0;
  }
}
document.addEventListener("change", countChosen);
document.addEventListener("htmx:oobAfterSwap", countChosen);
countChosen();

// A form with errors: the summary is read first.
document.querySelector("form[method=post] [data-focus]")?.focus();
offerCopying(document);
for (const name of ["htmx:afterSwap", "vaern:shown"]) document.addEventListener(name, (event) => offerCopying(event.target));

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

// A click on a row opens it.
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
    const form = part.closest("form");
    const question = form.elements[name];
    const holder = (question?.[0]?.closest ? question[0] : question)?.closest?.("[data-shown-if]");
    const asked = new FormData(form).getAll(name).some((value) => values.split(" ").includes(value));
    part.hidden = Boolean(holder?.hidden) || !asked; // nothing follows from a question that is not asked
  }
}
showWhatFollows(document);
for (const name of ["input", "change"]) document.addEventListener(name, (event) => { if (event.target.form) showWhatFollows(event.target.form); });
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

// Tables: filters apply as they are changed, and a table that holds all its rows is sorted here. Without this script
// the button of the filters does the one, and the rows stand as they were served.
"use strict";

// Filters. A choice sends the form; words still need Enter, since each search is recorded. What was changed has the
// focus again on the page that comes, and the page stands where it stood.
const CHANGED = "vaern-filter";
document.addEventListener("change", (event) => {
  const select = event.target;
  const form = select.closest("form[data-filters]");
  if (!form || !select.matches("select") || select.dataset.arrows === "1") return;
  send(form, select);
});
function send(form, select) {
  try {
    sessionStorage.setItem(CHANGED, JSON.stringify({ id: select.id, path: location.pathname, top: scrollY, at: Date.now() }));
  } catch { /* a browser that keeps nothing: the page begins at its top */ }
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) given.append(name, value);
  location.assign(`${location.pathname}?${given}`);
}
// With the keyboard a closed select changes at each arrow: it is sent when it is left, or with Enter.
document.addEventListener("keydown", (event) => {
  const select = event.target.closest?.("form[data-filters] select");
  if (!select) return;
  if (event.key === "Enter" && select.dataset.arrows === "1") { event.preventDefault(); delete select.dataset.arrows; send(select.form, select); return; }
  if (event.key.length === 1 || ["ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"].includes(event.key)) {
    select.dataset.before ??= select.value;
    select.dataset.arrows = "1";
  }
});
document.addEventListener("pointerdown", (event) => {
  const select = event.target.closest?.("form[data-filters] select");
  if (select) delete select.dataset.arrows;
});
document.addEventListener("focusout", (event) => {
  const select = event.target.closest?.("form[data-filters] select");
  if (!select || select.dataset.arrows !== "1") return;
  const before = select.dataset.before;
  delete select.dataset.arrows;
  delete select.dataset.before;
  if (before !== select.value) send(select.form, select);
});
function comeBack() {
  let found = null;
  try {
    found = JSON.parse(sessionStorage.getItem(CHANGED) ?? "null");
    sessionStorage.removeItem(CHANGED);
  } catch { return; }
  if (!found || found.path !== location.pathname || Date.now() - found.at > 10_000) return;
  const select = document.getElementById(found.id);
  if (!select) return;
  const folded = select.closest("details:not([open])");
  if (folded) folded.open = true;
  select.focus({ preventScroll: true });
  scrollTo({ top: found.top, behavior: "instant" });
}
comeBack();

// On a phone the filters are folded. A browser whose style sheet cannot unfold them on a wide page is helped here.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 40rem)").matches) {
  for (const fold of document.querySelectorAll("details.filters-fold")) fold.open = true;
}

// Sorting of whole tables: moments and days by what machines read of them, numbers as numbers, words as the page's
// language sorts them, what is empty last.
const LANGUAGE = document.documentElement.lang || "en";
const BY_WORDS = new Intl.Collator(LANGUAGE, { numeric: true, sensitivity: "base" });
const NOTHING = new Set(["", "–"]);
const PARTS = new Intl.NumberFormat(LANGUAGE).formatToParts(12345.6);
const GROUP = PARTS.find((part) => part.type === "group")?.value ?? ",";
const POINT = PARTS.find((part) => part.type === "decimal")?.value ?? ".";

function valueOf(cell) {
  const time = cell.querySelector("time[datetime]");
  if (time) return { moment: Date.parse(time.getAttribute("datetime")) };
  const shown = cell.cloneNode(true);
  for (const hidden of shown.querySelectorAll(".visually-hidden, ul, button")) hidden.remove();
  const text = shown.textContent.trim().replace(/\s+/g, " ");
  if (NOTHING.has(text)) return { empty: true, text };
  const plain = text.replaceAll(GROUP, "").replaceAll("\u00a0", "").replace(POINT, ".").replace(/ ?%$/, "");
  return { number: /^[-−]?\d+(\.\d+)?$/.test(plain) ? Number(plain.replace("−", "-")) : NaN, text };
}
function compare(a, b) {
  if (a.moment !== undefined && b.moment !== undefined) return a.moment - b.moment;
  if (!Number.isNaN(a.number ?? NaN) && !Number.isNaN(b.number ?? NaN)) return a.number - b.number;
  return BY_WORDS.compare(a.text ?? "", b.text ?? "");
}
function sortBy(table, head) {
  const down = head.getAttribute("aria-sort") === "ascending";
  const at = [...head.parentElement.children].indexOf(head);
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, value: valueOf(row.cells[at]) }));
  rows.sort((a, b) => Number(a.value.empty ?? false) - Number(b.value.empty ?? false) || (down ? compare(b.value, a.value) : compare(a.value, b.value)));
  body.append(...rows.map((one) => one.row));
  for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
}
function offerSorting(root) {
  for (const table of root.querySelectorAll("table[data-sorts-itself]")) {
    if (table.dataset.sorts === "1" || !table.tHead || table.querySelector("tbody [rowspan], tbody [colspan]")) continue;
    table.dataset.sorts = "1";
    for (const head of table.tHead.rows[0].cells) {
      if (head.querySelector(".visually-hidden, a") || !head.textContent.trim()) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sorter";
      const marks = document.getElementById("sort-marks").content.cloneNode(true);
      button.append(...head.childNodes, marks);
      button.addEventListener("click", () => sortBy(table, head));
      head.replaceChildren(button);
    }
  }
}
offerSorting(document);
document.addEventListener("htmx:afterSwap", (event) => offerSorting(event.target.parentElement ?? document));
document.addEventListener("vaern:shown", (event) => offerSorting(event.target));

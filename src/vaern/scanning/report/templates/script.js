// Sorts, filters and pages the findings, and remembers the language. The page is complete without it.
"use strict";
(() => {
  const { columns, rows, words, titles } = JSON.parse(document.getElementById("data").textContent);
  const at = Object.fromEntries(columns.map((name, index) => [name, index]));
  const $ = (id) => document.getElementById(id);
  const order = ["known", "near", "unreadable", "unopened", "ignored"];
  const groups = (n) => (Math.abs(n) < 10000 ? String(n) : String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f"));

  function size(n) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (unit < 4 && n >= 10000 * 1000 ** unit) unit += 1;
    return groups(Math.round(n / 1000 ** unit)) + "\u202f" + units[unit];
  }

  // --- Language -----------------------------------------------------------------------------------------------------
  const languages = Object.keys(titles);
  const language = () => languages.find((code) => $("language-" + code).checked);
  function speak() {
    const code = language();
    document.documentElement.lang = code;
    document.title = titles[code];
    for (const option of document.querySelectorAll("option[data-" + code + "]")) option.textContent = option.dataset[code];
  }
  const stored = () => { try { return localStorage.getItem("vaern.language"); } catch { return null; } };
  const store = (code) => { try { localStorage.setItem("vaern.language", code); } catch { /* private window */ } };
  const wanted = [stored(), ...navigator.languages.map((tag) => tag.slice(0, 2))].find((code) => languages.includes(code));
  if (wanted) $("language-" + wanted).checked = true;
  for (const code of languages) $("language-" + code).addEventListener("change", () => { store(code); speak(); });

  function spoken(sentences) { // one for each language, in their order
    return languages.map((code, index) => {
      const span = document.createElement("span");
      span.className = "t";
      span.lang = code;
      span.textContent = sentences[index];
      return span;
    });
  }
  function word(key, values = {}) {
    return spoken(languages.map((code) => words[key][code].replace(/\{(\w+)\}/g, (_, name) => values[name])));
  }

  // --- The rows that fit --------------------------------------------------------------------------------------------
  const state = { search: "", verdict: "", list: "", kind: "", sort: "", down: false, page: 0, length: 100 };
  const searched = ["name", "camera", "list", "release", "entry", "classification", "signal", "reason", "sha256"];
  const haystacks = new Map();
  function haystack(row) {
    if (!haystacks.has(row)) haystacks.set(row, searched.map((name) => row[at[name]]).join("\n").toLowerCase());
    return haystacks.get(row);
  }

  function key(row) {
    const value = row[at[state.sort]];
    if (state.sort === "verdict") return order.indexOf(value);
    return Array.isArray(value) ? value[languages.indexOf(language())] : value;
  }
  function compare(a, b) { // the empty last, whichever way the order turns; ties keep their order
    const x = key(a), y = key(b);
    const emptyX = x === "" || x === null, emptyY = y === "" || y === null;
    if (emptyX || emptyY) return emptyX - emptyY;
    return (x < y ? -1 : x > y ? 1 : 0) * (state.down ? -1 : 1);
  }

  function fitting() {
    const needle = state.search.trim().toLowerCase();
    const found = rows.filter((row) => ["verdict", "list", "kind"].every((name) => !state[name] || row[at[name]] === state[name])
      && (!needle || haystack(row).includes(needle)));
    return state.sort ? found.sort(compare) : found;
  }

  // --- Drawing ------------------------------------------------------------------------------------------------------
  const body = $("findings-table").tBodies[0];
  const pattern = $("row").content.querySelector("tr");
  const fill = {
    verdict(node, value) { node.dataset.verdict = value; node.replaceChildren(...word("verdict_" + value)); },
    size(node, value) { node.textContent = size(value); },
    hits(node, value) { if (value > 1) node.replaceChildren("+" + (value - 1) + " ", ...word("more_hits")); },
    checked(node, value) { if (value) node.replaceChildren(...word("checked_at"), " " + value); },
    dated(node, value) { if (value) node.replaceChildren(...word(value)); },
    orientation(node, value) { if (value) node.replaceChildren(...word(value)); },
    reason(node, value) { node.replaceChildren(...spoken(value)); },
    region(node, value) { if (value) node.replaceChildren(...word(value)); },
    signal(node, value) { node.textContent = value; node.title = value; },
    sha256(node, value) { node.textContent = value; node.title = value; },
  };
  function draw(row) {
    const line = pattern.cloneNode(true);
    for (const node of line.querySelectorAll("[data-c]")) {
      const name = node.dataset.c, value = row[at[name]];
      if (fill[name]) fill[name](node, value);
      else node.textContent = value ?? "";
    }
    return line;
  }

  function show() {
    const found = fitting(), length = state.length || Math.max(found.length, 1);
    state.page = Math.max(0, Math.min(state.page, Math.ceil(found.length / length) - 1));
    const first = state.page * length, shown = found.slice(first, first + length);
    body.replaceChildren(...shown.map(draw));
    const values = { from: groups(first + 1), to: groups(first + shown.length), hits: groups(found.length), held: groups(rows.length) };
    $("status").replaceChildren(...word(found.length ? "status" : "status_none", values));
    $("page").textContent = (state.page + 1) + " / " + Math.max(1, Math.ceil(found.length / length));
    $("previous").disabled = state.page === 0;
    $("next").disabled = first + length >= found.length;
  }

  // --- Controls -----------------------------------------------------------------------------------------------------
  function choices(id) {
    for (const value of [...new Set(rows.map((row) => row[at[id]]))].filter(Boolean).sort()) $(id).add(new Option(value, value));
  }
  function controls() {
    choices("list");
    choices("kind");
    for (const id of ["search", "verdict", "list", "kind", "length"]) {
      $(id).addEventListener("input", () => {
        state[id] = id === "length" ? Number($(id).value) : $(id).value;
        state.page = 0;
        show();
      });
    }
    $("controls").addEventListener("submit", (event) => event.preventDefault());
    $("controls").addEventListener("reset", () => {
      Object.assign(state, { search: "", verdict: "", list: "", kind: "", page: 0, length: 100 });
      show();
    });
    for (const [id, step] of [["previous", -1], ["next", 1]]) $(id).addEventListener("click", () => { state.page += step; show(); });
    for (const heading of document.querySelectorAll("th[data-sort]")) sortable(heading);
    for (const node of document.querySelectorAll(".with-script")) node.hidden = false;
    for (const node of document.querySelectorAll(".without-script")) node.hidden = true;
  }

  function sortable(heading) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const name = heading.dataset.sort;
      state.down = state.sort === name && !state.down;
      state.sort = name;
      state.page = 0;
      for (const other of document.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      show();
    });
  }

  speak();
  if (rows.length) { controls(); speak(); show(); }
})();

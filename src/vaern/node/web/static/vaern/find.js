// Choices of more than twenty can be searched: a combobox with a list (ARIA Authoring Practices, "Editable Combobox With
// List Autocomplete") stands for the select, which keeps the value and is what the form sends. Without this script the
// select is as it is, and letters still lead to what begins with them.
"use strict";

const LONG = 20;
let made = 0;

// Text as it is compared: without accents, in small letters.
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase().trim().replace(/\s+/g, " ");
}
// How well a name fits: it begins so, is so abbreviated, a word of it begins so, it holds it; 0 if it does not.
function fit(one, wanted) {
  if (!wanted) return 1;
  if (one.text.startsWith(wanted) || one.code === wanted) return 4;
  if (one.text.includes(` ${wanted}`) || one.text.includes(`(${wanted}`)) return 3;
  return one.text.includes(wanted) ? 2 : 0;
}

class Finder {
  constructor(select, words) {
    this.select = select;
    this.words = words;
    const id = `find-${++made}`;
    this.list = Object.assign(document.createElement("ul"), { id, className: "combo-list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.field = Object.assign(document.createElement("input"), { type: "text", className: "combo-field", autocomplete: "off", spellcheck: false });
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", id]]) this.field.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) if (select.hasAttribute(name)) this.field.setAttribute(name, select.getAttribute(name));
    if (select.required) this.field.setAttribute("aria-required", "true");
    this.field.disabled = select.disabled;
    this.said = Object.assign(document.createElement("output"), { className: "visually-hidden" });
    this.box = Object.assign(document.createElement("div"), { className: "combo" });
    this.name(id);
    select.before(this.box);
    this.box.append(this.field, this.list, this.said, select);
    select.classList.add("visually-hidden");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    select.dataset.found = "1";
    this.listen();
    this.show();
  }
  name(id) {
    const label = this.select.labels[0];
    if (label) {
      label.id ||= `${id}-label`;
      this.field.setAttribute("aria-labelledby", label.id);
      this.list.setAttribute("aria-labelledby", label.id);
    } else {
      const said = this.select.getAttribute("aria-label") ?? this.words.find;
      this.field.setAttribute("aria-label", said);
      this.list.setAttribute("aria-label", said);
    }
    this.field.placeholder = this.words.find;
  }
  listen() {
    this.select.addEventListener("focus", () => this.field.focus()); // a label, or a link of an error, leads here
    this.select.addEventListener("change", () => this.show());
    this.select.form?.addEventListener("reset", () => setTimeout(() => this.show()));
    this.field.addEventListener("focus", () => this.field.select());
    this.field.addEventListener("click", () => { if (this.list.hidden) this.open(""); });
    this.field.addEventListener("input", () => this.open(folded(this.field.value)));
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.field.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.choose(item);
    });
  }
  show() {
    const chosen = this.select.selectedOptions[0];
    this.field.value = chosen && chosen.value ? chosen.textContent.trim() : "";
    this.field.placeholder = chosen && !chosen.value && /\p{L}/u.test(chosen.textContent) ? chosen.textContent.trim() : this.words.find;
  }
  open(wanted) {
    const all = [...this.select.options].map((option, place) => ({
      option, place, group: option.parentElement.label ?? "", text: folded(option.textContent), code: option.value.length <= 8 ? folded(option.value) : "",
    }));
    const found = all.map((one) => ({ ...one, fit: one.option.value || !wanted ? fit(one, wanted) : 0 })).filter((one) => one.fit && !one.option.disabled);
    if (wanted) found.sort((a, b) => b.fit - a.fit || a.place - b.place);
    this.fill(found, Boolean(wanted));
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    const chosen = this.items.find((item) => item.dataset.place === String(this.select.selectedIndex));
    this.activate(wanted ? this.items[0] : chosen);
    if (wanted) this.said.textContent = found.length === 1 ? this.words.one : found.length ? this.words.many.replace("#", found.length) : this.words.none;
  }
  fill(found, sorted) {
    this.list.replaceChildren();
    let group = null;
    for (const one of found) {
      const item = Object.assign(document.createElement("li"), { id: `${this.list.id}-${one.place}`, textContent: one.option.textContent.trim() || "–" });
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(one.option.selected));
      item.dataset.place = one.place;
      if (one.group && sorted) item.append(Object.assign(document.createElement("span"), { className: "quiet", textContent: ` ${one.group}` }));
      if (one.group && !sorted) {
        if (group?.getAttribute("aria-label") !== one.group) {
          group = document.createElement("ul");
          group.setAttribute("role", "group");
          group.setAttribute("aria-label", one.group);
          this.list.append(group);
        }
        group.append(item);
      } else {
        this.list.append(item);
      }
    }
    if (!found.length) this.list.append(Object.assign(document.createElement("li"), { className: "quiet", role: "presentation", textContent: this.words.none }));
  }
  get items() {
    return [...this.list.querySelectorAll("[role=option]")];
  }
  activate(item) {
    this.list.querySelector(".active")?.classList.remove("active");
    item?.classList.add("active");
    if (item) this.field.setAttribute("aria-activedescendant", item.id);
    else this.field.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }
  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.activate(null);
    this.said.textContent = "";
  }
  choose(item) {
    const changed = this.select.selectedIndex !== Number(item.dataset.place);
    this.select.selectedIndex = Number(item.dataset.place);
    this.show();
    this.close();
    if (changed) for (const name of ["input", "change"]) this.select.dispatchEvent(new Event(name, { bubbles: true }));
  }
  leave() {
    const typed = folded(this.field.value);
    const item = this.list.hidden ? null : this.items.find((one) => folded(this.select.options[one.dataset.place].textContent) === typed);
    if (item && typed) this.choose(item);
    this.show();
    this.close();
  }
  press(event) {
    const items = this.items, now = items.findIndex((item) => item.classList.contains("active"));
    const open = !this.list.hidden;
    if (event.key === "Enter") {
      event.preventDefault(); // it chooses; it sends nothing
      if (open && now >= 0) this.choose(items[now]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation(); // a dialogue around it stays
      this.show();
      this.close();
    } else if (event.key === "Tab" && open && now >= 0 && this.field.value.trim()) {
      this.choose(items[now]);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return this.open("");
      if (event.altKey && event.key === "ArrowUp") return this.close();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (items.length) this.activate(items[(now + step + items.length + (now < 0 && step < 0 ? 1 : 0)) % items.length]);
    } else if ((event.key === "PageDown" || event.key === "PageUp") && open && items.length) {
      event.preventDefault();
      this.activate(items[Math.max(0, Math.min(items.length - 1, now + (event.key === "PageDown" ? 8 : -8)))]);
    }
  }
}

// Of several that can be chosen at once, the list stays a list, with a field above that leaves out what does not fit.
function narrow(select, words) {
  const label = select.labels[0]?.textContent.trim() ?? select.getAttribute("aria-label") ?? "";
  const field = Object.assign(document.createElement("input"), { type: "search", className: "find", autocomplete: "off", placeholder: words.find });
  field.setAttribute("aria-label", `${words.find}: ${label}`);
  const said = Object.assign(document.createElement("output"), { className: "quiet find-count" });
  field.addEventListener("input", () => {
    const wanted = folded(field.value);
    let count = 0;
    for (const option of select.options) {
      const fits = !wanted || folded(option.textContent).includes(wanted);
      option.hidden = !fits && !option.selected;
      count += fits;
    }
    said.textContent = wanted ? String(count) : "";
  });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  select.dataset.found = "1";
  select.before(field, said);
}
// Of radio buttons and tick boxes the list stays a list too. What is chosen stays in sight.
function narrowOptions(list, words) {
  const legend = list.closest("fieldset")?.querySelector("legend");
  const field = Object.assign(document.createElement("input"), { type: "search", className: "find", autocomplete: "off", placeholder: words.find });
  field.setAttribute("aria-label", `${words.find}: ${legend?.textContent.trim() ?? ""}`);
  const said = Object.assign(document.createElement("output"), { className: "quiet find-count" });
  const options = [...list.querySelectorAll(":scope > .option")];
  field.addEventListener("input", () => {
    const wanted = folded(field.value);
    let count = 0;
    for (const option of options) {
      const fits = !wanted || folded(option.textContent).includes(wanted);
      option.hidden = !fits && !option.querySelector("input").checked;
      count += fits;
    }
    for (const group of list.querySelectorAll(":scope > .option-group")) {
      let next = group.nextElementSibling;
      while (next?.matches(".option[hidden]")) next = next.nextElementSibling;
      group.hidden = !next?.matches(".option");
    }
    said.textContent = !wanted ? "" : count === 1 ? words.one : count ? words.many.replace("#", count) : words.none;
  });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  list.dataset.found = "1";
  list.before(field, said);
}
function offerFinding(root) {
  const { find, foundOne, foundMany, foundNone } = document.body.dataset;
  if (!find) return;
  const words = { find, one: foundOne, many: foundMany, none: foundNone };
  for (const select of root.querySelectorAll("main select, dialog select")) {
    if (select.options.length <= LONG || select.dataset.found) continue;
    if (select.multiple) narrow(select, words);
    else new Finder(select, words);
  }
  for (const list of root.querySelectorAll("main .options, dialog .options")) {
    if (list.querySelectorAll(":scope > .option").length > LONG && !list.dataset.found) narrowOptions(list, words);
  }
}
offerFinding(document);
for (const name of ["htmx:afterSwap", "vaern:shown"]) document.addEventListener(name, () => offerFinding(document));

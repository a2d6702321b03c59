// Long forms: the list of parts says how far each is. What an answer asks for appears by page.js; without scripts all
// fields are visible, and the node leaves out what the answers do not ask for.
"use strict";
(() => {
  for (const list of document.querySelectorAll("[data-sections]")) {
    const form = list.closest("form");
    // What the page came with says nothing: it may be a suggestion. Of what was filled in before, the node says so.
    const changed = (control) => {
      if (!control.name || control.type === "hidden" || control.closest("[hidden]")) return false; // no name: a search in choices
      if (control.matches("[type=radio], [type=checkbox]")) return control.checked && !control.defaultChecked;
      if (control.tagName === "SELECT") return control.value !== "" && !control.selectedOptions[0]?.defaultSelected && control.selectedIndex > 0;
      return control.value !== "" && control.value !== control.defaultValue;
    };
    const before = new Set([...list.querySelectorAll(".done, .begun")].map((state) => state.dataset.stateOf));
    const stateOf = (part, given) => {
      const begun = before.has(part.id) || [...part.querySelectorAll("input, select, textarea")].some(changed);
      if (!begun) return "open";
      const needs = part.dataset.needs.split(" ").filter(Boolean);
      return needs.every((name) => given.getAll(name).some((value) => value !== "")) ? "done" : "begun";
    };

    const look = () => {
      const given = new FormData(form);
      for (const state of list.querySelectorAll("[data-state-of]")) {
        if (state.classList.contains("wrong")) continue;
        const now = stateOf(document.getElementById(state.dataset.stateOf), given);
        for (const name of ["done", "begun"]) state.classList.toggle(name, name === now);
        state.textContent = state.dataset[now];
      }
    };
    // After page.js has shown and hidden what follows from the answer.
    for (const name of ["input", "change"]) document.addEventListener(name, (event) => { if (event.target.form === form) look(); });
    look();
  }
})();

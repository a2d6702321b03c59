// Long forms: fields appear when an answer asks for them, and the list of parts says how far each is. Without this
// script all fields are visible, and the node leaves out what the answers do not ask for.
"use strict";
(() => {
  for (const list of document.querySelectorAll("[data-sections]")) {
    const form = list.closest("form");
    const answer = (name) => [...new FormData(form).getAll(name)].map(String);
    const asked = (field) => !field.hidden && answer(field.dataset.when).some((one) => field.dataset.is.split(" ").includes(one));
    // What the page came with says nothing: it may be a suggestion. Of what was filled in before, the node says so.
    const changed = (control) => {
      if (control.type === "hidden" || control.closest("[hidden]")) return false;
      if (control.matches("[type=radio], [type=checkbox]")) return control.checked && !control.defaultChecked;
      if (control.tagName === "SELECT") return control.value !== "" && !control.selectedOptions[0]?.defaultSelected && control.selectedIndex > 0;
      return control.value !== "" && control.value !== control.defaultValue;
    };
    const filled = (part) => [...part.querySelectorAll("input, select, textarea")].some(changed);
    const before = new Set([...list.querySelectorAll(".done")].map((state) => state.dataset.stateOf));

    const look = () => {
      for (const field of form.querySelectorAll("[data-when]")) {
        const question = form.elements[field.dataset.when];
        const holder = question?.closest?.("[data-when]") ?? question?.[0]?.closest("[data-when]");
        field.hidden = Boolean(holder?.hidden) || !asked({ hidden: false, dataset: field.dataset });
      }
      for (const state of list.querySelectorAll("[data-state-of]")) {
        if (state.classList.contains("wrong")) continue;
        const done = before.has(state.dataset.stateOf) || filled(document.getElementById(state.dataset.stateOf));
        state.classList.toggle("done", done);
        state.textContent = done ? state.dataset.done : state.dataset.open;
      }
    };
    form.addEventListener("input", look);
    form.addEventListener("change", look);
    look();
  }
})();

// The questions of an assessment: a digit answers the one that is next. Nothing is answered that nobody pressed or clicked. Without this script all questions stand there at once.
"use strict";
(() => {
  const groups = (form) => [...form.querySelectorAll("fieldset")].filter((group) => !group.closest("[hidden], details:not([open])") && group.querySelector("input[type=radio]"));
  const answered = (group) => Boolean(group.querySelector("input[type=radio]:checked"));
  function mark(form) {
    const next = groups(form).find((group) => !answered(group));
    for (const group of form.querySelectorAll("fieldset")) group.classList.toggle("next", group === next);
    for (const hint of form.querySelectorAll(".keys-hint")) hint.hidden = false;
  }
  const formOf = (line) => line.closest("[data-assess]");
  const can = (line) => groups(formOf(line)).length > 0;
  Keys.add("assess.answer", (event, key, line) => {
    const form = formOf(line);
    const inside = event.target.closest("fieldset");
    const group = (inside && form.contains(inside) && !answered(inside) && inside) || groups(form).find((one) => !answered(one));
    const option = group?.querySelectorAll("input[type=radio]")[Number(key) - 1];
    if (!option) return false;
    option.checked = true;
    option.dispatchEvent(new Event("change", { bubbles: true }));
    const following = groups(form).find((one) => !answered(one));
    (following?.querySelector("input[type=radio]") ?? form.querySelector("[data-key-enter]")).focus({ preventScroll: false });
    return true;
  }, { can });
  Keys.add("assess.conclude", () => false, { can }); // a form does so by itself
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("[data-assess]");
    if (form) mark(form);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-assess] a[data-mark]");
    if (!link) return;
    event.preventDefault();
    const wanted = new Set(link.dataset.mark.split(","));
    for (const box of link.closest("form").querySelectorAll("input[name=items]")) box.checked = wanted.has(box.value);
  });
  function look(root) {
    for (const form of root.querySelectorAll("[data-assess]")) mark(form);
    if (root.matches?.("[data-assess]")) mark(root);
  }
  look(document);
  document.addEventListener("vaern:shown", (event) => look(event.target));
})();

// What was typed is kept as a draft while somebody types, and a session says before it ends that it will. Without this
// script the node still keeps a form that it had to turn away. The page alone never keeps a session alive: only what a
// person types or clicks does.
"use strict";
(() => {
  const area = document.querySelector("[data-session]");
  if (!area) return;
  const { keep, session, who } = area.dataset;
  const idle = Number(area.dataset.idle);
  const warn = Number(area.dataset.warn);
  const NOTED = 60; // the node notes when a session was used last to the minute
  const PAUSE = 2000; // milliseconds between what is typed and its being kept
  const BY_ITSELF = { "Vaern-Poll": "1" };
  const SECRET = "[type=password], [type=file], [autocomplete=one-time-code], [data-unkept]";

  // Drafts -----------------------------------------------------------------------------------------------------------
  const timers = new Map(); // of forms in which something was typed that is not yet sent
  const sending = new Map(); // of forms, the promise of the draft that is on its way
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

  function contents(form) {
    const found = new URLSearchParams();
    const secret = new Set([...form.querySelectorAll(SECRET)].map((field) => field.name));
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !secret.has(name)) found.append(name, value);
    }
    found.set("draft:page", form.dataset.page ?? location.pathname);
    found.set("draft:form", new URL(form.getAttribute("action") || "", location.href).pathname);
    found.set("csrfmiddlewaretoken", token());
    return found;
  }
  function send(form, leaving = false) {
    clearTimeout(timers.get(form));
    timers.delete(form);
    const options = { method: "POST", body: contents(form), redirect: "manual", keepalive: leaving, signal: AbortSignal.timeout(10000) };
    const going = fetch(keep, options).then(
      (answer) => { if (answer.ok) used(); else if (answer.status !== 422) look(); },
      () => {}, // no network: the next thing typed tries again
    ).finally(() => { if (sending.get(form) === going) sending.delete(form); });
    sending.set(form, going);
    return going;
  }
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    const chosen = event.isTrusted || event.target.matches("select[data-found]"); // a searched choice is made by find.js
    if (!chosen || form?.getAttribute("method")?.toLowerCase() !== "post" || event.target.matches(SECRET) || timers.has(form)) return;
    timers.set(form, setTimeout(() => send(form), PAUSE));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") for (const form of [...timers.keys()]) send(form, true);
  });
  // A form that is saved needs no draft. One on its way is waited for, so that it does not come after the form itself.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    clearTimeout(timers.get(form));
    timers.delete(form);
    const going = sending.get(form);
    if (!going) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    going.finally(() => form.requestSubmit(event.submitter));
  }, true);
  for (const notice of document.querySelectorAll("[data-restored]")) {
    const dialog = notice.closest("dialog");
    if (dialog && !dialog.open) dialog.showModal();
  }

  // The end of the session -------------------------------------------------------------------------------------------
  let next = 0; // when to ask the node how long is left, in milliseconds since 1970
  const at = (seconds) => { next = Date.now() + Math.max(1, seconds) * 1000; };
  const show = (what) => {
    area.hidden = !what;
    for (const part of area.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== what;
  };
  function used() {
    if (!area.hidden) show("");
    at(idle - warn - NOTED);
  }
  function learn(found) {
    if (found.who !== who) { show("ended"); at(warn); return; } // somebody else has signed in: not their form
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = found.token;
    const left = found.seconds;
    for (const part of area.querySelectorAll("[data-minutes]")) part.textContent = String(Math.max(1, Math.round(left / 60)));
    if (left > warn) { show(""); at(left - warn); } else { show(found.idle ? "idle" : "day"); at(Math.min(left + 1, 30)); }
  }
  let asked = 0; // how many times the node was asked
  let answered = 0; // the newest question that has its answer: an answer that was overtaken is of an older time
  async function look(options = { headers: BY_ITSELF }) {
    at(30);
    const mine = ++asked;
    try {
      const answer = await fetch(session, { redirect: "manual", ...options });
      const found = answer.ok ? await answer.json() : null;
      if (mine < answered) return;
      answered = mine;
      if (found) learn(found);
      else if (answer.type === "opaqueredirect" || answer.status === 403) show("ended");
    } catch { /* no network: asked again soon */ }
  }
  area.querySelector("[data-stay]")?.addEventListener("click", () => {
    look({ method: "POST", body: new URLSearchParams({ csrfmiddlewaretoken: token() }) });
  });
  setInterval(() => { if (Date.now() >= next) look(); }, 5000);
  used();
})();

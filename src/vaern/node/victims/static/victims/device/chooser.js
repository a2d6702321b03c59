// The survivor's page: pictures are chosen, a worker beside the page turns them into numbers, and the numbers are written
// into the form. Names and pictures stay in this page. Without scripts the section of the page stays hidden.
"use strict";

(() => {
  const section = document.querySelector("[data-device]");
  const form = document.querySelector("form[data-wish]") ?? section?.parentElement.querySelector("form[method=post]");
  if (!section || !form || !globalThis.Worker || !globalThis.createImageBitmap) return;
  const [list, said, pick, row] = ["[data-chosen]", "[data-said]", "[data-pick]", "template"].map((one) => section.querySelector(one));
  const { hashes: field } = form.elements;
  const texts = section.dataset;
  const OURS = /^(sha256|pdq) [0-9a-f]{64}$/;
  const chosen = new Map();
  let written = new Set();
  let last = 0;
  let drawing = Promise.resolve();

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const count = (n, one, many) => (n === 1 ? [texts[one]] : n ? [fill(texts[many], { n })] : []);
  const all = (...states) => [...chosen.values()].filter((one) => states.includes(one.state));
  const lines = () => field.value.split("\n").map((line) => line.trim()).filter(Boolean);

  // What somebody pasted stays; what was made here is written anew.
  function write() {
    const others = lines().filter((line) => !written.has(line));
    written = new Set(all("done").flatMap((one) => one.lines));
    field.value = [...new Set([...others, ...written])].join("\n");
  }

  function say() {
    list.hidden = !chosen.size;
    const [working, done] = [all("working"), all("done")];
    const films = done.filter((one) => one.film).length;
    const numbers = count(lines().filter((line) => OURS.test(line)).length, "number", "numbers");
    const what = [...count(done.length - films, "picture", "pictures"), ...count(films, "video", "videos"), ...numbers].join(", ");
    const text = working.length
      ? fill(texts.working, { done: chosen.size - working.length, all: chosen.size })
      : fill(!what ? texts.nothing : done.length ? texts.ready : texts.before, { what });
    if (said.textContent !== text) said.textContent = text;
  }

  function settle(one, state, how) {
    one.state = state;
    one.how.textContent = texts[how];
    one.progress.hidden = true;
    label(one, texts.remove);
    write();
    say();
  }

  function label(one, words) {
    one.button.textContent = words;
    one.button.setAttribute("aria-label", `${words}: ${one.file.name}`);
  }

  function finish(one, { digest, hashes }) {
    const values = new Set(Object.values(hashes ?? {}).filter((hash) => hash.quality >= texts.least && hash.value).map((hash) => `pdq ${hash.value}`));
    one.lines = [`sha256 ${digest}`, ...values];
    if (new Set([...lines(), ...one.lines]).size > texts.most) return settle(one, "failed", "full");
    settle(one, "done", one.film ? "film" : !hashes ? "closed" : values.size ? "done" : "plain");
  }

  // Where a worker cannot draw, the page does, one picture after the other.
  function draw(one, digest) {
    const step = async (part) => {
      one.progress.value = (1 + part) / 2;
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (!chosen.has(one.id)) throw new Error("taken away");
    };
    const canvas = (width, height) => Object.assign(document.createElement("canvas"), { width, height });
    drawing = drawing.then(() => Picture.hash(one.file, canvas, step)).catch(() => null).then((hashes) => {
      if (chosen.has(one.id)) finish(one, { digest, hashes });
    });
  }

  function heard({ data }) {
    if (data.ready) return begin();
    const one = chosen.get(data.id);
    if (!one) return;
    if (data.failed) return settle(one, "failed", "unread");
    if (!data.done) one.progress.value = data.part;
    else if (data.done.hashes === undefined) draw(one, data.done.digest);
    else finish(one, data.done);
  }

  function add(file) {
    const item = row.content.cloneNode(true).firstElementChild;
    const [name, button, how, progress] = item.children;
    const one = { id: ++last, file, item, button, how, progress, film: file.type.startsWith("video/"), state: "working", lines: [] };
    name.textContent = file.name;
    progress.setAttribute("aria-label", file.name);
    label(one, texts.stop);
    button.addEventListener("click", () => take(one));
    list.append(item);
    chosen.set(one.id, one);
    worker.postMessage({ id: one.id, file, film: one.film });
  }

  function take(one) {
    if (one.state === "working") worker.postMessage({ stop: one.id });
    const beside = one.item.nextElementSibling ?? one.item.previousElementSibling;
    chosen.delete(one.id);
    one.item.remove();
    (beside?.querySelector("button") ?? pick).focus();
    write();
    say();
  }

  function begin() {
    for (const fold of form.querySelectorAll("[data-fold]")) fold.open = Boolean(fold.querySelector(".invalid"));
    section.hidden = false;
    section.dataset.begun = "yes";
    if (lines().length) say();
  }

  pick.addEventListener("change", () => {
    [...pick.files].forEach(add);
    pick.value = ""; // the same can be chosen once more
    say();
  });
  form.addEventListener("submit", (event) => {
    if (!all("working").length) return;
    event.preventDefault();
    said.textContent = texts.wait;
    said.scrollIntoView({ block: "center" });
  });

  const worker = new Worker(texts.worker);
  worker.onmessage = heard;
  worker.postMessage({ scripts: texts.scripts.split(" ").map((one) => new URL(one, location).href) });
})();

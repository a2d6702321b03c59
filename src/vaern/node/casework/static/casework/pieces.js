// A large file goes in pieces: a form with `data-pieces` says of how many bytes. The form itself goes first, without
// the file and with its size; the page to which it leads takes the pieces, at `pieces/`, and reads them after the last.
// Without this script, and with a smaller file, the form is sent as it is.
"use strict";
(() => {
  // Where a piece ends: never within a character, for the node looks at each as text of its own.
  function end(bytes, most) {
    if (bytes.length <= most) return bytes.length;
    let at = most;
    while (at > 0 && (bytes[at] & 0xc0) === 0x80) at -= 1;
    return at || most;
  }
  const megabytes = (bytes) => Math.ceil(bytes / 1e6);
  const said = (page) => page.querySelector("[role=alert], .lead")?.textContent.trim();
  async function why(answer) {
    const text = await answer.text();
    if (answer.headers.get("Content-Type")?.includes("json")) return JSON.parse(text).why;
    return said(new DOMParser().parseFromString(text, "text/html"));
  }
  async function begin(form, file) {
    const fields = new FormData(form);
    const of = [...form.elements].find((one) => one.type === "file").name;
    fields.delete(of);
    fields.set("size", file.size);
    const answer = await fetch(form.action || location.href, { method: "POST", body: fields });
    if (answer.ok && answer.redirected) return answer.url;
    throw new Error(await why(answer));
  }
  async function send(form, file) {
    const most = Number(form.dataset.pieces);
    const token = form.elements.csrfmiddlewaretoken.value;
    const told = form.querySelector("[data-pieces-said]");
    const to = await begin(form, file);
    for (let at = 0; at < file.size; ) {
      told.textContent = form.dataset.far.replace("{n}", megabytes(at)).replace("{all}", megabytes(file.size));
      const bytes = new Uint8Array(await file.slice(at, at + most + 1).arrayBuffer());
      const piece = bytes.subarray(0, at + bytes.length === file.size && bytes.length <= most ? bytes.length : end(bytes, most));
      const headers = { "Content-Type": "text/plain", "X-CSRFToken": token };
      const answer = await fetch(new URL(`pieces/${at}/`, to), { method: "POST", body: piece, headers });
      if (!answer.ok) throw new Error(await why(answer));
      at += piece.length;
    }
    location.assign(to);
  }
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-pieces]");
    const file = form && [...form.elements].find((one) => one.type === "file")?.files[0];
    if (!file || file.size <= Number(form.dataset.pieces)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await send(form, file);
    } catch (error) {
      const note = form.querySelector("[data-pieces-said]");
      note.textContent = [form.dataset.broken, error.message !== "undefined" ? error.message : ""].join(" ").trim();
      button.disabled = false;
    }
  }, true);
})();

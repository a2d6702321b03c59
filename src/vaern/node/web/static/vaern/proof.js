// The public form's proof of work: a small sum that costs a person a moment and a flood of programs much. No third party.
// Without this script, or where the browser has no SHA-256, the form is sent all the same, and a stricter limit holds.
"use strict";

const reportForm = document.querySelector("form[data-nonce]");
const BATCH = 400;

function leadingZeros(bytes, bits) {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[i]) return false;
  return !(bits & 7) || bytes[whole] >> (8 - (bits & 7)) === 0;
}

// Finds a number for which SHA-256 of "nonce:number" begins with so many zero bits.
async function prove(nonce, bits) {
  const encoder = new TextEncoder();
  for (let first = 0; ; first += BATCH) {
    const digests = await Promise.all(
      Array.from({ length: BATCH }, (_, i) => crypto.subtle.digest("SHA-256", encoder.encode(`${nonce}:${first + i}`))),
    );
    const found = digests.findIndex((digest) => leadingZeros(new Uint8Array(digest), bits));
    if (found >= 0) return String(first + found);
    await new Promise((resolve) => setTimeout(resolve, 0)); // typing goes first
  }
}

if (reportForm) {
  const send = reportForm.querySelector("button.send");
  const said = reportForm.querySelector("[data-sending]");
  let sent = false;
  let waits = false;
  const able = Boolean(globalThis.crypto?.subtle);
  const work = able ? prove(reportForm.dataset.nonce, Number(reportForm.dataset.bits)) : Promise.resolve("");
  work.catch(() => "").then((found) => {
    reportForm.elements.proof.value = found;
    reportForm.dataset.ready = "yes";
    if (waits) reportForm.requestSubmit(send);
  });
  reportForm.addEventListener("submit", (event) => {
    if (sent) { event.preventDefault(); return; }
    if (reportForm.dataset.ready) { sent = true; return; }
    event.preventDefault();
    waits = true;
    said.textContent = said.dataset.sending;
    said.hidden = false;
  });
  // Back from the next page: it can be sent again.
  addEventListener("pageshow", () => { sent = false; });
}

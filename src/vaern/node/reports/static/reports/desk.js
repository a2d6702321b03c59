// The open work list: its key, selection, and what happens when something urgent arrives. All of it works without.
"use strict";
(() => {
  const live = document.getElementById("live");
  const title = document.title;

  Keys.add("work.claim", () => document.activeElement.closest("#work tbody tr")?.querySelector("[data-claim]")?.click(), {
    can: () => Boolean(document.querySelector("#work [data-claim]")),
  });

  // When the list is drawn anew: what was selected, opened and focused stays so.
  let kept = null;
  document.addEventListener("htmx:oobBeforeSwap", () => {
    kept = {
      selected: [...document.querySelectorAll("#work .pick input:checked")].map((input) => input.id),
      opened: [...document.querySelectorAll("#work details[open]")].map((element) => element.closest("tr").querySelector("th a").id),
      focused: document.activeElement.id,
    };
  });
  document.addEventListener("htmx:oobAfterSwap", () => {
    if (!kept) return;
    for (const id of kept.selected) { const input = document.getElementById(id); if (input && !input.checked) input.click(); }
    for (const id of kept.opened) { const details = document.getElementById(id)?.closest("tr").querySelector("details"); if (details) details.open = true; }
    if (kept.focused && document.activeElement.id !== kept.focused) document.getElementById(kept.focused)?.focus({ preventScroll: true });
    kept = null;
  });

  // A tone, made here: two short notes that are heard and do not startle.
  let audio = null;
  function tone() {
    audio ??= new AudioContext();
    audio.resume();
    for (const [at, pitch] of [[0, 660], [0.18, 880]]) {
      const begins = audio.currentTime + at;
      const note = audio.createOscillator();
      const loudness = audio.createGain();
      note.frequency.value = pitch;
      loudness.gain.setValueAtTime(0, begins);
      loudness.gain.linearRampToValueAtTime(0.2, begins + 0.02);
      loudness.gain.linearRampToValueAtTime(0, begins + 0.16);
      note.connect(loudness).connect(audio.destination);
      note.start(begins);
      note.stop(begins + 0.17);
    }
    live.dataset.tones = Number(live.dataset.tones || 0) + 1;
  }
  const attempt = document.querySelector("[data-try-tone]");
  if (attempt && window.AudioContext) {
    attempt.hidden = false;
    attempt.addEventListener("click", tone);
  }

  // Something urgent: its line is above the list, the title says how many wait, and the tone sounds if it is wished.
  function waitingNow() {
    return (live.querySelector("[data-urgent]")?.dataset.urgent ?? "").trim().split(/\s+/).filter(Boolean);
  }
  let known = new Set(waitingNow());
  function mark() {
    const now = waitingNow();
    document.title = now.length ? `(${now.length}) ${title}` : title;
    if (live.dataset.sound === "on" && window.AudioContext && now.some((id) => !known.has(id))) tone();
    known = new Set([...known, ...now]);
  }
  mark();
  document.addEventListener("htmx:afterSwap", (event) => { if (event.target === live) mark(); });
})();

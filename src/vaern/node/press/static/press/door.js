// The door: recognises badges without the net. The list that a phone holds names nobody: each entry is found by, and
// opens with, what the badge's own code is stretched to (PBKDF2, AES-GCM). Check-ins wait here until the node has them.
"use strict";

const door = document.querySelector("[data-door]");
const KEPT = "vaern-door-1";
const ROUNDS = 20000;

// What this browser keeps: one store of values by key ------------------------------------------------------------------
const opening = new Promise((resolve, reject) => {
  const asked = indexedDB.open("vaern-door", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("kept");
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
async function kept(mode, act) {
  const store = (await opening).transaction("kept", mode).objectStore("kept");
  return new Promise((resolve, reject) => {
    const asked = act(store);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
// Changes a value in one step: a badge that is read while the queue is being sent is neither lost nor sent for ever.
async function change(key, act) {
  const store = (await opening).transaction("kept", "readwrite").objectStore("kept");
  return new Promise((resolve, reject) => {
    const asked = store.get(key);
    asked.onsuccess = () => {
      const made = act(asked.result);
      if (made === undefined) return resolve();
      const put = store.put(made, key);
      put.onsuccess = () => resolve();
      put.onerror = () => reject(put.error);
    };
    asked.onerror = () => reject(asked.error);
  });
}
const load = (key) => kept("readonly", (store) => store.get(key));
const save = (key, value) => kept("readwrite", (store) => store.put(value, key));
const remove = (key) => kept("readwrite", (store) => store.delete(key));
const keys = () => kept("readonly", (store) => store.getAllKeys());

// Codes ----------------------------------------------------------------------------------------------------------------
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.replaceAll("-", "").match(/../g), (two) => parseInt(two, 16));
const unbase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

function typed(text) {
  const code = text.toUpperCase().replace(/[\s\-–—.]/g, "").replace(/[IL]/g, "1").replaceAll("O", "0");
  return /^[0-9A-HJKMNP-TV-Z]{12}$/.test(code) ? code : "";
}
async function stretched(code) {
  const base = await crypto.subtle.importKey("raw", new TextEncoder().encode(code), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: unhex(door.dataset.door), iterations: ROUNDS };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(how, base, 384));
  return { lookup: hex(bits.slice(0, 16)), key: bits.slice(16) };
}
async function opened(sealed, bytes) {
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["decrypt"]);
  const data = unbase64(sealed);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: data.slice(0, 12) }, key, data.slice(12));
  return JSON.parse(new TextDecoder().decode(plain));
}

// What stands on the page ----------------------------------------------------------------------------------------------
const part = (name) => door.querySelector(`[data-part="${name}"]`);
const words = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), door.dataset[name]);
const clock = (ms) =>
  new Date(ms).toLocaleTimeString(document.documentElement.lang, { timeZone: door.dataset.zone, hourCycle: "h23" });
const LIST = `list:${door.dataset.door}`;
const QUEUE = `queue:${door.dataset.door}`;

function show(tone, head, text) {
  const line = document.createElement("div");
  line.className = `note ${tone}`;
  const strong = document.createElement("strong");
  strong.textContent = head;
  const p = document.createElement("p");
  p.append(strong, document.createElement("br"), text);
  line.append(p);
  part("answer").replaceChildren(line);
}
async function state() {
  const list = await load(LIST);
  const queue = (await load(QUEUE)) ?? [];
  const badges = list ? words("badges", { n: list.badges.length }) : words("nolist");
  part("state").textContent = `${badges} ${queue.length ? words("waiting", { n: queue.length }) : words("sent")}`;
  part("state").dataset.waiting = String(queue.length);
  part("form").hidden = !list;
  if (!list && looking) stop(); // the touch that would stop it is gone with the form
  part("remove").hidden = !list;
}

// Lists that are over go, whether or not anybody asks ------------------------------------------------------------------
async function purge() {
  for (const key of await keys()) {
    if (!key.startsWith("list:")) continue;
    const list = await load(key);
    if (list.until * 1000 < Date.now()) await remove(key);
  }
}

// With the net ---------------------------------------------------------------------------------------------------------
async function fetchList() {
  const answer = await fetch(door.dataset.list, { redirect: "manual", headers: { Accept: "application/json" } });
  if (answer.type === "opaqueredirect") { show("warning", words("signin"), ""); return null; }
  if (answer.status === 404 || answer.status === 410) { await remove(LIST); return null; }
  if (!answer.ok) return null;
  const list = await answer.json();
  await save(LIST, { until: list.until, badges: list.badges });
  return list.csrf;
}
async function phone() {
  const known = await load("phone");
  if (known) return known;
  const made = hex(crypto.getRandomValues(new Uint8Array(8)));
  await save("phone", made);
  return made;
}
let busy = Promise.resolve();
function sync() {
  busy = busy.then(syncOnce).catch(() => {}).then(state);
  return busy;
}
async function syncOnce() {
  const csrf = await fetchList(); // throws without the net, and all stays as it is
  const queue = (await load(QUEUE)) ?? [];
  if (!csrf || !queue.length) return;
  const body = JSON.stringify({
    phone: await phone(), now: Date.now(), check_ins: queue.map(({ id, lookup, at }) => ({ id, lookup, at })),
  });
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const answer = await fetch(door.dataset.sync, { method: "POST", headers, body, redirect: "manual" });
  if (!answer.ok) return;
  const { heard } = await answer.json();
  const done = new Set(heard.map((one) => one.id));
  await change(QUEUE, (waiting) => (waiting ?? []).filter((one) => !done.has(one.id)));
  const mine = await phone();
  for (const one of heard) {
    if (!one.known) show("bad", words("void"), "");
    else if (!one.first && one.phone !== mine) show("warning", words("elsewhere", { at: clock(one.came) }), "");
  }
  await fetchList();
}

// One badge ------------------------------------------------------------------------------------------------------------
async function checkIn(text) {
  const code = typed(text);
  if (!code) return show("warning", words("nocode"), "");
  const list = await load(LIST);
  const { lookup, key } = await stretched(code);
  const badge = list?.badges.find((one) => one.lookup === lookup);
  if (!badge) return show("bad", words("unknown"), "");
  const { name, medium } = await opened(badge.sealed, key);
  const at = Date.now();
  await change(QUEUE, (waiting) => [...(waiting ?? []), { id: crypto.randomUUID(), lookup, at }]);
  let before = badge.came;
  await change(LIST, (now) => {
    const same = now?.badges.find((one) => one.lookup === lookup);
    before = same?.came ?? before;
    if (same && !before) same.came = at;
    return now;
  });
  if (before) show("warning", `${name} – ${medium}`, words("again", { at: clock(before) }));
  else show("good", `${name} – ${medium}`, words("in", { at: clock(at) }));
  await state();
  sync();
}

// The camera: it looks for badges until it is stopped, so that a queue goes by without a touch ---------------------------
const REST = 3000; // ms until the same badge is taken again: it is still held up
let looking = null; // one scan, from the touch that begins it on; its stream once the camera is open

async function reader() {
  const own = globalThis.BarcodeDetector; // few browsers have one that reads QR codes
  const has = own && (await own.getSupportedFormats()).includes("qr_code");
  const Detector = has ? own : (await import(door.dataset.reader)).BarcodeDetector;
  return new Detector({ formats: ["qr_code"] });
}
const shut = (scan) => scan?.stream?.getTracks().forEach((track) => track.stop());
function stop() {
  shut(looking);
  looking = null;
  part("video").hidden = true;
  part("scan").textContent = words("scan");
}
async function scan(mine) {
  const video = part("video");
  mine.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  if (looking !== mine) return shut(mine);
  video.srcObject = mine.stream;
  video.hidden = false;
  await video.play();
  const looks = await reader();
  let last = "";
  let until = 0;
  const look = async () => {
    if (looking !== mine) return;
    const [found] = await looks.detect(video).catch(() => []);
    const code = found ? typed(found.rawValue) : "";
    if (code && (code !== last || Date.now() > until)) await checkIn(code).catch(() => show("bad", words("unknown"), ""));
    if (code) [last, until] = [code, Date.now() + REST];
    setTimeout(look, 100);
  };
  look();
}
function toggle() {
  if (looking) return stop();
  const mine = looking = { stream: null };
  part("scan").textContent = words("stop");
  return scan(mine).catch(() => {
    if (looking !== mine) return shut(mine);
    stop();
    show("warning", words("nocamera"), "");
  });
}

async function begin() {
  door.hidden = false;
  await purge();
  setInterval(async () => { await purge(); await state(); }, 60000);
  part("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const input = part("code");
    const text = input.value;
    input.value = "";
    input.focus();
    await checkIn(text);
  });
  part("sync").addEventListener("click", sync);
  part("remove").addEventListener("click", async () => { await remove(LIST); await state(); });
  if (navigator.mediaDevices) {
    part("scan").hidden = false;
    part("scan").addEventListener("click", toggle);
  }
  addEventListener("online", sync);
  if (navigator.serviceWorker) {
    await navigator.serviceWorker.register(door.dataset.worker, { scope: door.dataset.scope });
    await navigator.serviceWorker.ready;
    const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
    if (navigator.onLine) {
      const cache = await caches.open(KEPT);
      const read = [door.dataset.reader, door.dataset.reader.replace(/[^/]+$/, "index.js")];
      await cache.addAll([location.pathname, ...parts.map((one) => one.href || one.src), ...read]).catch(() => {});
    }
  }
  await sync();
  door.dataset.ready = "yes";
}

if (door && globalThis.indexedDB && globalThis.crypto?.subtle) begin();

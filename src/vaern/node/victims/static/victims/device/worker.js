// Turns files into numbers, beside the page. The page lends a file; what goes back is digits and how far it is.
// The headers of this script let it open no connection (vaern/node/web/scripts.py).
"use strict";

const WHOLE = 64 << 20; // bytes of a file that WebCrypto is given in one piece
const PIECE = 4 << 20;
const LEFT = Symbol("the person stopped it");
const waiting = [];
const stopped = new Set();
let working = false;

// Lets what the page says in the meantime come through: `setTimeout` would wait four milliseconds each time.
const { port1: here, port2: there } = new MessageChannel();
const breathe = () => new Promise((resolve) => {
  there.onmessage = resolve;
  here.postMessage(0);
});

function watch(id, from, to) {
  return async (part) => {
    postMessage({ id, part: from + (to - from) * part });
    await breathe();
    if (stopped.has(id)) throw LEFT;
  };
}

async function sha256(file, step) {
  if (file.size <= WHOLE && globalThis.crypto?.subtle) {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  const sum = new Sha256();
  for (let at = 0; at < file.size; at += PIECE) {
    sum.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    await step(Math.min(1, (at + PIECE) / file.size));
  }
  return sum.hex();
}

async function work({ id, file, film }) {
  const half = film ? 1 : 0.5;
  const first = watch(id, 0, half);
  await first(0);
  const digest = await sha256(file, first);
  await first(1);
  if (film) return { digest, hashes: {} };
  if (!globalThis.OffscreenCanvas) return { digest }; // the page has to draw
  try {
    return { digest, hashes: await Picture.hash(file, (width, height) => new OffscreenCanvas(width, height), watch(id, half, 1)) };
  } catch (error) {
    if (error === LEFT) throw error;
    return { digest, hashes: null };
  }
}

async function next() {
  if (working) return;
  working = true;
  while (waiting.length) {
    const task = waiting.shift();
    try {
      postMessage({ id: task.id, done: await work(task) });
    } catch (error) {
      if (error !== LEFT) postMessage({ id: task.id, failed: true }); // the file is gone, or too large for this device
    }
    stopped.delete(task.id);
  }
  working = false;
}

onmessage = ({ data }) => {
  if (data.scripts) {
    importScripts(...data.scripts);
    postMessage({ ready: true });
  } else if (data.stop) {
    stopped.add(data.stop);
  } else {
    waiting.push(data);
    next();
  }
};

// PDQ of a picture on the device that it lies on, as the engine computes it (vaern/hashing/pdq.py, pdq_kernels.py).
//
// Blur, decimation and luma are linear: 64 × 64 values are R · luma · Cᵀ with two banded matrices of integer weights. A
// picture is taken in tiles, each pixel once, and no more of it is kept than 64 × 64 sums. What float32 rounds in the
// reference is rounded here too (Math.fround), so that the same grey levels give the same bits.
"use strict";

const Pdq = (() => {
  const SMALLEST_SIDE = 5;
  const FEATURELESS_SPREAD = 0.01;
  const UNIT = 2 ** 22; // weights of one output add up to it
  const LUMA = 1000; // the luma weights of R, G and B add up to it
  const round = Math.fround;

  // Rows upside down, columns mirrored, transposed.
  const TURNS = {
    "upright": [0, 0, 0],
    "rotated-90": [0, 1, 1],
    "rotated-180": [1, 1, 0],
    "rotated-270": [1, 0, 1],
    "mirrored": [0, 1, 0],
    "flipped": [1, 0, 0],
    "transposed": [0, 0, 1],
    "transverse": [1, 1, 1],
  };

  function toEven(value) {
    const floor = Math.floor(value);
    const above = value - floor;
    return above > 0.5 || (above === 0.5 && floor % 2) ? floor + 1 : floor;
  }

  // Blur twice with the reference's box, then the centres of 64 equal blocks: the first pixel of each and its weights.
  function band(length) {
    const window = Math.floor((length + 127) / 128);
    const right = Math.floor((window + 2) / 2) - 1;
    const left = window - 1 - right;
    const width = Math.min(2 * window - 1, length);
    const starts = new Int32Array(64);
    const weights = new Float64Array(64 * width);
    const change = new Float64Array(width + 1);
    for (let output = 0; output < 64; output++) {
      const centre = Math.floor((output + 0.5) * length / 64);
      const first = Math.max(0, centre - left);
      const last = Math.min(length - 1, centre + right);
      const start = Math.min(Math.max(0, first - left), length - width);
      change.fill(0);
      for (let middle = first; middle <= last; middle++) {
        const low = Math.max(0, middle - left);
        const high = Math.min(length - 1, middle + right);
        const share = 1 / ((last - first + 1) * (high - low + 1));
        change[low - start] += share;
        change[high - start + 1] -= share;
      }
      starts[output] = start;
      let weight = 0;
      let total = 0;
      let before = 0;
      for (let k = 0; k < width; k++) {
        weight += change[k];
        total += weight;
        const now = toEven(total * UNIT);
        weights[output * width + k] = now - before;
        before = now;
      }
    }
    return { starts, weights, width };
  }

  // Output k stays output k; it only reads the picture from the other end.
  function mirrored({ starts, weights, width }, length) {
    const other = new Float64Array(weights.length);
    for (let output = 0; output < 64; output++) {
      for (let k = 0; k < width; k++) other[output * width + k] = weights[output * width + width - 1 - k];
    }
    return { starts: starts.map((start) => length - start - width), weights: other, width };
  }

  const DCT = Float32Array.from({ length: 16 * 64 }, (_, at) => {
    const frequency = (at >> 6) + 1;
    const position = at & 63;
    return round(Math.sqrt(2 / 64)) * Math.cos(Math.PI / 128 * frequency * (2 * position + 1));
  });

  function quality(luma) {
    let total = 0;
    const step = (a, b) => Math.abs(Math.trunc(round(round(round(luma[a] - luma[b]) * 100) / 255)));
    for (let i = 0; i < 64; i++) {
      for (let j = 0; j < 64; j++) {
        const at = 64 * i + j;
        if (i < 63) total += step(at, at + 64);
        if (j < 63) total += step(at, at + 1);
      }
    }
    return Math.min(100, Math.floor(total / 90));
  }

  function coefficients(luma) {
    const half = new Float32Array(16 * 64);
    const out = new Float32Array(16 * 16);
    for (let i = 0; i < 16; i++) {
      for (let k = 0; k < 64; k++) {
        for (let j = 0; j < 64; j++) half[64 * i + j] += round(DCT[64 * i + k] * luma[64 * k + j]);
      }
      for (let k = 0; k < 64; k++) {
        for (let j = 0; j < 16; j++) out[16 * i + j] += round(half[64 * i + k] * DCT[64 * j + k]);
      }
    }
    return out;
  }

  // The value as hexadecimal digits, empty where the picture has no features; and the quality.
  function ofLuma(luma) {
    const found = coefficients(luma);
    const ranked = found.slice().sort();
    const spread = round(ranked[191] - ranked[64]);
    const bytes = new Uint8Array(32);
    for (let bit = 0; bit < 256; bit++) if (found[bit] > ranked[127]) bytes[31 - (bit >> 3)] |= 1 << (bit & 7);
    const value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return { value: spread < FEATURELESS_SPREAD ? "" : value, quality: quality(luma) };
  }

  // Takes the tiles of one picture, and gives the hash of each turn that was asked for.
  class Reducer {
    constructor(width, height, turns) {
      this.turns = turns;
      this.small = Math.min(width, height) < SMALLEST_SIDE;
      if (this.small) return;
      const rows = band(height);
      const columns = band(width);
      this.rows = [rows, mirrored(rows, height)];
      this.columns = [columns, mirrored(columns, width)];
      const wanted = new Map(turns.map((turn) => [TURNS[turn].slice(0, 2).join(), TURNS[turn]]));
      this.sums = [...wanted.values()].map(([up, left]) => ({ up, left, values: new Float64Array(64 * 64) }));
      this.line = new Int32Array(0);
    }

    // `rgba` holds the pixels of a tile whose upper left corner is at x, y.
    take(rgba, x, y, width, height) {
      if (this.small) return;
      if (this.line.length < width) this.line = new Int32Array(width);
      const { line } = this;
      const across = new Float64Array(64);
      const lefts = new Set(this.sums.map(({ left }) => left));
      for (let row = 0; row < height; row++) {
        for (let j = 0, at = 4 * row * width; j < width; j++, at += 4) {
          line[j] = 299 * rgba[at] + 587 * rgba[at + 1] + 114 * rgba[at + 2];
        }
        for (const left of lefts) {
          this.reduce(across, this.columns[left], x, width);
          for (const sum of this.sums) if (sum.left === left) this.add(sum, across, y + row);
        }
      }
    }

    reduce(across, { starts, weights, width }, x, length) {
      const { line } = this;
      for (let output = 0; output < 64; output++) {
        const start = starts[output];
        const end = Math.min(start + width, x + length);
        const offset = output * width - start;
        let total = 0;
        for (let at = Math.max(start, x); at < end; at++) total += weights[offset + at] * line[at - x];
        across[output] = total;
      }
    }

    add({ up, values }, across, y) {
      const { starts, weights, width } = this.rows[up];
      for (let output = 0; output < 64; output++) {
        const k = y - starts[output];
        if (k < 0 || k >= width) continue;
        const weight = weights[output * width + k];
        for (let j = 0; j < 64; j++) values[64 * output + j] += weight * across[j];
      }
    }

    hashes() {
      return Object.fromEntries(this.turns.map((turn) => [turn, this.hash(TURNS[turn])]));
    }

    hash([up, left, transposed]) {
      if (this.small) return { value: "", quality: 0 };
      const { values } = this.sums.find((sum) => sum.up === up && sum.left === left);
      const luma = new Float32Array(64 * 64);
      for (let i = 0; i < 64; i++) {
        for (let j = 0; j < 64; j++) luma[transposed ? 64 * j + i : 64 * i + j] = values[64 * i + j] / (UNIT * UNIT * LUMA);
      }
      return ofLuma(luma);
    }
  }

  return { Reducer };
})();

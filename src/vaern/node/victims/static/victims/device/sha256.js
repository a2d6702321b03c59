// SHA-256 (FIPS 180-4) piece by piece: WebCrypto wants a whole file in memory at once, which a film does not fit into.
"use strict";

const Sha256 = (() => {
  // The first 32 bits of the fractional parts of the square and cube roots of the first primes (4.2.2, 5.3.3).
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
  const BEGIN = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

  function fraction(root) {
    return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
  }

  return class {
    constructor() {
      this.state = BEGIN.slice();
      this.words = new Int32Array(64);
      this.rest = new Uint8Array(64);
      this.kept = 0;
      this.length = 0;
    }

    update(bytes) {
      this.length += bytes.length;
      let at = 0;
      if (this.kept) {
        at = Math.min(64 - this.kept, bytes.length);
        this.rest.set(bytes.subarray(0, at), this.kept);
        this.kept += at;
        if (this.kept < 64) return this;
        this.blocks(this.rest, 0, 64);
        this.kept = 0;
      }
      const end = at + ((bytes.length - at) & ~63);
      this.blocks(bytes, at, end);
      this.rest.set(bytes.subarray(end));
      this.kept = bytes.length - end;
      return this;
    }

    blocks(bytes, begin, end) {
      const { state, words } = this;
      for (let block = begin; block < end; block += 64) {
        for (let t = 0, at = block; t < 16; t++, at += 4) {
          words[t] = bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
        }
        for (let t = 16; t < 64; t++) {
          const v = words[t - 15];
          const w = words[t - 2];
          const low = (v >>> 7 | v << 25) ^ (v >>> 18 | v << 14) ^ v >>> 3;
          const high = (w >>> 17 | w << 15) ^ (w >>> 19 | w << 13) ^ w >>> 10;
          words[t] = words[t - 16] + low + words[t - 7] + high | 0;
        }
        let a = state[0], b = state[1], c = state[2], d = state[3];
        let e = state[4], f = state[5], g = state[6], h = state[7];
        for (let t = 0; t < 64; t++) {
          const one = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[t] + words[t] | 0;
          const two = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
          h = g; g = f; f = e; e = d + one | 0;
          d = c; c = b; b = a; a = one + two | 0;
        }
        state[0] += a; state[1] += b; state[2] += c; state[3] += d;
        state[4] += e; state[5] += f; state[6] += g; state[7] += h;
      }
    }

    hex() {
      const { length } = this;
      const tail = new Uint8Array((this.kept < 56 ? 64 : 128) - this.kept);
      tail[0] = 0x80;
      const view = new DataView(tail.buffer);
      view.setUint32(tail.length - 8, Math.floor(length / 2 ** 29));
      view.setUint32(tail.length - 4, (length % 2 ** 29) * 8);
      this.update(tail);
      return Array.from(this.state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    }
  };
})();

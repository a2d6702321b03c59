// From a file to the PDQ values of the picture in it: decoded by the browser, read in tiles, and forgotten.
"use strict";

const Picture = (() => {
  const TILE_WIDTH = 4096;
  const TILE_PIXELS = 1 << 20;
  const HEAD = 1 << 18; // bytes in which EXIF stands, if it does
  // By EXIF orientation 1-8: how the pixels as stored, which other tools hash, follow from the upright picture
  // (docs/decisions/0003-exif-orientation.md).
  const STORED = ["upright", "mirrored", "rotated-180", "flipped", "transposed", "rotated-90", "transverse", "rotated-270"];

  // The orientation that a JPEG says of itself, 1 where it says none or nonsense (EXIF 2.32, tag 0x0112).
  function orientation(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return 1;
    for (let at = 2; at + 18 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      const marker = view.getUint8(at + 1);
      if (marker === 0xda || marker === 0xd9) return 1;
      if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) return inTiff(new DataView(view.buffer, view.byteOffset + at + 10));
    }
    return 1;
  }

  function inTiff(view) {
    const little = view.getUint16(0) === 0x4949;
    const directory = view.getUint32(4, little);
    if (directory + 2 > view.byteLength) return 1;
    const end = Math.min(view.byteLength - 12, directory + 2 + 12 * (view.getUint16(directory, little) - 1));
    for (let entry = directory + 2; entry <= end; entry += 12) {
      if (view.getUint16(entry, little) !== 0x0112) continue;
      const value = view.getUint16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
  }

  async function turns(file) {
    const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
    try {
      return [...new Set(["upright", STORED[orientation(head) - 1]])];
    } catch {
      return ["upright"]; // EXIF that leads beyond its end
    }
  }

  // Turned upright, and without colour management, as the engine decodes.
  async function decode(file) {
    try {
      return await createImageBitmap(file, { imageOrientation: "from-image", colorSpaceConversion: "none" });
    } catch (error) {
      if (error instanceof TypeError) return createImageBitmap(file); // a browser that knows no such options
      throw error;
    }
  }

  // The hash of each turn: { upright: { value, quality }, … }. Throws what `createImageBitmap` throws of what is no picture.
  // `canvas(width, height)` makes one; `step(part)` is awaited after each tile, and ends the work by throwing.
  async function hash(file, canvas, step) {
    const wanted = await turns(file);
    const bitmap = await decode(file);
    try {
      const { width, height } = bitmap;
      const reducer = new Pdq.Reducer(width, height, wanted);
      const wide = Math.min(width, TILE_WIDTH);
      const tall = Math.min(height, Math.ceil(TILE_PIXELS / wide));
      const drawn = canvas(wide, tall).getContext("2d", { alpha: false, willReadFrequently: true });
      drawn.fillStyle = "#fff"; // transparency is laid on white
      for (let y = 0; y < height; y += tall) {
        for (let x = 0; x < width; x += wide) {
          const [w, h] = [Math.min(wide, width - x), Math.min(tall, height - y)];
          drawn.fillRect(0, 0, wide, tall);
          drawn.drawImage(bitmap, x, y, w, h, 0, 0, w, h);
          reducer.take(drawn.getImageData(0, 0, w, h).data, x, y, w, h);
          await step((y + h * (x + w) / width) / height);
        }
      }
      return reducer.hashes();
    } finally {
      bitmap.close();
    }
  }

  return { hash };
})();

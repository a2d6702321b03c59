// tuf-js, unchanged, as a subscriber: bring the metadata up to date, download targets, and say what came of it as JSON.
// node fetch.cjs FOLDER ADDRESS TARGET...   FOLDER/metadata/root.json is the root that is trusted
"use strict";
const { mkdirSync } = require("fs");
const { join } = require("path");
const { Updater } = require("tuf-js");

async function main([folder, address, ...targets]) {
  const updater = new Updater({
    metadataDir: join(folder, "metadata"),
    metadataBaseUrl: `${address}/metadata`,
    targetDir: join(folder, "targets"),
    targetBaseUrl: `${address}/targets`,
    config: { fetchRetries: 0 },
  });
  mkdirSync(join(folder, "targets"), { recursive: true });
  await updater.refresh();
  const files = {};
  for (const target of targets) {
    const found = await updater.getTargetInfo(target);
    files[target] = found ? await updater.downloadTarget(found) : null;
  }
  return { files };
}

main(process.argv.slice(2)).then(
  (said) => console.log(JSON.stringify(said)),
  (error) => console.log(JSON.stringify({ error: error.constructor.name, said: error.message })),
);

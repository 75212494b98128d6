// Fails when the scripts that the first screen needs pass the budget. Run after `npm run build`.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 180;

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));

/** A chunk and everything it imports statically. */
function withImports(key, found = new Set()) {
  if (found.has(key)) return found;
  found.add(key);
  for (const imported of manifest[key].imports ?? []) withImports(imported, found);
  return found;
}

// The texts of one language are loaded before the first screen is drawn; the larger of the two counts.
const languages = ["src/i18n/en.ts", "src/i18n/de.ts"].map((key) => size([...withImports(key)]));
const scripts = [...withImports("index.html")];
const total = size(scripts) + Math.max(...languages);

function size(keys) {
  return keys.reduce((sum, key) => sum + gzipSync(readFileSync(`dist/${manifest[key].file}`)).length, 0) / 1000;
}

process.stdout.write(`first screen: ${total.toFixed(1)} kB gzip of ${BUDGET_KB} kB\n`);
if (total > BUDGET_KB) process.exitCode = 1;

// Builds ../medwidget/static from src/ and vega/; `node build.mjs --watch` keeps it current.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "medwidget", "static");
const MOST_BYTES = { "widget.js": 150_000 };

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
};

const bundles = [
  {
    ...common,
    entryPoints: { widget: "src/index.ts" },
    outdir: out,
    jsx: "automatic",
    jsxImportSource: "preact",
  },
];
if (existsSync(join(here, "vega", "index.ts"))) {
  bundles.push({ ...common, entryPoints: { vega: "vega/index.ts" }, outdir: out });
}

async function report() {
  let failed = false;
  for (const name of ["widget.js", "widget.css", "vega.js"]) {
    const path = join(out, name);
    if (!existsSync(path)) continue;
    const bytes = await readFile(path);
    const kilobytes = (n) => (n / 1000).toFixed(1).padStart(7);
    console.log(
      `${name.padEnd(11)}${kilobytes(bytes.length)} kB, gzip${kilobytes(gzipSync(bytes).length)} kB`,
    );
    if (bytes.length > (MOST_BYTES[name] ?? Infinity)) {
      console.error(`${name} may not be larger than ${MOST_BYTES[name]} bytes`);
      failed = true;
    }
    if (/(?:import|from)\s*\(?\s*["']https?:/.test(bytes.toString("utf8"))) {
      console.error(`${name} imports from the network`);
      failed = true;
    }
  }
  return failed;
}

await mkdir(out, { recursive: true });
if (process.argv.includes("--watch")) {
  for (const bundle of bundles) await (await context(bundle)).watch();
} else {
  await Promise.all(bundles.map((bundle) => build(bundle)));
  if (!existsSync(join(out, "widget.css"))) await writeFile(join(out, "widget.css"), "");
  if (await report()) process.exit(1);
}

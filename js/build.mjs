// Builds ../medwidget/static from src/ and vega/; `node build.mjs --watch` keeps it current.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";
import { bundledPackages, licenceText } from "./licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "medwidget", "static");
const MOST_BYTES = { "widget.js": 150_000, "playground.js": 60_000, "vega.js": 1_000_000 };

const NAME = 16; // characters of a column of names

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  charset: "utf8",
  metafile: true,
  logLevel: "warning",
};

const bundles = [
  {
    ...common,
    entryPoints: { widget: "src/index.ts", playground: "src/playground/index.ts" },
    outdir: out,
    jsx: "automatic",
    jsxImportSource: "preact",
    write: false,
    plugins: [{ name: "pack", setup: (build) => build.onEnd(writePacked) }],
  },
];
if (existsSync(join(here, "vega", "index.ts"))) {
  bundles.push({ ...common, entryPoints: { vega: "vega/index.ts" }, outdir: out });
}

/**
 * A module that unpacks the one given. Notebooks save widget.js with every widget that they show:
 * packed it takes half the room.
 */
function packed(program) {
  const text = gzipSync(program, { level: 9 }).toString("base64");
  return `// medwidget: the minified page, gzipped; its source is in js/.
const packed = Uint8Array.from(atob("${text}"), (c) => c.charCodeAt(0));
const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
const program = new Blob([await new Response(stream).text()], { type: "text/javascript" });
const address = URL.createObjectURL(program);
const page = await import(/* webpackIgnore: true */ address);
URL.revokeObjectURL(address);
export default page.default;
`;
}

async function writePacked({ outputFiles = [] }) {
  for (const { path, contents } of outputFiles) {
    const isProgram = path.endsWith(".js");
    if (isProgram) check(basename(path), Buffer.from(contents));
    await writeFile(path, isProgram ? packed(contents) : contents);
  }
}

let failed = false;

function kilobytes(n) {
  return `${(n / 1000).toFixed(1).padStart(7)} kB`;
}

function check(name, program) {
  console.log(`${name.padEnd(NAME)}${kilobytes(program.length)} minified`);
  if (program.length > MOST_BYTES[name]) {
    console.error(`${name} may not be larger than ${MOST_BYTES[name]} bytes`);
    failed = true;
  }
  if (/(?:import|from)\s*\(?\s*["']https?:/.test(program.toString("utf8"))) {
    console.error(`${name} imports from the network`);
    failed = true;
  }
}

async function report() {
  for (const name of ["widget.js", "widget.css", "playground.js", "playground.css", "vega.js"]) {
    const path = join(out, name);
    if (!existsSync(path)) continue;
    const bytes = await readFile(path);
    if (name === "vega.js") check(name, bytes);
    else console.log(`${name.padEnd(NAME)}${kilobytes(bytes.length)} as saved`);
  }
}

await mkdir(out, { recursive: true });
if (process.argv.includes("--watch")) {
  for (const bundle of bundles) await (await context(bundle)).watch();
} else {
  const built = await Promise.all(bundles.map((bundle) => build(bundle)));
  const names = bundledPackages(built.map(({ metafile }) => metafile));
  await writeFile(join(out, "LICENCES.txt"), await licenceText(here, names));
  await report();
  if (failed) process.exit(1);
}

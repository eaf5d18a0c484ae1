// The licences of what the bundles contain, gathered from the packages themselves.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const FILE = /^licen[cs]e/i;

/** Names of the packages whose code went into bundles, from esbuild's metafiles. */
export function bundledPackages(metafiles) {
  const names = metafiles.flatMap(({ inputs }) =>
    Object.keys(inputs).map((path) => PACKAGE.exec(path)?.[1]),
  );
  return [...new Set(names.filter(Boolean))].sort();
}

/** One text with name, version and licence of each; a package without one is an error. */
export async function licenceText(root, names) {
  const parts = await Promise.all(names.map((name) => licenceOf(join(root, "node_modules", name))));
  return `medwidget's page contains these packages.\n\n${parts.join(`\n${"-".repeat(78)}\n\n`)}`;
}

async function licenceOf(folder) {
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = existsSync(folder) && (await readdir(folder)).find((name) => FILE.test(name));
  if (!file && !about.license) throw new Error(`${about.name} has no licence`);
  const text = file ? await readFile(join(folder, file), "utf8") : `Licence: ${about.license}\n`;
  return `${about.name} ${about.version}\n\n${text.trim()}\n`;
}

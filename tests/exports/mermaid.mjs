// SPDX-License-Identifier: GPL-3.0-or-later
// mermaid.mjs MODULES FOLDER: parses every .mmd below FOLDER.
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const [, , modules, folder] = process.argv;
const {JSDOM} = createRequire(join(modules, 'x.js'))('jsdom');
const {window} = new JSDOM('<body></body>');
globalThis.window = window; // the parser cleans labels with the browser's own means
globalThis.document = window.document;
const {default: mermaid} = await import(pathToFileURL(join(modules, 'node_modules/mermaid/dist/mermaid.core.mjs')));

const kinds = {};
let failures = 0;
for (const entry of readdirSync(folder, {recursive: true})) {
  if (!entry.endsWith('.mmd')) continue;
  try {
    const {diagramType} = await mermaid.parse(readFileSync(join(folder, entry), 'utf8'));
    kinds[diagramType] = (kinds[diagramType] ?? 0) + 1;
  } catch (problem) {
    console.log(`${entry}: ${problem.message}`);
    ++failures;
  }
}
console.log(kinds);
process.exit(failures === 0 && Object.keys(kinds).length === 3 ? 0 : 1);

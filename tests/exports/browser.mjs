// SPDX-License-Identifier: GPL-3.0-or-later
// browser.mjs CHROMIUM FOLDER: drives the browser over its debugging pipe; no library is needed for that.
import {spawn} from 'node:child_process';
import assert from 'node:assert/strict';

const [, , chromium, folder] = process.argv;
const browser = spawn(chromium, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', `--user-data-dir=${folder}/profile`,
  '--remote-debugging-pipe', 'about:blank'], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});

let nextId = 1;
let unread = '';
const answers = new Map();
const events = [];
browser.stdio[4].on('data', chunk => {
  unread += chunk;
  for (let end = unread.indexOf('\0'); end >= 0; end = unread.indexOf('\0')) {
    const message = JSON.parse(unread.slice(0, end));
    unread = unread.slice(end + 1);
    if (message.id === undefined) events.push(message);
    else answers.get(message.id)(message);
  }
});

function ask(method, params = {}, sessionId = undefined) {
  const id = nextId++;
  browser.stdio[3].write(JSON.stringify({id, method, params, sessionId}) + '\0');
  return new Promise((done, broken) => answers.set(id, message =>
    message.error ? broken(new Error(`${method}: ${message.error.message}`)) : done(message.result)));
}

/** A page on a file, with every request that it makes on record. */
async function open(file) {
  const {targetId} = await ask('Target.createTarget', {url: 'about:blank'});
  const {sessionId} = await ask('Target.attachToTarget', {targetId, flatten: true});
  const page = {
    call: (method, params) => ask(method, params, sessionId),
    seen: method => events.filter(event => event.sessionId === sessionId && event.method === method),
    async value(expression) {
      const {result, exceptionDetails} = await page.call('Runtime.evaluate', {expression, returnByValue: true});
      assert.equal(exceptionDetails, undefined, `${file}: ${expression}`);
      return result.value;
    },
    async press(key) {
      for (const type of ['keyDown', 'keyUp']) await page.call('Input.dispatchKeyEvent', {type, key, code: key});
    },
    finish() {
      for (const {params} of page.seen('Network.requestWillBeSent'))
        assert.match(params.request.url, /^(file|data):/, `${file} asks the network`);
      assert.equal(page.seen('Runtime.exceptionThrown').length, 0, `${file}: an error in its script`);
    },
  };
  for (const domain of ['Network', 'Page', 'Runtime']) await page.call(`${domain}.enable`);
  await page.call('Page.navigate', {url: `file://${folder}/${file}`});
  while (page.seen('Page.loadEventFired').length === 0) await new Promise(done => setTimeout(done, 20));
  return page;
}

const shown = `[...document.querySelectorAll('.slide')].map((s, i) => s.checkVisibility() ? i : -1).filter(i => i >= 0)`;

async function stepThrough() {
  const page = await open('steps.html');
  const count = await page.value(`document.querySelectorAll('.slide').length`);
  assert.ok(count > 3);
  for (let step = 0; step < count; ++step) {
    assert.deepEqual(await page.value(shown), [step]);
    assert.ok(await page.value(`document.querySelector('.slide.shown svg').getBoundingClientRect().height > 200`));
    await page.press('PageDown');
  }
  assert.deepEqual(await page.value(shown), [count - 1], 'it stops at the end');
  await page.press('PageUp');
  assert.deepEqual(await page.value(shown), [count - 2]);
  await page.press('Home');
  assert.deepEqual(await page.value(shown), [0]);
  await page.value(`document.getElementById('on').click()`);
  assert.deepEqual(await page.value(shown), [1]);
  assert.equal(await page.value(`JSON.parse(document.getElementById('session').textContent).steps.length`), count);
  page.finish();
  return count;
}

async function readReport() {
  const page = await open('report.html');
  const links = await page.value(`[...document.querySelectorAll('a[href^="#case-"]')].map(a => a.getAttribute('href'))`);
  assert.ok(links.length > 0);
  for (const link of links) assert.ok(await page.value(`document.querySelector('${link}') !== null`), link);
  assert.ok(await page.value(`document.querySelectorAll('figure svg').length >= 2`));
  page.finish();
}

async function lookAtPicture() {
  const page = await open('picture.svg');
  assert.equal(await page.value(`document.documentElement.localName`), 'svg');
  assert.ok(await page.value(`document.querySelectorAll('g.box').length > 4`));
  assert.ok(await page.value(`[...document.querySelectorAll('g.box')].every(box => box.id !== '')`));
  // No text leaves the picture, whatever font the browser found.
  assert.ok(await page.value(`[...document.querySelectorAll('text')].every(t => {
    const b = t.getBBox(), v = document.documentElement.viewBox.baseVal;
    return b.x >= 0 && b.x + b.width <= v.width && b.y + b.height <= v.height; })`));
  page.finish();
}

try {
  const steps = await stepThrough();
  await readReport();
  await lookAtPicture();
  console.log(`${steps} steps by keyboard, a report and a picture, and no request`);
} finally {
  browser.kill();
}

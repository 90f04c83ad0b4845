// SPDX-License-Identifier: Apache-2.0
// Ten thousand engines made and closed, others forgotten, calls that fail: memory does not grow.
'use strict';

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const path = require('node:path');
const test = require('node:test');
const { promisify } = require('node:util');

const { SENTENCE, DRY, sampleStore } = require('./support.js');

const run = promisify(execFile);

// Sanitizers are slow, and keep what was freed for a while.
const sanitized = /san/.test(process.env.LD_PRELOAD ?? '');
const ALLOWED_MIB = sanitized ? 400 : 12;
const [CLOSED, COLLECTED, REFUSED] = sanitized ? [200, 200, 4000] : [10_000, 1000, 200_000];

// How many MiB two processes grow by at most, each doing half of the work. Memory grows while pools and caches fill: what counts is each one's
// second half.
async function growth(context, body) {
  const source = `
    const { Engine } = require('askiam');
    const resident = () => (gc(), process.memoryUsage.rss() / 2 ** 20);
    (async () => {
      const half = async () => { ${body} };
      await half();
      const before = resident();
      await half();
      await new Promise((resolve) => setImmediate(resolve));
      console.log(resident() - before);
    })();`;
  const runs = [0, 1].map(() => run(process.execPath, ['--expose-gc', '-e', source], { cwd: path.join(__dirname, '..') }));
  const grown = Math.max(...(await Promise.all(runs)).map(({ stdout }) => Number(stdout)));
  context.diagnostic(`${grown.toFixed(1)} MiB in the second half`);
  assert.ok(grown < ALLOWED_MIB, `${grown} MiB`);
}

test(`memory: ${CLOSED} engines made and closed`, async (context) => {
  await growth(context, `
    for (let at = 0; at < ${CLOSED / 4}; at += 10) {
      await Promise.all(Array.from({ length: 10 }, () => new Engine('sqlite:none.db').close()));
    }`);
});

test(`memory: ${COLLECTED} engines left to the collector`, async (context) => {
  await growth(context, `
    for (let at = 0; at < ${COLLECTED / 4}; at++) {
      new Engine('sqlite:none.db', {}, { log() {}, judge: { judge() {} } });
      if (at % 50 === 49) { gc(); await new Promise((resolve) => setImmediate(resolve)); }
    }`);
});

test('memory: engines that were used, and calls that failed or were aborted', async (context) => {
  const url = await sampleStore(context);
  await growth(context, `
    for (let at = 0; at < 20; at++) {
      const engine = new Engine(${JSON.stringify(url)}, {}, { judge: { judge: async () => { throw new Error('ill'); } } });
      const asked = ${JSON.stringify(DRY)};
      const calls = [engine.validate(${JSON.stringify(SENTENCE)}, asked), engine.validate(' ', asked), engine.status('none')];
      calls.push(engine.validate(${JSON.stringify(SENTENCE)}, { ...asked, signal: AbortSignal.timeout(0) }));
      await Promise.allSettled(calls);
      for await (const each of engine.validateBatch([${JSON.stringify(SENTENCE)}, {}], asked)) each.status;
      await engine.close();
    }`);
});

test('memory: requests that are none', async (context) => {
  await growth(context, `
    const engine = new Engine('sqlite:none.db');
    for (let at = 0; at < ${REFUSED / 4}; at++) await engine.validate(' ').catch(({ decision }) => decision.status);
    await engine.close();`);
});

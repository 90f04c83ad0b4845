// SPDX-License-Identifier: Apache-2.0
// The end of engines, of calls, of environments: in flight, twice, by force, by signal, by nobody.
'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const test = require('node:test');
const { Worker } = require('node:worker_threads');

const { Engine } = require('askiam');
const { DRY, SENTENCE, child, gate, sampleEngine, sampleStore } = require('./support.js');

const asJson = JSON.stringify;

test('close: waits for calls in flight, refuses later ones, may be called again', async (context) => {
  const engine = await sampleEngine(context);
  const calls = Array.from({ length: 40 }, () => engine.validate(SENTENCE, DRY));
  assert.equal(engine.closed, false);
  const ends = [engine.close(), engine.close({ cancel: false })];
  assert.equal(engine.closed, true);
  await assert.rejects(engine.validate(SENTENCE, DRY), { code: 'CANCELLED', message: 'the engine is closed' });
  for (const decision of await Promise.all(calls)) assert.equal(decision.status, 'VALID');
  await Promise.all(ends);
  await engine.close();
  await engine.close({ cancel: true });
});

test('close: an engine that was never used', async () => {
  await new Engine('sqlite:none.db').close();
  await new Engine('sqlite:none.db').close({ cancel: true });
});

test('close: with cancel, whoever waits for JavaScript is sent home', async (context) => {
  const asked = gate();
  const aborted = gate();
  const judge = {
    judge: (judged, { signal }) => {
      signal.addEventListener('abort', aborted.open);
      asked.open();
      return new Promise(() => {});
    },
  };
  const engine = await sampleEngine(context, {}, { judge, threads: 1 });
  const calls = Array.from({ length: 3 }, () => engine.validate(SENTENCE, DRY));
  const ends = Promise.all(calls.map((call) => assert.rejects(call, { code: 'CANCELLED' })));
  await asked.passed;
  const patient = engine.close();
  await engine.close({ cancel: true });
  await Promise.all([patient, ends, aborted.passed]);
});

test('close: an answer that comes after the end is dropped', async (context) => {
  const asked = gate();
  const late = gate();
  const engine = await sampleEngine(context, {}, { judge: { judge: () => (asked.open(), late.passed) } });
  const call = assert.rejects(engine.validate(SENTENCE, DRY), { code: 'CANCELLED' });
  await asked.passed;
  await engine.close({ cancel: true });
  await call;
  late.open({ probability: 1 });
  await new Promise((resolve) => setImmediate(resolve));
});

test('close: await using', async (context) => {
  if (Symbol.asyncDispose === undefined) return;
  const engine = await sampleEngine(context);
  await engine[Symbol.asyncDispose]();
  assert.equal(engine.closed, true);
});

test('abort: before, waiting, and in work; what was aborted is not recorded', async (context) => {
  const asked = gate();
  const engine = await sampleEngine(context, {}, { judge: { judge: () => (asked.open(), new Promise(() => {})) }, threads: 1 });
  const reason = new Error('the caller left');
  await assert.rejects(engine.validate(SENTENCE, { user: 'john.doe', signal: AbortSignal.abort(reason) }), reason);
  const [first, second] = [new AbortController(), new AbortController()];
  const running = engine.validate(SENTENCE, { user: 'john.doe', requestId: 'running', signal: first.signal });
  const waiting = engine.validate(SENTENCE, { user: 'john.doe', requestId: 'waiting', signal: second.signal });
  await asked.passed;
  second.abort(reason);
  await assert.rejects(waiting, reason);
  first.abort();
  await assert.rejects(running, { name: 'AbortError' });
  for (const id of ['running', 'waiting']) await assert.rejects(engine.status(id), { code: 'NOT_FOUND' });
});

test('abort: a signal that outlives its calls keeps no listeners', async (context) => {
  const { getEventListeners } = require('node:events');
  const engine = await sampleEngine(context);
  const { signal } = new AbortController();
  for (let at = 0; at < 20; at++) await engine.validate(SENTENCE, { ...DRY, signal });
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

test('exit: with calls in flight, also those that wait for JavaScript', async (context) => {
  const url = await sampleStore(context);
  for (const judge of ['undefined', '{ judge: () => new Promise(() => {}) }']) {
    const ended = child(`
      const { Engine } = require('askiam');
      const engine = new Engine(${asJson(url)}, {}, { judge: ${judge} });
      for (let at = 0; at < 20; at++) engine.validate(${asJson(SENTENCE)}, ${asJson(DRY)}).catch(() => {});
      setTimeout(() => process.exit(7), 20);`);
    assert.equal(ended.status, 7, ended.stderr);
  }
});

test('exit: calls that are made then are refused', async (context) => {
  const url = await sampleStore(context);
  const ended = child(`
    const { Engine } = require('askiam');
    const engine = new Engine(${asJson(url)});
    engine.validate(${asJson(SENTENCE)}, ${asJson(DRY)}).then(() => {
      process.on('exit', () => {
        engine.validate(${asJson(SENTENCE)}, ${asJson(DRY)}).catch(() => {});
        engine.validate(' ').catch(() => {});
        engine.close();
        try { new Engine(${asJson(url)}); } catch (error) { console.log(error.code); }
      });
    });`);
  assert.deepEqual([ended.status, ended.stdout], [0, 'CANCELLED\n'], ended.stderr);
});

test('exit: an engine that nobody closes keeps no process; a call in flight does', async (context) => {
  const url = await sampleStore(context);
  const ended = child(`
    const { Engine } = require('askiam');
    const engine = new Engine(${asJson(url)});
    engine.validate(${asJson(SENTENCE)}, ${asJson(DRY)}).then(({ status }) => console.log(status));`);
  assert.deepEqual([ended.status, ended.stdout], [0, 'VALID\n'], ended.stderr);
});

test('exit: engines that were collected end by themselves, with their calls answered', async (context) => {
  const url = await sampleStore(context);
  const ended = child(`
    const { Engine } = require('askiam');
    (async () => {
      const calls = [];
      for (let at = 0; at < 50; at++) {
        calls.push(new Engine(${asJson(url)}).validate(${asJson(SENTENCE)}, ${asJson(DRY)}));
        new Engine(${asJson(url)});
      }
      gc();
      const answers = await Promise.all(calls);
      gc();
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log(answers.every(({ status }) => status === 'VALID'));
    })();`, ['--expose-gc']);
  assert.deepEqual([ended.status, ended.stdout], [0, 'true\n'], ended.stderr);
});

function inWorker(source, data) {
  return new Worker(source, { eval: true, workerData: data });
}

const ended = (worker) => new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));

test('workers: each has engines of its own, over one store', async (context) => {
  const url = await sampleStore(context);
  const source = `
    const { parentPort, workerData: { url, sentence, asked } } = require('node:worker_threads');
    const { Engine } = require('askiam');
    (async () => {
      const engine = new Engine(url);
      const answers = await Promise.all(Array.from({ length: 20 }, () => engine.validate(sentence, asked)));
      await engine.close();
      parentPort.postMessage(answers.filter(({ status }) => status === 'VALID').length);
    })();`;
  const engine = new Engine(url);
  context.after(() => engine.close());
  const workers = Array.from({ length: 4 }, () => inWorker(source, { url, sentence: SENTENCE, asked: DRY }));
  const exits = Promise.all(workers.map(ended));
  const counts = workers.map((worker) => new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)));
  const own = Promise.all(Array.from({ length: 20 }, () => engine.validate(SENTENCE, DRY)));
  assert.deepEqual(await Promise.all(counts), [20, 20, 20, 20]);
  assert.ok((await own).every(({ status }) => status === 'VALID'));
  assert.deepEqual(await exits, [0, 0, 0, 0]);
});

test('workers: terminated with calls in flight, some of which wait for JavaScript', async (context) => {
  const url = await sampleStore(context);
  const source = `
    const { parentPort, workerData: { url, sentence, asked } } = require('node:worker_threads');
    const { Engine } = require('askiam');
    const judge = { judge: () => { parentPort.postMessage('asked'); return new Promise(() => {}); } };
    const engines = [new Engine(url), new Engine(url, {}, { judge, log() {} })];
    for (const engine of engines) for (let at = 0; at < 30; at++) engine.validate(sentence, asked).catch(() => {});`;
  for (let round = 0; round < 5; round++) {
    const worker = inWorker(source, { url, sentence: SENTENCE, asked: DRY });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
  }
  const engine = new Engine(url);
  assert.equal((await engine.validate(SENTENCE, DRY)).status, 'VALID');
  await engine.close();
});

test('workers: one that exits from within a function that it was called by', async (context) => {
  const url = await sampleStore(context);
  const source = `
    const { workerData: { url, sentence, asked } } = require('node:worker_threads');
    const { Engine } = require('askiam');
    const engine = new Engine(url, { 'log.level': 'debug' }, { log: () => process.exit(5) });
    for (let at = 0; at < 30; at++) engine.validate(sentence, asked).catch(() => {});
    engine.close();`;
  assert.equal(await ended(inWorker(source, { url, sentence: SENTENCE, asked: DRY })), 5);
});

test('event loop: goes on turning while calls wait for JavaScript, and files can be read', async (context) => {
  const held = gate();
  const engine = await sampleEngine(context, {}, { judge: { judge: () => held.passed }, threads: 8 });
  const calls = Array.from({ length: 8 }, () => engine.validate(SENTENCE, DRY));
  let turns = 0;
  for (; turns < 500; turns++) await new Promise((resolve) => setImmediate(resolve));
  const { promises: files } = require('node:fs');
  assert.ok((await files.readFile(path.join(__dirname, 'support.js'))).length > 0);
  held.open({ probability: 0.99, reason: 'held long enough' });
  for (const { rag } of await Promise.all(calls)) assert.equal(rag.reason, 'held long enough');
});

test('everything at once: calls, streams, signals, judges that hang or fail, and ends at any moment', async (context) => {
  const url = await sampleStore(context);
  let seed = 20;
  const chance = (most) => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 8) % most;
  const answers = [
    () => 0.99,
    () => null,
    () => Promise.reject(new Error('ill')),
    () => new Promise(() => {}),
    () => new Promise((resolve) => setImmediate(resolve, 0.98)),
  ];
  const judge = { judge: () => answers[chance(answers.length)]() };
  const settled = { fulfilled: 0, rejected: 0 };
  const stream = async (engine, signal) => {
    for await (const each of engine.validateBatch(Array(20).fill(SENTENCE), { ...DRY, chunk: 1 + chance(8), signal })) if (chance(15) === 0) return each;
  };
  for (let round = 0; round < 12; round++) {
    const engine = new Engine(url, { 'rag.timeout_ms': 50, 'retry.delay_ms': 0, 'log.level': 'debug' }, { judge, threads: 1 + chance(6), log() {} });
    const calls = Promise.allSettled(Array.from({ length: 15 }, () => {
      const signal = [undefined, AbortSignal.timeout(chance(20)), AbortSignal.abort()][chance(3)];
      return [() => engine.validate(SENTENCE, { ...DRY, signal }), () => engine.extract(SENTENCE, { signal }), () => stream(engine, signal), () => engine.auditVerify()][chance(4)]();
    }));
    for (let turns = chance(40); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    const end = engine.close({ cancel: chance(2) === 0 });
    for (const { status, reason } of await calls) {
      settled[status] += 1;
      if (status === 'rejected') assert.ok(['CANCELLED', 20, 23].includes(reason.code), String(reason)); // 20 and 23: AbortError, TimeoutError
    }
    await end;
  }
  assert.ok(settled.fulfilled > 0 && settled.rejected > 0, asJson(settled));
});

// SPDX-License-Identifier: Apache-2.0
// Whatever is given, a call answers or rejects with an error that says why; nothing crashes, nothing is guessed.
'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { AskiamError, Engine } = require('askiam');
const { DRY, SENTENCE, sampleEngine } = require('./support.js');

const throwing = new Proxy({}, { get: () => { throw new Error('a getter that throws'); } });
const garbage = [
  undefined, null, true, 0, -1, NaN, Infinity, 1n, '', 'text', Symbol('s'), [], [1], {}, { a: 1 }, () => {}, new Date(NaN),
  /x/, new Map(), new Uint8Array(4), new ArrayBuffer(8), Promise.resolve(1), new Proxy({}, {}), Object.create(null), throwing,
  new (class Odd { toString() { throw new Error('no text'); } })(), new WeakMap(), globalThis,
];

// An Error of some kind with a message; the only thing that garbage may lead to besides an answer.
async function survives(call) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof Error, String(error));
    assert.ok(error.message.length > 0);
  }
}

test('arguments: garbage of every type in every place', async (context) => {
  const engine = await sampleEngine(context);
  const members = ['user', 'requester', 'requestId', 'context', 'dryRun', 'timeoutMs', 'signal'];
  for (const value of garbage) {
    await survives(() => engine.validate(value, DRY));
    await survives(() => engine.validate(SENTENCE, value));
    await survives(() => engine.extract(value));
    await survives(() => engine.status(value));
    await survives(() => engine.status('x', value));
    await survives(() => engine.importFolder(value));
    await survives(() => engine.auditVerify(value));
    await survives(() => engine.auditVerify({ checkpoint: value, publicKey: value }));
    for (const member of members) await survives(() => engine.validate(SENTENCE, { ...DRY, [member]: value }));
    for (const member of ['ip', 'timestamp', 'session_id', 'user_agent', 'trace_id']) {
      await survives(() => engine.validate(SENTENCE, { ...DRY, context: { [member]: value } }));
    }
    await survives(async () => { for await (const each of engine.validateBatch(value, DRY)) assert.ok(each.status); });
    await survives(async () => { for await (const each of engine.validateBatch([value, SENTENCE], DRY)) assert.ok(each.status); });
    for (const member of ['chunk', 'concurrency']) await survives(() => engine.validateBatch([], { [member]: value }).next());
  }
  assert.equal((await engine.validate(SENTENCE, DRY)).status, 'VALID');
});

test('arguments: garbage at opening', async () => {
  const members = ['threads', 'configFile', 'environment', 'log', 'judge', 'embedder', 'search'];
  for (const value of garbage) {
    await survives(() => new Engine(value).close());
    await survives(() => new Engine('sqlite:none.db', value).close());
    await survives(() => new Engine('sqlite:none.db', { 'rag.top_k': value }).close());
    await survives(() => new Engine('sqlite:none.db', {}, value).close());
    for (const member of members) await survives(() => new Engine('sqlite:none.db', {}, { [member]: value }).close());
    await survives(() => new Engine('sqlite:none.db', {}, { embedder: { embed() {}, model: value, dimension: value } }).close());
    await survives(() => new Engine('sqlite:none.db', {}, { judge: { judge: value, kind: value } }).close());
  }
});

test('arguments: methods without their engine', async () => {
  for (const name of ['validate', 'extract', 'status', 'init', 'close', 'describe']) {
    await assert.rejects(async () => Engine.prototype[name].call({}, 'x'), TypeError);
  }
  assert.throws(() => Engine('sqlite:none.db'), TypeError);
});

test('arguments: types are named', async (context) => {
  const engine = await sampleEngine(context);
  await assert.rejects(engine.validate(5), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: 'text must be a string, not number' });
  await assert.rejects(engine.validate(SENTENCE, { user: 5 }), { message: 'user must be a string, not number' });
  await assert.rejects(engine.validate(SENTENCE, { ...DRY, timeoutMs: 1.5 }), { name: 'RangeError' });
  assert.throws(() => new Engine('sqlite:none.db', { 'rag.top_k': () => 1 }), TypeError);
});

test('arguments: settings that are none', () => {
  const wrong = (settings) => () => new Engine('sqlite:none.db', settings);
  for (const held of [new Map([['rag.top_k', 5]]), new Set(['rag']), { rag: new Map([['top_k', 5]]) }]) assert.throws(wrong(held), TypeError);
  assert.throws(wrong({ 'rag.topk': 3 }), { name: 'AskiamError', code: 'CONFIG', layer: 'CONFIG', message: /rag\.top_k/ });
  assert.throws(wrong({ decision: { threshold: 7 } }), { code: 'CONFIG' });
  assert.throws(() => new Engine('nosuch:x'), { code: 'CONFIG' });
  assert.throws(() => new Engine('sqlite:none.db', {}, { configFile: 'no-such-file.json' }), AskiamError);
});

test('arguments: what is no Unicode text is refused, not mended', async (context) => {
  const engine = await sampleEngine(context);
  for (const broken of ['\ud800', 'I need HR Analyst in Workday \udc00', '\udc00\ud800']) {
    await assert.rejects(engine.validate(broken, DRY), { name: 'AskiamError', code: 'BAD_DATA', message: /surrogate/ });
    await assert.rejects(engine.validate(SENTENCE, { ...DRY, user: broken }), { code: 'BAD_DATA' });
    const answer = await first(engine.validateBatch([broken], DRY));
    assert.equal(answer.status, 'ERROR');
    assert.equal(answer.reason_codes[0], 'INVALID_REQUEST');
  }
  await assert.rejects(engine.validate('a\0b', DRY), { code: 'BAD_DATA', message: /NUL/ });
});

const first = async (stream) => (await stream.next()).value;

test('arguments: text of every script comes back as it went', async (context) => {
  const engine = await sampleEngine(context);
  for (const name of ['Ünïcödé', '名前', '🧑‍🚀🚀', 'שלום', 'e\u0301x', 'a\u{10ffff}', 'a\u0085\u2028b']) {
    assert.notEqual((await engine.validate(`Please give ${name} the HR Analyst role in Workday`, DRY)).status, 'ERROR');
    const reading = await engine.extract(`I need the role ${name} in Workday`);
    assert.ok(JSON.stringify(reading).isWellFormed());
    const asked = await engine.validate(SENTENCE, { ...DRY, user: name });
    assert.equal(asked.requester.id, name);
  }
});

test('arguments: texts of any length', async (context) => {
  const engine = await sampleEngine(context);
  const long = (length) => 'x'.repeat(length);
  assert.ok((await engine.validate(long(4096), DRY)).status);
  await assert.rejects(engine.validate(long(4097), DRY), { code: 'BAD_DATA', message: /4097 bytes/ });
  await assert.rejects(engine.validate(long(2 ** 28), DRY), { code: 'BAD_DATA' });
  await assert.rejects(engine.validate('é'.repeat(2049), DRY), { code: 'BAD_DATA', message: /4098 bytes/ });
  await assert.rejects(engine.validate(SENTENCE, { ...DRY, user: long(2 ** 24) }), { code: 'BAD_DATA' });
  await assert.rejects(engine.importFolder(long(2 ** 20)), AskiamError);
  assert.equal((await first(engine.validateBatch([long(2 ** 24)], DRY))).status, 'ERROR');
  for (const blank of ['', ' ', '\t\n']) await assert.rejects(engine.validate(blank, DRY), { code: 'BAD_DATA' });
});

test('arguments: an answer to what is no request names it', async (context) => {
  const engine = await sampleEngine(context);
  await assert.rejects(engine.validate(' ', { ...DRY, requestId: 'blank-1' }), (error) => {
    assert.equal(error.decision.status, 'ERROR');
    assert.equal(error.decision.request_id, 'blank-1');
    assert.equal(error.decision.dry_run, true);
    assert.deepEqual(error.decision.reason_codes, ['INVALID_REQUEST']);
    assert.equal(error.decision.reason, error.message);
    return true;
  });
});

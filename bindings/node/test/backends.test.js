// SPDX-License-Identifier: Apache-2.0
// Judges, embedders and searches in JavaScript: asked from the library's threads, answering by value or by promise, failing in every way.
'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { DRY, SENTENCE, folder, gate, sampleEngine } = require('./support.js');

const quick = { 'retry.delay_ms': 0, 'retry.jitter_ms': 0 };

test('judge: sees the case, and gives its opinion by value and by promise', async (context) => {
  const seen = [];
  const answers = [{ probability: 0.99, reason: 'Ünicode “reason”' }, Promise.resolve(0.02), null];
  const judge = { kind: 'majority', judge: (judged, call) => (seen.push({ judged, call }), answers.shift()) };
  const engine = await sampleEngine(context, {}, { judge });
  const [sure, against, none] = [await engine.validate(SENTENCE, DRY), await engine.validate(SENTENCE, DRY), await engine.validate(SENTENCE, DRY)];
  assert.deepEqual([sure.rag.result, sure.rag.judge, sure.rag.reason], ['VALID', 'majority', 'Ünicode “reason”']);
  assert.deepEqual([against.status, against.reason_codes[0]], ['INVALID', 'REJECTED_BY_EVIDENCE']);
  assert.deepEqual([none.rag.result, none.reason_codes[0]], ['ABSTAINED', 'APPROVED_BY_RULES']);
  const [{ judged, call }] = seen;
  assert.equal(judged.user.id, 'john.doe');
  assert.equal(judged.application.id, 'workday');
  assert.equal(judged.role.name, 'HR Analyst');
  assert.ok(judged.documents.length > 0 && judged.documents[0].text.length > 0);
  assert.ok(judged.patterns.length > 0 && typeof judged.patterns[0].approved === 'boolean');
  assert.ok(!JSON.stringify(judged).includes('I need access'), 'a judge never sees the sentence');
  assert.ok(call.remainingMs > 0 && call.signal instanceof AbortSignal);
});

test('judge: together with the built-in one', async (context) => {
  const judge = { kind: 'llm', withEvidence: true, judge: () => 0.99 };
  const engine = await sampleEngine(context, {}, { judge });
  assert.equal((await engine.validate(SENTENCE, DRY)).rag.judge, 'both');
});

test('judge: whatever fails abstains, and the process lives', async (context) => {
  const failures = [
    () => { throw new Error('ill'); },
    () => { throw undefined; },
    () => { throw { toString() { throw new Error('no words'); } }; },
    () => { throw new Error('half \ud800'); },
    async () => { throw new Error('ill later'); },
    () => ({ then(_, reject) { reject(new Error('a thenable')); } }),
    () => ({ then() { throw new Error('a bad thenable'); } }),
    () => { throw { get retryable() { throw new Error('a getter'); } }; },
    () => NaN,
    () => 7,
    () => 'text',
    () => true,
    () => ({ probability: '0.99' }),
    () => ({ probability: true }),
    () => ({ probability: 0.99, reason: 5 }),
    () => Symbol('s'),
    () => [],
    () => ({ probability: 1n }),
    () => ({ probability: {} }),
    () => ({ probability: 0.99, get reason() { throw new Error('a getter'); } }),
  ];
  for (const fail of failures) {
    const engine = await sampleEngine(context, quick, { judge: { judge: fail } });
    const decision = await engine.validate(SENTENCE, DRY);
    assert.equal(decision.rag.result, 'ABSTAINED', String(fail));
    assert.equal(decision.reason_codes[0], 'APPROVED_BY_RULES');
  }
});

test('judge: one that is slow is passed by, and told so', async (context) => {
  const aborted = gate();
  const judge = { judge: (judged, { signal }) => new Promise(() => signal.addEventListener('abort', aborted.open)) };
  const engine = await sampleEngine(context, { 'rag.timeout_ms': 100 }, { judge });
  const decision = await engine.validate(SENTENCE, DRY);
  assert.ok(decision.reason_codes.includes('RAG_TIMEOUT'));
  const waiting = setTimeout(() => aborted.fail(new Error('the judge was told nothing')), 10_000);
  await aborted.passed;
  clearTimeout(waiting);
});

test('judge: cannot overrule a fact', async (context) => {
  const engine = await sampleEngine(context, {}, { judge: { judge: () => 1 } });
  const decision = await engine.validate('I need Payroll Administrator in Workday', DRY);
  assert.notEqual(decision.reason_codes[0], 'APPROVED_BY_EVIDENCE');
});

test('judge: many at once, answered in another order', async (context) => {
  const waiting = [];
  const judge = { judge: () => new Promise((resolve) => waiting.push(resolve)) };
  const engine = await sampleEngine(context, { 'rag.threads': 8 }, { judge, threads: 8 });
  const calls = Array.from({ length: 8 }, () => engine.validate(SENTENCE, DRY));
  while (waiting.length < 8) await new Promise((resolve) => setImmediate(resolve));
  waiting.reverse().forEach((answer, at) => answer({ probability: 0.99, reason: `number ${at}` }));
  const reasons = (await Promise.all(calls)).map(({ rag }) => rag.reason).sort();
  assert.deepEqual(reasons, Array.from({ length: 8 }, (_, at) => `number ${at}`));
});

test('judge: may use the engine that asked it', async (context) => {
  const judge = { judge: async () => ({ probability: 0.99, reason: (await held.engine.extract(SENTENCE)).entities.role.id }) };
  const held = {};
  held.engine = await sampleEngine(context, {}, { judge });
  assert.equal((await held.engine.validate(SENTENCE, DRY)).rag.reason, 'wd-hr-analyst');
});

// A vector by the letters of a text: enough to tell texts apart.
function letters(text) {
  const vector = new Float32Array(32);
  for (const letter of text.toLowerCase()) vector[letter.codePointAt(0) % 32] += 1;
  const length = Math.hypot(...vector) || 1;
  return vector.map((number) => number / length);
}

test('embedder: embeds an import and the search for it', async (context) => {
  const asked = [];
  const embedder = { model: 'letters-1', dimension: 32, embed: async (texts) => (asked.push(...texts), texts.map(letters)) };
  const engine = await sampleEngine(context, {}, { embedder });
  await engine.init({ sample: true });
  const imported = asked.length;
  assert.ok(imported > 0);
  const decision = await engine.validate(SENTENCE, DRY);
  assert.ok(asked.length > imported);
  assert.ok(decision.rag.documents.length > 0);
});

test('embedder: answers of another form fail an import, and abstain in a decision', async (context) => {
  const answers = [[], [[1]], 'text', null, [new Float32Array(32).fill(9)]];
  for (const answer of answers) {
    const embedder = { model: 'broken', dimension: 32, embed: () => answer };
    const engine = await sampleEngine(context, quick, { embedder });
    await assert.rejects(engine.init({ sample: true }), { name: 'AskiamError' });
    const decision = await engine.validate(SENTENCE, DRY);
    assert.ok(decision.reason_codes.includes('RAG_UNAVAILABLE'), JSON.stringify(decision.rag));
  }
});

test('search: finds documents and past decisions', async (context) => {
  const queries = [];
  const search = {
    documents: (query) => (queries.push(query), [{ id: 'd-1', title: 'Who needs it', text: 'Analysts do.', score: 1 }, { id: 'd-2', score: 0.5 }]),
    patterns: (query) => (queries.push(query), Array.from({ length: 40 }, (_, at) => ({ user_id: `u-${at}`, timestamp_ms: new Date(1e12 - at), approved: true }))),
  };
  const engine = await sampleEngine(context, {}, { search });
  const { rag } = await engine.validate(SENTENCE, DRY);
  assert.deepEqual(rag.documents.map(({ id, title }) => [id, title]), [['d-1', 'Who needs it'], ['d-2', null]]);
  assert.equal(queries[0].role_id, 'wd-hr-analyst');
  assert.equal(queries[0].vector.length > 0, true);
  assert.ok(queries.some(({ except_user_id: id }) => id === 'john.doe'));
});

test('search: without patterns, and with answers of another form', async (context) => {
  const finds = [() => [], () => undefined, () => 'text', () => [null], () => [{ id: 'x' }], () => [{ id: 'x', score: '1' }], () => [{ id: 'x', score: NaN }], () => { throw new Error('down'); }];
  for (const documents of finds) {
    const engine = await sampleEngine(context, quick, { search: { documents } });
    const decision = await engine.validate(SENTENCE, DRY);
    assert.equal(decision.status, 'VALID');
    assert.notEqual(decision.rag.result, 'VALID');
  }
});

test('backends: need their methods', async () => {
  const { Engine } = require('askiam');
  for (const host of [{ judge: {} }, { search: {} }, { embedder: { embed() {} } }, { embedder: { embed() {}, model: 'm', dimension: 'x' } }]) {
    assert.throws(() => new Engine('sqlite:none.db', {}, host), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  for (const dimension of [0, 5000, -1]) {
    assert.throws(() => new Engine('sqlite:none.db', {}, { embedder: { embed() {}, model: 'm', dimension } }), { code: 'ERR_OUT_OF_RANGE' });
  }
});

test('log: records come as objects, and a function that throws is a warning', async (context) => {
  const records = [];
  const log = (record, lost) => records.push({ record, lost });
  const engine = await sampleEngine(context, { 'log.level': 'debug' }, { log });
  await engine.validate(SENTENCE, DRY);
  assert.ok(records.some(({ record }) => record.level === 'INFO' && record.message.length > 0));
  assert.ok(records.every(({ lost }) => lost === 0));

  const warned = new Promise((resolve) => process.once('warning', resolve));
  const loud = await sampleEngine(context, { 'log.level': 'info' }, { log: () => { throw new Error('full'); } });
  assert.equal((await loud.validate(SENTENCE, DRY)).status, 'VALID');
  assert.match((await warned).message, /full/);
});

test('log: a loop that does not turn loses records, and is told how many', async (context) => {
  let lost = 0;
  let taken = 0;
  const engine = await sampleEngine(context, { 'log.level': 'debug' }, { log: (record, count) => { lost += count; taken += 1; } });
  const requests = Array.from({ length: 1024 }, () => SENTENCE);
  const stream = engine.validateBatch(requests, { ...DRY, chunk: 1024 });
  const first = stream.next();
  await new Promise((resolve) => setImmediate(resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
  await first;
  await engine.validate(SENTENCE, DRY);
  assert.ok(taken > 0 && taken + lost > 1024);
});

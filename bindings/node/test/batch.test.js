// SPDX-License-Identifier: Apache-2.0
// Streams of requests: order, chunks, sources that are slow, endless or broken.
'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { DRY, SENTENCE, sampleEngine } = require('./support.js');

async function all(stream) {
  const answers = [];
  for await (const answer of stream) answers.push(answer);
  return answers;
}

const numbered = (count) => Array.from({ length: count }, (_, at) => ({ raw_request: SENTENCE, request_id: `n-${at}` }));

test('batch: in the order of the source, whatever chunk and concurrency', async (context) => {
  const engine = await sampleEngine(context);
  const wanted = Array.from({ length: 150 }, (_, at) => `n-${at}`);
  for (const options of [{}, { chunk: 1 }, { chunk: 7, concurrency: 4 }, { chunk: 1024, concurrency: 2 }]) {
    const answers = await all(engine.validateBatch(numbered(150), { ...DRY, ...options }));
    assert.deepEqual(answers.map(({ request_id: id }) => id), wanted);
    assert.ok(answers.every(({ status }) => status === 'VALID'));
  }
});

test('batch: nothing asked, nothing answered', async (context) => {
  const engine = await sampleEngine(context);
  assert.deepEqual(await all(engine.validateBatch([])), []);
  assert.deepEqual(await all(engine.validateBatch((async function* none() {})())), []);
});

test('batch: sets, generators and streams', async (context) => {
  const engine = await sampleEngine(context);
  const { Readable } = require('node:stream');
  for (const source of [new Set([SENTENCE]), (function* one() { yield SENTENCE; })(), Readable.from([SENTENCE]), (async function* one() { yield SENTENCE; })()]) {
    assert.deepEqual((await all(engine.validateBatch(source, DRY))).map(({ status }) => status), ['VALID']);
  }
});

test('batch: requests that cannot be read are answered in their place', async (context) => {
  const engine = await sampleEngine(context);
  const answers = await all(engine.validateBatch([SENTENCE, { user_id: 7 }, { raw_request: [], request_id: 'r' }, '', SENTENCE], DRY));
  assert.deepEqual(answers.map(({ status }) => status), ['VALID', 'ERROR', 'ERROR', 'ERROR', 'VALID']);
  assert.equal(answers[2].request_id, 'r');
});

test('batch: a request says more than the options', async (context) => {
  const engine = await sampleEngine(context);
  const [own, given] = await all(engine.validateBatch([{ text: SENTENCE, user_id: 'david.chen' }, SENTENCE], DRY));
  assert.deepEqual([own.requester.id, given.requester.id], ['david.chen', 'john.doe']);
});

test('batch: recorded once each, in order, on one chain', async (context) => {
  const engine = await sampleEngine(context);
  const answers = await all(engine.validateBatch([...numbered(100), ...numbered(100)], { user: 'john.doe' }));
  assert.deepEqual(answers.map(({ audit }) => audit.seq), [...Array(2)].flatMap(() => Array.from({ length: 100 }, (_, at) => at + 1)));
  assert.equal((await engine.auditVerify()).entries, 100);
});

test('batch: what comes alone is answered at once', async (context) => {
  const engine = await sampleEngine(context);
  const answered = [];
  async function* dialogue() {
    for (let at = 0; at < 5; at++) {
      yield SENTENCE;
      while (answered.length <= at) await new Promise((resolve) => setImmediate(resolve)); // the next one waits for the answer
    }
  }
  for await (const answer of engine.validateBatch(dialogue(), { ...DRY, concurrency: 3 })) answered.push(answer.status);
  assert.deepEqual(answered, Array(5).fill('VALID'));
});

test('batch: reads no further ahead than it must, and closes its source', async (context) => {
  const engine = await sampleEngine(context);
  let read = 0;
  let closed = false;
  function* endless() {
    try {
      for (;;) yield (read += 1, SENTENCE);
    } finally {
      closed = true;
    }
  }
  let taken = 0;
  for await (const answer of engine.validateBatch(endless(), { ...DRY, chunk: 4 })) {
    assert.equal(answer.status, 'VALID');
    await new Promise((resolve) => setImmediate(resolve));
    if ((taken += 1) === 10) break;
  }
  assert.ok(read <= 24, `read ${read}`);
  assert.equal(closed, true);
});

test('batch: a source that fails gives what came before, then its error', async (context) => {
  const engine = await sampleEngine(context);
  const broken = [
    function* broken() { yield SENTENCE; throw new Error('no more'); },
    async function* broken() { yield SENTENCE; throw new Error('no more'); },
    function* broken() { yield SENTENCE; yield { raw_request: 1n }; },
  ];
  for (const source of broken) {
    const answers = [];
    await assert.rejects(async () => {
      for await (const answer of engine.validateBatch(source(), DRY)) answers.push(answer.status);
    }, /no more|BigInt/);
    assert.deepEqual(answers, ['VALID']);
  }
});

test('batch: a signal ends it, between chunks and within one', async (context) => {
  const engine = await sampleEngine(context);
  const controller = new AbortController();
  let taken = 0;
  await assert.rejects(async () => {
    for await (const answer of engine.validateBatch(numbered(1000), { ...DRY, chunk: 10, signal: controller.signal })) {
      assert.equal(answer.status, 'VALID');
      if ((taken += 1) === 15) controller.abort();
    }
  }, { name: 'AbortError' });
  assert.ok(taken < 40);
  await assert.rejects(all(engine.validateBatch(numbered(1000), { user: 'john.doe', chunk: 1000, signal: AbortSignal.timeout(1) })), { name: 'TimeoutError' });
});

test('batch: of a closed engine', async (context) => {
  const engine = await sampleEngine(context);
  const stream = engine.validateBatch(numbered(1000), { ...DRY, chunk: 10 });
  await stream.next();
  await engine.close();
  await assert.rejects(all(stream), { code: 'CANCELLED' });
});

test('batch: a source that waits for ever keeps nobody who leaves', async (context) => {
  const engine = await sampleEngine(context);
  async function* source() {
    yield SENTENCE;
    await new Promise(() => {});
  }
  let count = 0;
  for await (const answer of engine.validateBatch(source(), DRY)) {
    assert.equal(answer.status, 'VALID');
    count++;
    break;
  }
  assert.equal(count, 1);
  const controller = new AbortController();
  const answers = engine.validateBatch(source(), { ...DRY, signal: controller.signal });
  await answers.next();
  setImmediate(() => controller.abort());
  await assert.rejects(answers.next(), { name: 'AbortError' });
});

// SPDX-License-Identifier: Apache-2.0
// Many requests as a stream. What is there already is answered together, so that it shares a commit; what comes alone is answered at once. The
// source is read no further ahead than one chunk beside those in work.
'use strict';

const check = require('./arguments.js');

const CHUNK = 64;
const CHUNK_MAX = 1024;
const CONCURRENCY_MAX = 64;

// A request as a line of JSON: a sentence, or an object with the contract's members.
function lineOf(request) {
  if (typeof request === 'string') return JSON.stringify({ raw_request: request });
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw check.typeError('a request', 'a string or an object', request);
  }
  const line = JSON.stringify(request);
  if (line === undefined) throw check.typeError('a request', 'an object that JSON can write', request);
  return line;
}

function iteratorOf(requests) {
  const make = requests?.[Symbol.asyncIterator] ?? requests?.[Symbol.iterator];
  if (typeof requests !== 'object' || typeof make !== 'function') {
    throw check.typeError('requests', 'an iterable or an async iterable', requests);
  }
  return { iterator: make.call(requests), asynchronous: requests[Symbol.asyncIterator] !== undefined };
}

// Reads a source into lines, in the background where it is asynchronous, up to a chunk.
class Reader {
  #source;
  #chunk;
  #lines = [];
  #pending;
  ended = false;
  failure;

  constructor(source, chunk) {
    this.#source = source;
    this.#chunk = chunk;
  }

  // Reads on. What an asynchronous source has ready comes in without waiting; `wake` tells of what comes later.
  fill(wake) {
    while (!this.ended && this.#pending === undefined && this.#lines.length < this.#chunk) {
      if (this.#source.asynchronous) this.#await(wake);
      else this.#guard(() => this.#keep(this.#source.iterator.next()));
    }
  }

  take() {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  get count() {
    return this.#lines.length;
  }

  get full() {
    return this.ended || this.#lines.length >= this.#chunk;
  }

  async close() {
    if (this.ended) return;
    const closed = this.#source.iterator.return?.();
    // A generator that is waiting for something is closed when that comes, which may be never.
    if (this.#pending === undefined) await closed;
    else Promise.resolve(closed).catch(() => {});
  }

  #await(wake) {
    let next;
    this.#guard(() => (next = Promise.resolve(this.#source.iterator.next())));
    this.#pending = next
      ?.then((result) => this.#guard(() => this.#keep(result)), (thrown) => this.#fail(thrown))
      .then(() => {
        this.#pending = undefined;
        this.fill(wake);
        wake();
      });
  }

  #keep(result) {
    if (result.done) this.ended = true;
    else this.#lines.push(lineOf(result.value));
  }

  #guard(action) {
    try {
      action();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #fail(thrown) {
    this.ended = true;
    this.failure ??= { thrown };
  }
}

// Arguments are judged at once, the source is read when the first answer is asked for.
function batch(requests, options, submit) {
  const chunk = check.optionalCount(options.chunk, 'chunk', CHUNK, 1, CHUNK_MAX);
  const concurrency = check.optionalCount(options.concurrency, 'concurrency', 1, 1, CONCURRENCY_MAX);
  const signal = check.optionalSignal(options.signal);
  return stream(new Reader(iteratorOf(requests), chunk), concurrency, signal, (lines) => submit(lines, signal));
}

async function* stream(reader, concurrency, signal, submit) {
  const work = []; // chunks in their order: { done, json, failure }
  let wake = () => {};
  const tell = () => wake();
  const start = () => {
    const part = { done: false };
    work.push(part);
    submit(reader.take().join('\n'))
      .then((json) => (part.json = json), (thrown) => (part.failure = { thrown }))
      .finally(() => {
        part.done = true;
        tell();
      });
  };
  signal?.addEventListener('abort', tell);
  try {
    for (;;) {
      reader.fill(tell);
      const running = work.filter((part) => !part.done).length;
      if (reader.count > 0 && running < concurrency && work.length <= concurrency) {
        if (!reader.full) await turn();
        start();
        continue;
      }
      if (work.length > 0 && work[0].done) {
        const { json, failure } = work.shift();
        if (failure !== undefined) throw failure.thrown;
        yield* JSON.parse(json); // here, while the next chunk is in work
        continue;
      }
      if (work.length === 0 && reader.ended) break;
      if (signal?.aborted) throw signal.reason;
      await new Promise((resolve) => (wake = resolve));
    }
    if (reader.failure !== undefined) throw reader.failure.thrown;
  } finally {
    signal?.removeEventListener('abort', tell);
    await reader.close();
  }
}

// One turn of the event loop: what a source has ready comes in meanwhile.
const turn = () => new Promise((resolve) => setImmediate(resolve));

module.exports = { batch };

// SPDX-License-Identifier: Apache-2.0
// Backends written in JavaScript: the library asks from its threads, here the object of the host is called, and its answer, by value or by
// promise, is handed back. Whatever is thrown is a failure of the backend, by which evidence abstains; it never reaches the process.
'use strict';

const native = require('./native.js');
const { optionalCount, optionalObject, typeError } = require('./arguments.js');

// The numbers of src/bridge.h.
const JUDGE = 0;
const EMBED = 1;
const DOCUMENTS = 2;
const PATTERNS = 3;
const FORGET = 4;

const DIMENSION_MAX = 4096;

function listOf(value, what) {
  if (!Array.isArray(value)) throw typeError(what, 'a list', value);
  return value;
}

// Answers are taken as they are: nothing that is no number becomes one, and nothing that is no boolean an approval.
function typed(value, type, what) {
  if (typeof value !== type) throw typeError(what, `a ${type}`, value);
  return value;
}

const textOf = (value, what) => (value === undefined || value === null ? undefined : typed(value, 'string', what));

const timeOf = (value) => (value instanceof Date ? value.getTime() : typed(value, 'number', 'timestamp_ms'));

// undefined, null and { probability: null } abstain; so does a number that is no probability, which is the library's to see.
function opinion(answer) {
  const { probability, reason } = optionalObject(typeof answer === 'number' ? { probability: answer } : answer, 'an opinion');
  const none = probability === undefined || probability === null;
  return {
    texts: [textOf(reason, 'reason')],
    numbers: none ? new Float64Array(0) : Float64Array.of(typed(probability, 'number', 'probability')),
  };
}

function vectors(answer) {
  const rows = listOf(answer, "embed's answer");
  return { texts: [], numbers: Float64Array.from(rows.flatMap((row) => Array.from(row, (number) => typed(number, 'number', 'a vector')))) };
}

function documents(answer) {
  const found = listOf(answer, "documents' answer");
  return {
    texts: found.flatMap(({ id, title, text }) => [typed(id, 'string', 'id'), textOf(title, 'title'), textOf(text, 'text')]),
    numbers: Float64Array.from(found, ({ score }) => typed(score, 'number', 'score')),
  };
}

function patterns(answer) {
  const found = listOf(answer, "patterns' answer");
  return {
    texts: found.map(({ user_id: id }) => typed(id, 'string', 'user_id')),
    numbers: Float64Array.from(
      found.flatMap(({ timestamp_ms: time, approved }) => [timeOf(time), typed(approved, 'boolean', 'approved') ? 1 : 0]),
    ),
  };
}

function message(thrown) {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown).toWellFormed();
  } catch {
    return 'a failure that cannot be put in words';
  }
}

// What is thrown may be anything: a getter or a revoked proxy throws in its turn, which must not end the process.
function isRetryable(thrown) {
  try {
    return thrown?.retryable === true;
  } catch {
    return false;
  }
}

// Calls that were neither answered nor given up, by number, each with what aborts its signal.
class Calls {
  #methods;
  #open = new Map();

  constructor({ judge, embedder, search }) {
    this.#methods = {
      [JUDGE]: { call: judge?.judge?.bind(judge), shape: opinion },
      [EMBED]: { call: embedder?.embed?.bind(embedder), shape: vectors },
      [DOCUMENTS]: { call: search?.documents?.bind(search), shape: documents },
      [PATTERNS]: { call: search?.patterns?.bind(search), shape: patterns },
    };
  }

  take(engine, number, kind, json, remainingMs) {
    if (kind === FORGET) {
      this.#open.get(number)?.abort();
      this.#open.delete(number);
    } else {
      this.#answer(engine, number, this.#methods[kind], json, remainingMs);
    }
  }

  async #answer(engine, number, method, json, remainingMs) {
    const controller = new AbortController();
    this.#open.set(number, controller);
    try {
      const answer = await method.call(JSON.parse(json), { signal: controller.signal, remainingMs });
      const { texts, numbers } = method.shape(answer);
      native.answer(engine, number, texts, numbers);
    } catch (thrown) {
      native.refuse(engine, number, message(thrown), isRetryable(thrown));
    } finally {
      this.#open.delete(number);
    }
  }
}

function methodOf(object, kind, name) {
  if (typeof object[name] !== 'function') throw typeError(`${kind}.${name}`, 'a function', object[name]);
}

// What the addon is told of the backends at opening.
function describe({ judge, embedder, search }) {
  const described = {};
  if (judge !== undefined) {
    methodOf(optionalObject(judge, 'judge'), 'judge', 'judge');
    described.judgeKind = judge.kind ?? 'javascript';
    described.judgeWithEvidence = judge.withEvidence === true;
  }
  if (embedder !== undefined) {
    methodOf(optionalObject(embedder, 'embedder'), 'embedder', 'embed');
    if (typeof embedder.model !== 'string') throw typeError('embedder.model', 'a string', embedder.model);
    if (typeof embedder.dimension !== 'number') throw typeError('embedder.dimension', 'a number', embedder.dimension);
    described.model = embedder.model;
    described.dimension = optionalCount(embedder.dimension, 'embedder.dimension', 0, 1, DIMENSION_MAX);
  }
  if (search !== undefined) {
    methodOf(optionalObject(search, 'search'), 'search', 'documents');
    described.search = true;
    described.patterns = typeof search.patterns === 'function';
  }
  if (Object.keys(described).length > 0) {
    const calls = new Calls({ judge, embedder, search });
    described.onCall = (...told) => calls.take(...told);
  }
  return described;
}

module.exports = { describe, message };

// SPDX-License-Identifier: Apache-2.0
// The engine as JavaScript sees it. Decides nothing: arguments go to the library, its JSON comes back.
'use strict';

const native = require('./native.js');
const { AskiamError, makeError } = require('./error.js');
const check = require('./arguments.js');
const backends = require('./backends.js');
const { batch } = require('./batch.js');

native.setup(makeError);
process.once('exit', native.end);

const THREADS = 4;
const THREADS_MAX = 64;

function logTaker(log) {
  if (log === undefined) return undefined;
  if (typeof log !== 'function') throw check.typeError('log', 'a function', log);
  return (json, lost) => {
    try {
      log(JSON.parse(json), lost);
    } catch (thrown) {
      process.emitWarning(`the log function of an askiam engine threw: ${backends.message(thrown)}`, 'AskiamWarning');
    }
  };
}

function environmentList(environment) {
  if (environment === undefined) return undefined;
  return Object.entries(check.optionalObject(environment, 'environment'))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => check.text(`${name}=${value}`, `environment: ${name}`));
}

function gone() {
  return new AskiamError('the engine is closed', { code: 'CANCELLED', layer: 'ENGINE', retryable: false });
}

class Engine {
  #handle;
  #closed;
  #tickets = 0;

  constructor(url, settings, options) {
    const host = check.optionalObject(options, 'options');
    this.#handle = native.open({
      url: check.optionalText(url, 'url'),
      settings: check.settingsJson(settings),
      configFile: check.optionalText(host.configFile, 'configFile'),
      environment: environmentList(host.environment),
      threads: check.optionalCount(host.threads, 'threads', THREADS, 1, THREADS_MAX),
      onLog: logTaker(host.log),
      ...backends.describe(host),
    });
  }

  async validate(text, options) {
    const given = check.optionalObject(options, 'options');
    const sentence = check.text(text, 'text');
    const fields = check.requestFields(given);
    return JSON.parse(await this.#call(native.validate, given.signal, sentence, ...fields));
  }

  validateBatch(requests, options) {
    const given = check.optionalObject(options, 'options');
    const fields = check.requestFields(given);
    if (fields[2] !== undefined) throw check.typeError('requestId', "a member of each request, not of the batch's options", fields[2]);
    return batch(requests, given, (lines, signal) => this.#call(native.batch, signal, lines, ...fields));
  }

  async extract(text, options) {
    const given = check.optionalObject(options, 'options');
    const sentence = check.text(text, 'text');
    const fields = check.requestFields(given);
    return JSON.parse(await this.#call(native.extract, given.signal, sentence, ...fields));
  }

  async status(requestId, options) {
    const given = check.optionalObject(options, 'options');
    const id = check.text(requestId, 'requestId');
    return JSON.parse(await this.#call(native.status, given.signal, id, check.optionalText(given.requester, 'requester')));
  }

  async init(options) {
    const given = check.optionalObject(options, 'options');
    const sample = check.optionalFlag(given.sample, 'sample');
    const schema = JSON.parse(await this.#call(native.init, undefined));
    if (!sample) return { schema };
    return { schema, ...JSON.parse(await this.#call(native.importSample, undefined)) };
  }

  async importFolder(path) {
    return JSON.parse(await this.#call(native.importFolder, undefined, check.text(path, 'path')));
  }

  async auditVerify(options) {
    const given = check.optionalObject(options, 'options');
    const checkpoint = check.optionalText(given.checkpoint, 'checkpoint');
    const publicKey = check.optionalText(given.publicKey, 'publicKey');
    return JSON.parse(await this.#call(native.verify, undefined, checkpoint, publicKey));
  }

  async describe() {
    return JSON.parse(await this.#call(native.describe, undefined));
  }

  get closed() {
    return this.#closed !== undefined;
  }

  async close(options) {
    const cancel = check.optionalFlag(check.optionalObject(options, 'options').cancel, 'cancel');
    const ended = native.close(this.#handle, cancel);
    this.#closed ??= ended;
    await this.#closed;
  }

  // A call of the addon with a number of its own, by which a signal can forget it.
  #call(call, signal, ...given) {
    if (this.#closed !== undefined) throw gone();
    const abort = check.optionalSignal(signal);
    if (abort?.aborted) throw abort.reason;
    const ticket = (this.#tickets = (this.#tickets + 1) >>> 0);
    const answer = call(this.#handle, ticket, ...given);
    return abort === undefined ? answer : this.#abortable(answer, ticket, abort);
  }

  #abortable(answer, ticket, signal) {
    return new Promise((resolve, reject) => {
      const forget = () => {
        reject(signal.reason);
        native.forget(this.#handle, ticket);
      };
      signal.addEventListener('abort', forget, { once: true });
      answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', forget));
    });
  }
}

if (Symbol.asyncDispose !== undefined) {
  Object.defineProperty(Engine.prototype, Symbol.asyncDispose, {
    value() {
      return this.close();
    },
    configurable: true,
    writable: true,
  });
}

module.exports = { Engine, AskiamError, version: native.version };

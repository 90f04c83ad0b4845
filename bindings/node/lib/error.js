// SPDX-License-Identifier: Apache-2.0
// What a failed call rejects with. A refusal is no failure: it is a decision whose status is INVALID.
'use strict';

class AskiamError extends Error {
  /**
   * @param {string} message what is wrong, where, and what to do
   * @param {{code: string, layer: string, retryable: boolean, decision?: object, problems?: string[]}} details
   */
  constructor(message, details) {
    super(message);
    this.code = details.code;
    this.layer = details.layer;
    this.retryable = details.retryable;
    if (details.decision !== undefined) this.decision = details.decision;
    if (details.problems !== undefined) this.problems = details.problems;
  }
}
Object.defineProperty(AskiamError.prototype, 'name', { value: 'AskiamError', configurable: true, writable: true });

// For the addon: what belongs to a failure is the decision ERROR, or the list of an import's problems.
function makeError(code, layer, retryable, message, json) {
  const detail = json ? JSON.parse(json) : undefined;
  return new AskiamError(message, {
    code,
    layer,
    retryable,
    decision: detail !== undefined && !Array.isArray(detail) ? detail : undefined,
    problems: Array.isArray(detail) ? detail : undefined,
  });
}

module.exports = { AskiamError, makeError };

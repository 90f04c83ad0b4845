// SPDX-License-Identifier: Apache-2.0
// Arguments as JavaScript gives them, checked for their type only: what they mean is the library's to judge.
'use strict';

const { isMap, isSet } = require('node:util/types');

const { AskiamError } = require('./error.js');

function typeError(name, expected, value) {
  const error = new TypeError(`${name} must be ${expected}, not ${value === null ? 'null' : typeof value}`);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

// A lone surrogate is no character: UTF-8 has no form for it, and another character in its place would be another sentence.
function text(value, name) {
  if (typeof value !== 'string') throw typeError(name, 'a string', value);
  if (!value.isWellFormed()) {
    throw new AskiamError(`${name}: must be well-formed Unicode, and has a lone surrogate`, {
      code: 'BAD_DATA',
      layer: 'REQUEST',
      retryable: false,
    });
  }
  return value;
}

const optionalText = (value, name) => (value === undefined || value === null ? undefined : text(value, name));

function optionalObject(value, name) {
  if (value === undefined || value === null) return {};
  // What a Map or a Set holds are no members: it would be left out in silence.
  if (typeof value !== 'object' || Array.isArray(value) || isMap(value) || isSet(value)) throw typeError(name, 'a plain object', value);
  return value;
}

function optionalFlag(value, name) {
  if (value !== undefined && typeof value !== 'boolean') throw typeError(name, 'a boolean', value);
  return value === true;
}

function optionalCount(value, name, fallback, least, most) {
  if (value === undefined) return fallback;
  if (typeof value !== 'number') throw typeError(name, 'a number', value);
  if (!Number.isInteger(value) || value < least || value > most) {
    const error = new RangeError(`${name} must be an integer from ${least} to ${most}, not ${value}`);
    error.code = 'ERR_OUT_OF_RANGE';
    throw error;
  }
  return value;
}

function optionalSignal(value) {
  if (value === undefined || value === null) return undefined;
  const listens = ['addEventListener', 'removeEventListener'].every((name) => typeof value[name] === 'function');
  if (typeof value !== 'object' || typeof value.aborted !== 'boolean' || !listens) {
    throw typeError('signal', 'an AbortSignal', value);
  }
  return value;
}

// The members of a request besides its sentence, in the order in which the addon takes them.
function requestFields(options) {
  const context = optionalObject(options.context, 'context');
  const { timestamp } = context;
  return [
    optionalText(options.user, 'user'),
    optionalText(options.requester, 'requester'),
    optionalText(options.requestId, 'requestId'),
    optionalText(context.ip, 'context.ip'),
    optionalText(context.session_id, 'context.session_id'),
    optionalText(context.user_agent, 'context.user_agent'),
    optionalText(context.trace_id, 'context.trace_id'),
    timestamp instanceof Date ? timestamp.toISOString() : optionalText(timestamp, 'context.timestamp'),
    optionalFlag(options.dryRun, 'dryRun'),
    optionalCount(options.timeoutMs, 'timeoutMs', 0, 1, 2 ** 31),
  ];
}

// Settings as JSON. What JSON would leave out in silence is refused.
function settingsJson(settings) {
  if (settings === undefined || settings === null) return undefined;
  optionalObject(settings, 'settings');
  return JSON.stringify(settings, (key, value) => {
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint' || isMap(value) || isSet(value)) {
      throw typeError(`settings: ${key}`, 'text, a number, a boolean, a list or an object', value);
    }
    return value;
  });
}

module.exports = {
  typeError,
  text,
  optionalText,
  optionalObject,
  optionalFlag,
  optionalCount,
  optionalSignal,
  requestFields,
  settingsJson,
};

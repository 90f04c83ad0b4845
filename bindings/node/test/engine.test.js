// SPDX-License-Identifier: Apache-2.0
// Every method of an engine, on real stores.
'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');

const { AskiamError, Engine, version } = require('askiam');
const { DRY, SENTENCE, folder, program, sampleEngine, sampleStore } = require('./support.js');

test('engine: validate decides and records', async (context) => {
  const engine = await sampleEngine(context);
  const decision = await engine.validate(SENTENCE, {
    user: 'john.doe',
    requestId: 'r-1',
    context: { ip: '10.0.0.1', session_id: 's', user_agent: 'a', trace_id: 't', timestamp: new Date('2024-01-21T10:30:00Z') },
  });
  assert.equal(decision.status, 'VALID');
  assert.equal(decision.request_id, 'r-1');
  assert.equal(decision.entities.role.id, 'wd-hr-analyst');
  assert.equal(decision.audit.seq, 1);
  const report = await engine.auditVerify();
  assert.equal(report.sound, true);
  assert.equal(report.entries, 1);
});

test('engine: the same request id gives the stored decision, or a conflict', async (context) => {
  const engine = await sampleEngine(context);
  const asked = { user: 'john.doe', requestId: 'once' };
  const made = await engine.validate(SENTENCE, asked);
  assert.deepEqual(await engine.validate(SENTENCE, asked), made);
  await assert.rejects(engine.validate('I need Recruiter in Workday', asked), (error) => {
    assert.ok(error instanceof AskiamError);
    assert.equal(error.code, 'CONFLICT');
    assert.deepEqual(error.decision.reason_codes, ['REQUEST_ID_CONFLICT']);
    return true;
  });
});

test('engine: a dry run records nothing', async (context) => {
  const engine = await sampleEngine(context);
  const decision = await engine.validate(SENTENCE, { ...DRY, requestId: 'dry' });
  assert.equal(decision.dry_run, true);
  assert.deepEqual(decision.audit, { chain: null, seq: null, hash: null });
  await assert.rejects(engine.status('dry'), { code: 'NOT_FOUND' });
});

test('engine: somebody asks for somebody else', async (context) => {
  const engine = await sampleEngine(context);
  const decision = await engine.validate(SENTENCE, { ...DRY, requester: 'david.chen' });
  assert.equal(decision.requester.id, 'david.chen');
  assert.equal(decision.entities.user.id, 'john.doe');
});

test('engine: extract reads a sentence, with and without a user', async (context) => {
  const engine = await sampleEngine(context);
  const reading = await engine.extract(SENTENCE);
  assert.equal(reading.act, 'request');
  assert.equal(reading.entities.role.id, 'wd-hr-analyst');
  assert.equal(reading.entities.user, null);
  assert.equal((await engine.extract(SENTENCE, { user: 'john.doe' })).entities.user.id, 'john.doe');
  await assert.rejects(engine.extract(' '), (error) => error.code === 'BAD_DATA' && error.decision === undefined);
});

test('engine: a folder is imported whole or not at all', async (context) => {
  const room = folder(context);
  fs.writeFileSync(path.join(room, 'users.csv'), 'user_id,email,name\nann,ann@example.org,Ann Arbor\n');
  fs.writeFileSync(path.join(room, 'applications.csv'), 'app_id,name\nshop,Shop\n');
  fs.writeFileSync(path.join(room, 'roles.csv'), 'role_id,app_id,name\nclerk,shop,Clerk\n');
  const engine = new Engine(`sqlite:${path.join(room, 'iam.db')}`);
  context.after(() => engine.close());
  assert.equal((await engine.init()).schema.from, 0);
  const { tables, warnings } = await engine.importFolder(room);
  assert.deepEqual([tables.users, tables.roles, warnings], [1, 1, []]);
  assert.equal((await engine.validate('I need the Clerk role in Shop', { user: 'ann', dryRun: true })).status, 'VALID');

  fs.writeFileSync(path.join(room, 'user_roles.csv'), 'user_id,role_id\nann,nothing\nbob,clerk\n');
  await assert.rejects(engine.importFolder(room), (error) => {
    assert.equal(error.code, 'BAD_DATA');
    assert.ok(error.problems.length >= 2);
    assert.match(error.problems[0], /user_roles\.csv:2/);
    return true;
  });
});

test('engine: a trail that was changed is not sound', async (context) => {
  const url = await sampleStore(context);
  const engine = new Engine(url);
  context.after(() => engine.close());
  await engine.validate(SENTENCE, { user: 'john.doe' });
  const changed = spawnSync('sqlite3', [url.slice('sqlite:'.length), "UPDATE audit_log SET status = 'INVALID'"]);
  assert.equal(changed.status, 0, String(changed.stderr));
  const report = await engine.auditVerify();
  assert.equal(report.sound, false);
  assert.notEqual(report.chains[0].first_break, null);
  await assert.rejects(engine.auditVerify({ checkpoint: 'no-such-file' }), AskiamError);
});

test('engine: a store that is not there rejects with the decision ERROR', async (context) => {
  const engine = new Engine(`sqlite:${path.join(folder(context), 'none.db')}`);
  context.after(() => engine.close());
  await assert.rejects(engine.validate(SENTENCE, DRY), (error) => {
    assert.equal(error.name, 'AskiamError');
    assert.equal(error.code, 'NOT_INITIALISED');
    assert.equal(error.layer, 'STORE');
    assert.equal(error.retryable, false);
    assert.equal(error.decision.status, 'ERROR');
    assert.match(error.stack, /AskiamError: /);
    return true;
  });
});

test('engine: settings dotted, nested, from a file and from the environment', async (context) => {
  const room = folder(context);
  const file = path.join(room, 'settings.json');
  fs.writeFileSync(file, JSON.stringify({ 'decision.mode': 'rag_first', rag: { enabled: false } }));
  const url = await sampleStore(context);
  const mode = async (settings, options) => {
    const engine = new Engine(url, settings, options);
    const decision = await engine.validate(SENTENCE, DRY);
    await engine.close();
    return [decision.mode, decision.rag.result];
  };
  assert.deepEqual(await mode(), ['guarded', 'VALID']);
  assert.deepEqual(await mode({ 'decision.mode': 'rag_first' }), ['rag_first', 'VALID']);
  assert.deepEqual(await mode({ rag: { enabled: false } }), ['guarded', 'SKIPPED']);
  assert.deepEqual(await mode(undefined, { configFile: file }), ['rag_first', 'SKIPPED']);
  assert.deepEqual(await mode({ rag: { enabled: true } }, { configFile: file }), ['rag_first', 'VALID']);
  const environment = { ASKIAM_DECISION_MODE: 'rag_first', PATH: '/bin' };
  assert.deepEqual(await mode(undefined, { environment }), ['rag_first', 'VALID']);
  assert.deepEqual(await mode({ 'decision.mode': 'guarded' }, { environment }), ['guarded', 'VALID']);
});

test('engine: describe and version are those of the program', async (context) => {
  const engine = await sampleEngine(context);
  const told = JSON.parse(program('--json', 'version').stdout);
  assert.equal(version, told.version);
  assert.equal((await engine.describe()).version, told.version);
});

// SPDX-License-Identifier: Apache-2.0
// The shared cases of tests/decisions: through Node they come out as through the program, member by member, in the same order.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');

const { Engine } = require('askiam');
const { decisions, folder, program } = require('./support.js');

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

// As text, without what differs from call to call; an engine loads policies once.
function lasting(decision) {
  const queries = decision.mcp.queries_executed.filter(({ name }) => name !== 'policies');
  const kept = { ...decision, request_id: '', duration_ms: 0, mcp: { ...decision.mcp, queries_executed: queries } };
  return JSON.stringify(kept).replace(TIME, 'TIME');
}

async function storeOf(context, name) {
  const url = `sqlite:${path.join(folder(context), 'iam.db')}`;
  const organisation = path.join(decisions, `${name}.json`);
  const own = fs.existsSync(organisation);
  const engine = new Engine(url);
  context.after(() => engine.close());
  await engine.init({ sample: !own });
  if (own) await engine.importFolder(organisation);
  return { url, engine };
}

for (const file of fs.readdirSync(decisions).filter((name) => name.endsWith('.jsonl'))) {
  test(`decisions: ${file} as through the program`, async (context) => {
    const { url, engine } = await storeOf(context, path.basename(file, '.jsonl'));
    const lines = fs.readFileSync(path.join(decisions, file), 'utf8').trim().split('\n');
    const cases = lines.map((line) => JSON.parse(line));
    const answered = program('--store', url, 'validate', '--batch', path.join(decisions, file), '--dry-run');
    const wanted = answered.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(wanted.length, cases.length, answered.stderr);

    const batched = [];
    for await (const decision of engine.validateBatch(cases, { dryRun: true })) batched.push(decision);
    assert.equal(batched.length, cases.length);

    for (const [at, { name, raw_request: text, user_id: user, requester_id: requester, request_context: context_, expect }] of cases.entries()) {
      const single = await engine.validate(text, { user, requester, context: context_, dryRun: true });
      assert.equal(lasting(single), lasting(wanted[at]), name);
      assert.equal(lasting(batched[at]), lasting(wanted[at]), name);
      if (expect.status !== undefined) assert.equal(single.status, expect.status, name);
      if (expect.code !== undefined) assert.equal(single.reason_codes[0], expect.code, name);
      if (expect.role !== undefined) assert.equal(single.entities.role?.id ?? null, expect.role, name);
    }
  });
}

test('decisions: a recorded one is the same from both sides, and read back', async (context) => {
  const { url, engine } = await storeOf(context, 'sample');
  const made = await engine.validate('I need HR Analyst in Workday', { user: 'john.doe', requestId: 'from-node' });
  const again = program('--store', url, '--json', 'validate', '--user', 'john.doe', '--request-id', 'from-node', 'I need HR Analyst in Workday');
  assert.deepEqual(JSON.parse(again.stdout), made);
  const { grant, ...stored } = await engine.status('from-node');
  assert.deepEqual(stored, made);
  assert.equal(typeof grant.state, 'string');
});

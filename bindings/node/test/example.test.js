// SPDX-License-Identifier: Apache-2.0
// examples/node_express as it is started by its readers.
'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const test = require('node:test');

const { SENTENCE, sampleStore } = require('./support.js');

const home = path.join(__dirname, '..', '..', '..', 'examples', 'node_express');

test('example: an endpoint with Express', async (context) => {
  const server = spawn(process.execPath, ['server.js', await sampleStore(context), '0'], { cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => server.kill('SIGKILL'));
  const [line] = await Promise.race([once(server.stdout, 'data'), once(server, 'exit').then(() => ['it ended'])]);
  const port = /listening on (\d+)/.exec(line)?.[1];
  assert.ok(port, String(line));
  const base = `http://127.0.0.1:${port}`;
  const user = { 'x-authenticated-user': 'john.doe' };
  const post = (text, headers) =>
    fetch(`${base}/requests`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ text }) });

  const answer = await post(SENTENCE, { ...user, 'idempotency-key': 'once' });
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).status, 'VALID');
  assert.equal((await post(SENTENCE, {})).status, 401);
  const refused = await post(' ', user);
  assert.deepEqual([refused.status, (await refused.json()).reason_codes], [400, ['INVALID_REQUEST']]);
  assert.equal((await post(5, user)).status, 400);
  assert.equal((await post('I need Recruiter in Workday', { ...user, 'idempotency-key': 'once' })).status, 409);

  const stored = await fetch(`${base}/status/once`, { headers: user });
  assert.equal((await stored.json()).request_id, 'once');
  assert.equal((await fetch(`${base}/status/none`, { headers: user })).status, 404);
  server.kill('SIGTERM');
  assert.deepEqual(await once(server, 'exit'), [0, null]);
});

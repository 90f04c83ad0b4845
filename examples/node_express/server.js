// SPDX-License-Identifier: Apache-2.0
// POST /requests {"text": "I need the HR Analyst role in Workday"}: a decision. Who asks comes from the session, never from the body; here a header that a
// proxy in front sets stands for it. `node server.js sqlite:iam.db 8080`
import express from 'express';
import { AskiamError, Engine } from 'askiam';

const [url = 'sqlite:iam.db', port = '8080'] = process.argv.slice(2);
const engine = new Engine(url, { 'log.level': 'warn' }, { log: (record) => console.error(JSON.stringify(record)) });
const app = express();
app.disable('x-powered-by');
app.use(express.json({ limit: '16kb' }));

// What the contract says of statuses: an answer is 200, whatever it says.
const HTTP_STATUS = { INVALID_REQUEST: 400, REQUEST_ID_CONFLICT: 409, STORE_UNAVAILABLE: 503, AUDIT_UNAVAILABLE: 503 };

function authenticated(request, response, next) {
  request.user = request.get('x-authenticated-user');
  if (request.user) next();
  else response.status(401).json({ error: 'not signed in' });
}

app.post('/requests', authenticated, async (request, response) => {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const decision = await engine.validate(request.body?.text ?? '', {
    user: request.user,
    requestId: request.get('idempotency-key'),
    context: { ip: request.ip, user_agent: request.get('user-agent') },
    signal: gone.signal,
  });
  response.json(decision);
});

app.get('/status/:id', authenticated, async (request, response) => {
  response.json(await engine.status(request.params.id, { requester: request.user }));
});

app.use((error, request, response, next) => {
  if (response.headersSent || response.destroyed) return next(error);
  if (error instanceof AskiamError && error.decision) {
    return response.status(HTTP_STATUS[error.decision.reason_codes[0]] ?? 500).json(error.decision);
  }
  const status = error.code === 'NOT_FOUND' ? 404 : error instanceof TypeError ? 400 : (error.status ?? 500);
  response.status(status).json({ error: status < 500 ? error.message : 'internal error' });
});

const server = app.listen(Number(port), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => server.close(() => engine.close()));
}

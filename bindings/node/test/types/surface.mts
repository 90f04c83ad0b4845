// SPDX-License-Identifier: Apache-2.0
// Compiled, never run: the types as a host meets them. What must be refused is marked; a mark without a refusal is an error too.
import { AskiamError, Engine, version, type Case, type Decision, type Judge } from 'askiam';

const judge: Judge = {
  kind: 'majority',
  judge: ({ patterns }: Case, { signal }) =>
    signal.aborted || patterns.length === 0
      ? undefined
      : { probability: patterns.filter(({ approved }) => approved).length / patterns.length, reason: 'the majority' },
};

await using engine = new Engine(
  'sqlite:iam.db',
  { 'rag.top_k': 3, decision: { mode: 'guarded', soft_codes: ['PREREQUISITE_MISSING'] } },
  { judge, log: (record, lost) => console.log(record.level, record.message, lost), environment: process.env },
);

const decision: Decision = await engine.validate('I need HR Analyst in Workday', {
  user: 'john.doe',
  context: { ip: '10.0.0.1', timestamp: new Date() },
  signal: AbortSignal.timeout(1000),
});

switch (decision.status) {
  case 'VALID':
  case 'INVALID':
  case 'NEEDS_INFO':
  case 'ERROR':
    break;
  default:
    decision.status satisfies never;
}
export const role: string | undefined = decision.entities.role?.id;
export const code: string | undefined = decision.reason_codes[0];
export const confidence: number | null = decision.rag.confidence;

async function* sentences() {
  yield 'I need HR Analyst in Workday';
  yield { raw_request: 'I need Developer in GitHub', user_id: 'jane.roe' };
}
for await (const each of engine.validateBatch(sentences(), { user: 'john.doe', chunk: 8, concurrency: 2 })) {
  console.log(each.audit.seq, (await engine.status(each.request_id ?? '')).grant.state);
}

try {
  console.log((await engine.importFolder('data')).tables['users'], (await engine.auditVerify()).sound, version);
} catch (error) {
  if (error instanceof AskiamError) console.log(error.code, error.layer, error.retryable, error.decision?.reason);
}

// @ts-expect-error a decision cannot be written to
decision.status = 'VALID';
// @ts-expect-error a sentence is text
await engine.validate(5);
// @ts-expect-error no such option
await engine.validate('x', { usr: 'john.doe' });
// @ts-expect-error an embedder has a model and a dimension
export const broken = new Engine('sqlite:iam.db', {}, { embedder: { embed: () => [] } });

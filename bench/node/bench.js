// SPDX-License-Identifier: Apache-2.0
// What a call costs in Node over the same call in C, and batches beside batches. Both sides run in turns, several times, and medians are compared, so
// that a busy machine slows both; the tenth percentile (p10) is what it hardly touches.
//
//     ASKIAM_NODE_ADDON=build/release/lib/askiam.node node bench/node/bench.js [calls] [rounds]
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { Engine } = require('../../bindings/node');

const [calls = 4000, rounds = 7] = process.argv.slice(2).map(Number);
const direct = process.env.ASKIAM_BENCH_DIRECT ?? path.join(path.dirname(process.env.ASKIAM_NODE_ADDON ?? ''), '..', 'bin', 'bench_node_direct');
const SENTENCES = {
  'a whole decision': 'I need access to HR Analyst role in Workday',
  'a question back': 'I need access to Workday',
};
const BATCH = 64;
const ASKED = { user: 'john.doe', dryRun: true };

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const now = () => Number(process.hrtime.bigint()) / 1e3;

// How long `count` times of `work` took, each of which makes `share` decisions; in ascending order.
async function timed(work, count, share = 1) {
  const samples = [];
  for (let at = 0; at < count; at++) {
    const begin = now();
    await work();
    samples.push((now() - begin) / share);
  }
  return samples.sort((a, b) => a - b);
}

function inC(url, sentence) {
  const ran = spawnSync(direct, [url, ASKED.user, sentence, String(calls)], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${direct}: ${ran.stderr || ran.error}`);
  return JSON.parse(ran.stdout);
}

async function inNode(engine, sentence) {
  const one = () => engine.validate(sentence, ASKED);
  const sentences = Array.from({ length: BATCH * 32 }, () => sentence);
  const batch = async () => {
    for await (const decision of engine.validateBatch(sentences, ASKED)) if (decision.status === 'ERROR') throw new Error(decision.reason);
  };
  const singles = await timed(one, calls);
  const atOnce = await timed(() => Promise.all(Array.from({ length: BATCH }, one)), calls / BATCH, BATCH);
  const batches = await timed(batch, Math.ceil(calls / sentences.length), sentences.length);
  return {
    single_us: median(singles),
    single_p10_us: singles[Math.floor(calls / 10)],
    at_once_us: median(atOnce),
    batch_us: median(batches),
  };
}

async function main() {
  const room = fs.mkdtempSync(path.join(os.tmpdir(), 'askiam-bench-'));
  const url = `sqlite:${path.join(room, 'iam.db')}`;
  const engine = new Engine(url);
  await engine.init({ sample: true });
  for (const [name, sentence] of Object.entries(SENTENCES)) {
    await inNode(engine, sentence);
    const runs = [];
    for (let round = 0; round < rounds; round++) runs.push({ c: inC(url, sentence), node: await inNode(engine, sentence) });
    const of = (pick) => Number(median(runs.map(pick)).toFixed(2));
    const json = JSON.stringify(await engine.validate(sentence, ASKED));
    console.log(
      JSON.stringify({
        what: name,
        c_single_us: of(({ c }) => c.single_us),
        node_awaited_us: of(({ node }) => node.single_us),
        overhead_us: of(({ c, node }) => node.single_us - c.single_us),
        overhead_p10_us: of(({ c, node }) => node.single_p10_us - c.single_p10_us),
        parse_us: Number(median(await timed(() => JSON.parse(json), calls)).toFixed(2)),
        node_64_at_once_us: of(({ node }) => node.at_once_us),
        c_batch_us: of(({ c }) => c.batch_us),
        node_batch_us: of(({ node }) => node.batch_us),
        batch_ratio: of(({ c, node }) => node.batch_us / c.batch_us),
      }),
    );
  }
  await engine.close();
  fs.rmSync(room, { recursive: true });
}

main();

// SPDX-License-Identifier: Apache-2.0
// What the tests share: the package by its own name, stores in folders of their own, the program to compare with. CTest sets ASKIAM_NODE_ADDON
// and ASKIAM, the program.
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { Engine } = require('askiam');

const SENTENCE = 'I need access to HR Analyst role in Workday';
const DRY = { user: 'john.doe', dryRun: true };
const decisions = path.join(__dirname, '..', '..', '..', 'tests', 'decisions');

// A folder that is gone when the test ends.
function folder(context) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'askiam-node-'));
  context.after(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

// The URL of a store with the sample organisation.
async function sampleStore(context) {
  const url = `sqlite:${path.join(folder(context), 'iam.db')}`;
  const engine = new Engine(url);
  await engine.init({ sample: true });
  await engine.close();
  return url;
}

// An engine on a sample store of its own, closed when the test ends.
async function sampleEngine(context, settings, options) {
  const engine = new Engine(await sampleStore(context), settings, options);
  context.after(() => engine.close({ cancel: true }));
  return engine;
}

function program(...given) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ASKIAM_')));
  return spawnSync(process.env.ASKIAM, given, { encoding: 'utf8', env, maxBuffer: 1 << 28 });
}

// A program of its own over the same addon.
function child(source, nodeOptions = []) {
  return spawnSync(process.execPath, [...nodeOptions, '-e', source], {
    encoding: 'utf8',
    cwd: path.join(__dirname, '..'),
    timeout: 120_000,
  });
}

// Something that settles when it is told to.
function gate() {
  const made = {};
  made.passed = new Promise((resolve, reject) => Object.assign(made, { open: resolve, fail: reject }));
  return made;
}

module.exports = { SENTENCE, DRY, decisions, folder, sampleStore, sampleEngine, program, child, gate };

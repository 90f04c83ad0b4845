// SPDX-License-Identifier: Apache-2.0
// The package as its users meet it: by require and by import, in TypeScript, and beside the libraries that Node itself has inside.
'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');

const askiam = require('askiam');
const { DRY, SENTENCE, sampleStore } = require('./support.js');

const root = path.join(__dirname, '..');

test('package: require and import give the same', async () => {
  const imported = await import('askiam');
  for (const name of ['Engine', 'AskiamError', 'version']) assert.equal(imported[name], askiam[name]);
  assert.deepEqual(Object.keys(imported).sort(), Object.keys(askiam).sort());
  assert.throws(() => require('askiam/lib/native.js'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
});

test('package: its version is the library\'s', () => {
  assert.equal(require('askiam/package.json').version, askiam.version);
});

test('package: the types hold', (context) => {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  assert.ok(fs.existsSync(tsc), 'TypeScript is missing: npm ci --ignore-scripts');
  const checked = spawnSync(process.execPath, [tsc, '--noEmit', '-p', path.join(__dirname, 'types')], { encoding: 'utf8' });
  assert.equal(checked.status, 0, checked.stdout);
});

test('package: what is published is what is needed', () => {
  const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' });
  assert.equal(packed.status, 0, packed.stderr);
  const files = JSON.parse(packed.stdout)[0].files.map((file) => file.path);
  for (const name of ['lib/index.js', 'lib/index.mjs', 'index.d.ts', 'index.d.mts', 'binding.gyp', 'src/addon.c', 'src/addon.h', 'scripts/install.js', 'README.md', 'LICENSE']) {
    assert.ok(files.includes(name), name);
  }
  assert.ok(!files.some((name) => /^(test|node_modules|build)\//.test(name)), files.join('\n'));
});

test('package: the library is not bound to the OpenSSL inside Node', { skip: os.constants.dlopen.RTLD_DEEPBIND === undefined }, async (context) => {
  const url = await sampleStore(context);
  const source = `
    const { Engine } = require('askiam');
    (async () => {
      const engine = new Engine(${JSON.stringify(url)});
      await engine.validate(${JSON.stringify(SENTENCE)}, ${JSON.stringify(DRY)});
      await engine.close();
    })();`;
  const env = { ...process.env, LD_DEBUG: 'bindings', LD_BIND_NOW: '1' };
  const ran = spawnSync(process.execPath, ['-e', source], { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 29 });
  assert.equal(ran.status, 0);
  const bound = ran.stderr.split('\n').filter((line) => /binding file \S*(askiam\.node|libcrypto|libssl|libcurl|libpq|libsqlite3)\S*/.test(line));
  const ours = bound.filter((line) => /`(EVP|SSL|CRYPTO|OPENSSL|BIO|X509|sqlite3)_/.test(line));
  assert.ok(ours.length > 0, 'nothing was bound: the test looks at the wrong thing');
  const wrong = ours.filter((line) => / to (\S*\/)?node \[/.test(line));
  if (!/san/.test(process.env.LD_PRELOAD ?? '')) assert.deepEqual(wrong.slice(0, 3), []);
});

// SPDX-License-Identifier: Apache-2.0
// Installation from what `npm pack` makes: from source against an installed library, and with a prebuilt addon. CTest sets ASKIAM_BUILD, the build
// folder that is installed from.
'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');

const { folder } = require('./support.js');

const root = path.join(__dirname, '..');
const headers = path.join(path.dirname(process.execPath), '..', 'include', 'node', 'common.gypi');
const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ASKIAM_|LD_PRELOAD|NODE_TEST)/.test(name)));

function run(command, given, options) {
  const ended = spawnSync(command, given, { encoding: 'utf8', env: plain, ...options });
  assert.equal(ended.status, 0, `${command} ${given.join(' ')}\n${ended.stdout}\n${ended.stderr}`);
  return ended.stdout;
}

// The package as npm would unpack it, with its one dependency.
function unpacked(context) {
  const room = folder(context);
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', room], { cwd: root }));
  run('tar', ['-xf', filename], { cwd: room });
  fs.cpSync(path.join(root, 'node_modules', 'node-api-headers'), path.join(room, 'package', 'node_modules', 'node-api-headers'), { recursive: true });
  return path.join(room, 'package');
}

const versionOf = (home) => run(process.execPath, ['-p', 'require("askiam").version'], { cwd: home }).trim();
const wanted = require('askiam').version;

test('install: from source', { skip: !fs.existsSync(headers) && 'the headers of this Node are not installed' }, (context) => {
  const home = unpacked(context);
  const prefix = path.join(home, 'prefix');
  run('cmake', ['--install', process.env.ASKIAM_BUILD, '--prefix', prefix]);
  const [libraries] = fs.readdirSync(prefix, { recursive: true }).filter((name) => name.endsWith('pkgconfig'));
  const env = { ...plain, PKG_CONFIG_PATH: path.join(prefix, libraries) };
  run('npm', ['run', 'install', '--silent'], { cwd: home, env });
  assert.equal(versionOf(home), wanted);
});

test('install: without a library, a failure that says what to do', { skip: !fs.existsSync(headers) && 'the headers of this Node are not installed' }, (context) => {
  const home = unpacked(context);
  const env = { ...plain, PKG_CONFIG_LIBDIR: home };
  const ended = spawnSync('npm', ['run', 'install', '--silent'], { cwd: home, env, encoding: 'utf8' });
  assert.notEqual(ended.status, 0);
  assert.match(ended.stderr, /libaskiam was not found[\s\S]*PKG_CONFIG_PATH/);
});

test('install: a prebuilt addon is taken as it is', (context) => {
  const home = unpacked(context);
  run(process.execPath, [path.join(root, 'scripts', 'prebuild.js'), process.env.ASKIAM_NODE_ADDON, home]);
  run('npm', ['run', 'install', '--silent'], { cwd: home, env: { ...plain, PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, CC: 'false' } });
  assert.equal(fs.existsSync(path.join(home, 'build')), false);
  assert.equal(versionOf(home), wanted);
});

// SPDX-License-Identifier: Apache-2.0
// For binding.gyp: what to compile, and how an installed libaskiam is found (pkg-config; PKG_CONFIG_PATH tells where).
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

function pkgConfig(...options) {
  try {
    return execFileSync('pkg-config', [...options, 'askiam'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  } catch (failure) {
    throw new Error(
      `libaskiam was not found: ${String(failure.stderr ?? failure.message).trim()}\n` +
        'Install it (cmake --install), and set PKG_CONFIG_PATH where its prefix is not a usual one.',
    );
  }
}

const answers = {
  sources: () =>
    fs
      .readdirSync(path.join(root, 'src'))
      .filter((name) => name.endsWith('.c'))
      .map((name) => `src/${name}`)
      .join('\n'),
  headers: () => require('node-api-headers').include_dir,
  cflags: () => pkgConfig('--cflags'),
  libs: () => `${pkgConfig('--libs')} -Wl,-rpath,${pkgConfig('--variable=libdir')}`,
};

try {
  console.log(answers[process.argv[2]]());
} catch (failure) {
  console.error(failure.message);
  process.exitCode = 1;
}

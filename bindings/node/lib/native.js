// SPDX-License-Identifier: Apache-2.0
// Finds the addon and loads it: a prebuilt one, or the one that was built at installation.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { prebuildFile } = require('./prebuild.js');

function candidates() {
  if (process.env.ASKIAM_NODE_ADDON) return [path.resolve(process.env.ASKIAM_NODE_ADDON)];
  const root = path.join(__dirname, '..');
  const built = path.join(root, 'build', 'Release', 'askiam.node');
  return fs.existsSync(path.join(root, 'prebuilds')) ? [prebuildFile(), built] : [built];
}

// Node exports the symbols of the OpenSSL inside it (and some versions those of SQLite and zlib). Without deep binding, the library's own OpenSSL,
// libcurl and libpq would be bound to them, function by function. Sanitizers refuse deep binding, and musl has none.
function bindingFlags() {
  const { RTLD_NOW = 0, RTLD_DEEPBIND = 0 } = os.constants.dlopen;
  const sanitized = /\blib(clang_rt\.)?(a|t|ub)san/.test(process.env.LD_PRELOAD ?? '');
  return RTLD_NOW | (sanitized ? 0 : RTLD_DEEPBIND);
}

function load() {
  const file = candidates().find((candidate) => fs.existsSync(candidate));
  if (file === undefined) {
    throw new Error(
      `askiam: there is no addon for ${process.platform}-${process.arch} (looked for ${candidates().join(', ')}); ` +
        'install libaskiam and a C compiler, then run: npm rebuild askiam',
    );
  }
  const holder = { exports: {} };
  process.dlopen(holder, file, bindingFlags());
  return holder.exports;
}

module.exports = load();

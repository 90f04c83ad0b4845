// SPDX-License-Identifier: Apache-2.0
// Where a prebuilt addon of this platform lies: prebuilds/ as node-gyp-build lays it out.
'use strict';

const path = require('node:path');

function prebuildName() {
  if (process.platform !== 'linux') return 'node.napi.node';
  const glibc = process.report?.getReport?.().header?.glibcVersionRuntime;
  return glibc ? 'node.napi.glibc.node' : 'node.napi.musl.node';
}

function prebuildFile(root = path.join(__dirname, '..')) {
  return path.join(root, 'prebuilds', `${process.platform}-${process.arch}`, prebuildName());
}

module.exports = { prebuildFile };

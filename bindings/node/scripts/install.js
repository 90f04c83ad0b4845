// SPDX-License-Identifier: Apache-2.0
// At installation: where a prebuilt addon of this platform loads, nothing is done; else one is built from source with node-gyp. Nothing is downloaded:
// Node's own headers come from its installation.
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

function loads() {
  return spawnSync(process.execPath, ['-e', 'require("./lib/native.js")'], { cwd: root, stdio: 'ignore' }).status === 0;
}

// Where node-gyp finds include/node/common.gypi without asking the network for it.
function headersFolder() {
  const folders = [process.env.npm_config_nodedir, path.join(path.dirname(process.execPath), '..')];
  return folders.find((folder) => folder && fs.existsSync(path.join(folder, 'include', 'node', 'common.gypi')));
}

function build() {
  const folder = headersFolder();
  if (folder === undefined) {
    return 'the headers of this Node are not installed; set npm_config_nodedir to a folder that has include/node';
  }
  const gyp = process.env.npm_config_node_gyp;
  const [command, ...first] = gyp ? [process.execPath, gyp] : ['node-gyp'];
  const ended = spawnSync(command, [...first, 'rebuild', `--nodedir=${folder}`], { cwd: root, stdio: 'inherit' });
  return ended.status === 0 && loads() ? undefined : 'the source build failed';
}

if (!loads()) {
  const problem = build();
  if (problem !== undefined) {
    console.error(`askiam: no prebuilt addon for ${process.platform}-${process.arch}, and ${problem}`);
    process.exitCode = 1;
  }
}

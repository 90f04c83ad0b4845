// SPDX-License-Identifier: Apache-2.0
// Puts an addon that CMake built (build/release/lib/askiam.node, or the argument) where packages carry it: prebuilds/<platform>-<arch>/.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { prebuildFile } = require('../lib/prebuild.js');

const built = process.argv[2] ?? path.join(__dirname, '..', '..', '..', 'build', 'release', 'lib', 'askiam.node');
const file = prebuildFile();
fs.mkdirSync(path.dirname(file), { recursive: true });
fs.copyFileSync(built, file);
console.log(file);

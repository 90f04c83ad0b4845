// SPDX-License-Identifier: Apache-2.0
// Puts an addon that CMake built where packages carry it: prebuilds/<platform>-<arch>/.
//
//     node scripts/prebuild.js [ADDON [PACKAGE]]
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { prebuildFile } = require('../lib/prebuild.js');

const [built = path.join(__dirname, '..', '..', '..', 'build', 'release', 'lib', 'askiam.node'), root] = process.argv.slice(2);
const file = prebuildFile(root);
fs.mkdirSync(path.dirname(file), { recursive: true });
fs.copyFileSync(built, file);
console.log(file);

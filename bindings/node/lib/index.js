// SPDX-License-Identifier: Apache-2.0
'use strict';

const { Engine, AskiamError, version } = require('./engine.js');

module.exports = { Engine, AskiamError, version };

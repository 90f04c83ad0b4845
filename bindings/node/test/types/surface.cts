// SPDX-License-Identifier: Apache-2.0
// The same package by require.
import askiam = require('askiam');

const engine = new askiam.Engine('sqlite:iam.db');
export const verdict: Promise<askiam.Verdict> = engine.validate('x', { user: 'y' }).then(({ status }) => status);

// SPDX-License-Identifier: Apache-2.0
export { Engine, AskiamError, version } from './engine.js';

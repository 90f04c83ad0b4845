/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions that lib/ calls: arguments in, a promise of JSON out. */
#ifndef ASKIAM_NODE_CALLS_H
#define ASKIAM_NODE_CALLS_H

#include "addon.h"

/* Puts them on the module's exports. */
bool calls_export(napi_env env, napi_value exports);

#endif

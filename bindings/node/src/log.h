/* SPDX-License-Identifier: Apache-2.0
 *
 * Log records to a JavaScript function: handed over without waiting, and left out, and counted, where JavaScript does not keep up. */
#ifndef ASKIAM_NODE_LOG_H
#define ASKIAM_NODE_LOG_H

#include "engine.h"

/* An askiam_log_fn; the context is the engine. */
void log_take(void *context, const askiam_log_record *record);

#endif

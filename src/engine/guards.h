/* SPDX-License-Identifier: Apache-2.0
 *
 * How often, and how, what is remote is asked. */
#ifndef ASKI_ENGINE_GUARDS_H
#define ASKI_ENGINE_GUARDS_H

#include "backend/guard.h"
#include "engine/engine.h"

/* As retry.… and breaker.… have it. */
aski_guard_options aski_engine_guard_options(const askiam_engine *engine);

#endif

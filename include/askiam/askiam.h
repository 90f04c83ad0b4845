/* SPDX-License-Identifier: Apache-2.0
 *
 * libaskiam: ask for access in plain words; get a decision you can defend. This header includes all that an
 * application needs; authors of backends include <askiam/backend/….h> besides. */
#ifndef ASKIAM_ASKIAM_H
#define ASKIAM_ASKIAM_H

#include <askiam/admin.h>
#include <askiam/answer.h>
#include <askiam/api.h>
#include <askiam/audit.h>
#include <askiam/auth.h>
#include <askiam/config.h>
#include <askiam/decision.h>
#include <askiam/dialogue.h>
#include <askiam/engine.h>
#include <askiam/error.h>
#include <askiam/grants.h>
#include <askiam/import.h>
#include <askiam/index.h>
#include <askiam/json.h>
#include <askiam/log.h>
#include <askiam/policy.h>
#include <askiam/replay.h>
#include <askiam/request.h>
#include <askiam/stages.h>
#include <askiam/version.h>

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking after a store: its schema, and what must be forgotten. */
#ifndef ASKIAM_ADMIN_H
#define ASKIAM_ADMIN_H

#include <askiam/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Creates the schema, or brings an older one up to date; nothing where it is up to date. Output parameters may be
 * NULL. */
ASKIAM_API askiam_status askiam_admin_migrate(int *out_from_version, int *out_to_version, askiam_engine *engine,
                                              askiam_error *error);

/* Erases sentences, decisions, facts and their salts of every request made by or for `user_id`; the audit trail
 * still verifies, and a request's status still tells codes, ids and times. */
ASKIAM_API askiam_status askiam_admin_erase_user(uint64_t *out_requests, askiam_engine *engine, askiam_str user_id,
                                                 askiam_error *error);

/* The statements by which an administrator of the store gives its roles the least rights that they need
 * (docs/postgresql.md); NOT_SUPPORTED for a store without roles. Owned: askiam_string_free. */
ASKIAM_API askiam_status askiam_admin_grants(char **out_sql, askiam_engine *engine, askiam_error *error);

/* What this build and this engine have: {"version": …, "backends": {"store": ["sqlite"], …}}. Owned:
 * askiam_string_free. */
ASKIAM_API askiam_status askiam_admin_describe(char **out_json, askiam_engine *engine, askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif

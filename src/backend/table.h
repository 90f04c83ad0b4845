/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of functions as backends hand them in: checked slot by slot, and copied to the size that this library knows, so that an
 * older author's table gets NULL in the slots it has never heard of and a newer one's are cut. */
#ifndef ASKI_BACKEND_TABLE_H
#define ASKI_BACKEND_TABLE_H

#include "backend/handles.h"

/* Copy and check one table. `name` is the backend's, for messages. INVALID_ARGUMENT names the slot that is missing. */
askiam_status aski_table_driver(askiam_store_driver *out, const askiam_store_driver *driver, const char *name,
                                askiam_error *error);
askiam_status aski_table_catalogue(askiam_catalogue_vtable *out, const askiam_catalogue_vtable *table, const char *name,
                                   askiam_error *error);
askiam_status aski_table_journal(askiam_journal_vtable *out, const askiam_journal_vtable *table, const char *name,
                                 askiam_error *error);
askiam_status aski_table_state(askiam_state_vtable *out, const askiam_state_vtable *table, const char *name,
                               askiam_error *error);
askiam_status aski_table_admin(askiam_admin_vtable *out, const askiam_admin_vtable *table, const char *name,
                               askiam_error *error);
askiam_status aski_table_search(askiam_search_vtable *out, const askiam_search_vtable *table, const char *name,
                                askiam_error *error);
askiam_status aski_table_embedder(askiam_embedder_vtable *out, const askiam_embedder_vtable *table, const char *name,
                                  askiam_error *error);
askiam_status aski_table_judge(askiam_judge_vtable *out, const askiam_judge_vtable *table, const char *name,
                               askiam_error *error);

#endif

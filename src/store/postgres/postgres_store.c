/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver: four tables over one database. */
#include "store/postgres/postgres_store.h"

#include "store/postgres/slots.h"

static const askiam_catalogue_vtable s_catalogue = {.size = sizeof(askiam_catalogue_vtable),
                                                    .version = aski_pg_version,
                                                    .candidates = aski_pg_candidates,
                                                    .facts = aski_pg_facts,
                                                    .people = aski_pg_people,
                                                    .policies = aski_pg_policies};

static const askiam_journal_vtable s_journal = {.size = sizeof(askiam_journal_vtable),
                                                .heads = aski_pg_heads,
                                                .append = aski_pg_append,
                                                .find = aski_pg_find,
                                                .scan = aski_pg_scan,
                                                .outbox_next = aski_pg_outbox_next,
                                                .outbox_done = aski_pg_outbox_done,
                                                .checkpoint = aski_pg_checkpoint,
                                                .erase = aski_pg_erase,
                                                .unaudited = aski_pg_unaudited,
                                                .adrift = aski_pg_adrift};

static const askiam_state_vtable s_state = {.size = sizeof(askiam_state_vtable),
                                            .grant = aski_pg_grant,
                                            .session_get = aski_pg_session_get,
                                            .session_put = aski_pg_session_put,
                                            .session_drop = aski_pg_session_drop,
                                            .grant_apply = aski_pg_grant_apply,
                                            .grants = aski_pg_list_grants,
                                            .key_put = aski_pg_key_put,
                                            .key_get = aski_pg_key_get,
                                            .key_list = aski_pg_key_list,
                                            .key_revoke = aski_pg_key_revoke,
                                            .bucket_take = aski_pg_bucket_take};

static const askiam_admin_vtable s_admin = {.size = sizeof(askiam_admin_vtable),
                                            .migrate = aski_pg_migrate,
                                            .import_begin = aski_pg_import_begin,
                                            .import_row = aski_pg_import_row,
                                            .import_commit = aski_pg_import_commit,
                                            .import_abort = aski_pg_import_abort,
                                            .grants = aski_pg_grants,
                                            .read_rows = aski_pg_read_rows};

const askiam_store_driver *aski_postgres_store_driver(void)
{
  static const askiam_store_driver driver = {.size = sizeof(askiam_store_driver),
                                             .flags = ASKIAM_BACKEND_REMOTE,
                                             .open = aski_pg_store_open,
                                             .close = aski_pg_store_close,
                                             .catalogue = &s_catalogue,
                                             .journal = &s_journal,
                                             .state = &s_state,
                                             .admin = &s_admin};
  return &driver;
}

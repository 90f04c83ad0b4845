/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver: four tables over one file. */
#include "store/sqlite/sqlite_store.h"

#include "store/sqlite/slots.h"

static const askiam_catalogue_vtable s_catalogue = {.size = sizeof(askiam_catalogue_vtable),
                                                    .version = aski_sqlite_version,
                                                    .candidates = aski_sqlite_candidates,
                                                    .facts = aski_sqlite_facts,
                                                    .people = aski_sqlite_people,
                                                    .policies = aski_sqlite_policies};

static const askiam_journal_vtable s_journal = {.size = sizeof(askiam_journal_vtable),
                                                .heads = aski_sqlite_heads,
                                                .append = aski_sqlite_append,
                                                .find = aski_sqlite_find,
                                                .scan = aski_sqlite_scan,
                                                .outbox_next = aski_sqlite_outbox_next,
                                                .outbox_done = aski_sqlite_outbox_done,
                                                .checkpoint = aski_sqlite_checkpoint,
                                                .erase = aski_sqlite_erase,
                                                .unaudited = aski_sqlite_unaudited,
                                                .adrift = aski_sqlite_adrift};

static const askiam_state_vtable s_state = {.size = sizeof(askiam_state_vtable),
                                            .grant = aski_sqlite_grant,
                                            .session_get = aski_sqlite_session_get,
                                            .session_put = aski_sqlite_session_put,
                                            .session_drop = aski_sqlite_session_drop,
                                            .grant_apply = aski_sqlite_grant_apply,
                                            .grants = aski_sqlite_grants,
                                            .key_put = aski_sqlite_key_put,
                                            .key_get = aski_sqlite_key_get,
                                            .key_list = aski_sqlite_key_list,
                                            .key_revoke = aski_sqlite_key_revoke,
                                            .bucket_take = aski_sqlite_bucket_take};

static const askiam_admin_vtable s_admin = {.size = sizeof(askiam_admin_vtable),
                                            .migrate = aski_sqlite_migrate,
                                            .import_begin = aski_sqlite_import_begin,
                                            .import_row = aski_sqlite_import_row,
                                            .import_commit = aski_sqlite_import_commit,
                                            .import_abort = aski_sqlite_import_abort,
                                            .read_rows = aski_sqlite_read_rows};

const askiam_store_driver *aski_sqlite_store_driver(void)
{
  static const askiam_store_driver driver = {.size = sizeof(askiam_store_driver),
                                             .open = aski_sqlite_store_open,
                                             .close = aski_sqlite_store_close,
                                             .catalogue = &s_catalogue,
                                             .journal = &s_journal,
                                             .state = &s_state,
                                             .admin = &s_admin};
  return &driver;
}

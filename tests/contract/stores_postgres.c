/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL, as it comes; with pg_trgm; and behind a pooler that knows no named statements. */
#include "store/postgres/postgres_store.h"
#include "support.h"
#include "support/pg.h"

_Static_assert((int)PG_URL_BYTES <= (int)CONTRACT_URL_BYTES, "URLs of databases fit");

static void s_make(char out_url[CONTRACT_URL_BYTES]) { pg_new_database(out_url, pg_port()); }

static void s_make_with_trigrams(char out_url[CONTRACT_URL_BYTES])
{
  pg_new_database(out_url, pg_port());
  pg_execute(out_url, "CREATE EXTENSION pg_trgm");
}

static void s_make_behind_pooler(char out_url[CONTRACT_URL_BYTES]) { pg_new_database(out_url, pg_pooler_port()); }

const contract_place contract_places[] = {
    {.name = "postgresql", .driver = aski_postgres_store_driver, .make = s_make, .chain = "main-00"},
    {.name = "postgresql with pg_trgm",
     .driver = aski_postgres_store_driver,
     .make = s_make_with_trigrams,
     .chain = "main-00"},
    {.name = "postgresql behind pgbouncer",
     .driver = aski_postgres_store_driver,
     .make = s_make_behind_pooler,
     .chain = "main-00",
     .prepared = "false"},
};
const size_t contract_place_count = sizeof contract_places / sizeof *contract_places;

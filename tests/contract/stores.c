/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "store/sqlite/sqlite_store.h"

const contract_place contract_places[] = {
    {"sqlite", aski_sqlite_store_driver, "sqlite:", false, 0},
    {"sqlite in memory", aski_sqlite_store_driver, "sqlite::memory:", true,
     CONTRACT_ONE_CONNECTION | CONTRACT_VOLATILE},
};
const size_t contract_place_count = sizeof contract_places / sizeof *contract_places;

/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "store/sqlite/sqlite_store.h"

const contract_place contract_places[] = {
    {.name = "sqlite", .driver = aski_sqlite_store_driver, .url = "sqlite:", .chain = "main"},
    {.name = "sqlite in memory",
     .driver = aski_sqlite_store_driver,
     .url = "sqlite::memory:",
     .quirks = CONTRACT_ONE_CONNECTION | CONTRACT_VOLATILE,
     .chain = "main"},
};
const size_t contract_place_count = sizeof contract_places / sizeof *contract_places;

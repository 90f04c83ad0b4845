/* SPDX-License-Identifier: Apache-2.0
 *
 * A cluster that answers from a table, and says so where it is asked for something else. */
#ifndef TESTS_UNIT_SEARCH_OPENSEARCH_TABLE_H
#define TESTS_UNIT_SEARCH_OPENSEARCH_TABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "search/opensearch/indexing.h"
#include "search/opensearch/self.h"
#include "support/allocator.h"

enum { DIMENSION = 2 };

/* What one request must be, and its answer. */
typedef struct step {
  const char *wanted; /* "PUT /iam_metadata"; NULL: whatever it is */
  int status;         /* 0: the connection is lost */
  const char *body;
  const char *part; /* of the request's body; NULL: whatever it is */
} step;

typedef struct table_fixture {
  test_allocator allocator;
  aski_opensearch_search_self self;
  askiam_call call;
  askiam_error error;
  const step *steps;
  size_t count, at;
  char url[16];
  char position[256];
} fixture;

/* Requests come in the order of `steps`, and no others. */
void table_begin(fixture *own, const step *steps, size_t count);
/* Checks that all were made, and that no memory is left. */
void table_end(fixture *own);
#define BEGIN(own, steps) table_begin((own), (steps), sizeof(steps) / sizeof *(steps))

#define REFRESHED "{\"_shards\":{\"failed\":0}}"
#define ITEM(status) "{\"index\":{\"status\":" status "}}"
#define REFUSED(status, reason)                                                                                        \
  "{\"index\":{\"status\":" status ",\"error\":{\"type\":\"mapper_parsing_exception\",\"reason\":\"" reason "\"}}}"
#define ITEMS(items) "{\"errors\":false,\"items\":[" items "]}"
#define HIT(id, doc) "{\"_id\":\"" id "\",\"sort\":[\"0000000000004000\",\"" doc "\"]}"
#define HITS(hits) "{\"hits\":{\"hits\":[" hits "]}}"

#endif

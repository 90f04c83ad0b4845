/* SPDX-License-Identifier: Apache-2.0
 *
 * What search is asked and gives, and what a judge is shown and says: behind the public askiam_search_query_…, askiam_documents_…,
 * askiam_patterns_…, askiam_index_entry_…, askiam_case_…, askiam_opinion_… and askiam_grant_state_…. */
#ifndef ASKI_MODEL_CASE_H
#define ASKI_MODEL_CASE_H

#include <askiam/backend/judge.h>
#include <askiam/backend/search.h>
#include <askiam/backend/state.h>

#include "model/candidates.h"
#include "model/results.h"

struct askiam_search_query {
  askiam_str text;
  const float *vector;
  size_t dimension;
  askiam_str model;
  askiam_str application_id;
  askiam_str role_id;
  size_t top_k;
};

struct askiam_documents {
  aski_arena *arena;
  aski_document *items;
  size_t count, capacity;
};

typedef struct aski_pattern {
  askiam_str user_id;
  int64_t timestamp_ms;
  bool approved;
  const aski_person *person; /* NULL: unknown */
} aski_pattern;

struct askiam_patterns {
  aski_arena *arena;
  aski_pattern *items;
  size_t count, capacity;
};

enum { ASKI_INDEX_TEXTS = ASKIAM_INDEX_SOURCE + 1, ASKI_INDEX_LISTS = ASKIAM_INDEX_ROLE_NAMES + 1 };

struct askiam_index_entry {
  askiam_index_kind kind;
  askiam_str texts[ASKI_INDEX_TEXTS];
  struct {
    const askiam_str *items;
    size_t count;
  } lists[ASKI_INDEX_LISTS];
  const float *vector;
  size_t dimension;
  int64_t time_ms;
  bool approved;
};

struct askiam_case {
  const aski_facts *facts;
  int64_t now_ms;
  askiam_str *held_roles; /* of the beneficiary, now, without the role asked for */
  size_t held_role_count;
  const aski_document *documents;
  size_t document_count;
  const aski_pattern *patterns;
  size_t pattern_count;
};

struct askiam_opinion {
  aski_arena *arena;
  bool given;
  bool malformed; /* what was given last was no probability */
  double probability;
  askiam_str reason;
};

struct askiam_grant_state {
  aski_arena *arena;
  askiam_str state;
  int64_t granted_at_ms;
  int64_t expires_at_ms;
  askiam_str reason;
};

#endif

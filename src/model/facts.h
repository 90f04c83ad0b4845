/* SPDX-License-Identifier: Apache-2.0
 *
 * Facts: everything that rules and rag know about (user, application, role), loaded once, never changed
 * afterwards. The public askiam_facts_… builders (backend/catalogue.h) are implemented here. */
#ifndef ASKI_MODEL_FACTS_H
#define ASKI_MODEL_FACTS_H

#include <askiam/backend/catalogue.h>

#include "base/memory.h"
#include "json/json.h"

typedef struct aski_attribute {
  askiam_str key;
  askiam_str value;
} aski_attribute;

typedef struct aski_grant {
  askiam_str role_id;
  askiam_str role_name;
  int64_t granted_at_ms;
  int64_t expires_at_ms; /* 0: no end */
  askiam_grant_status status;
} aski_grant;

typedef struct aski_role_link { /* a prerequisite, or a conflict with its reason */
  askiam_str role_id;
  askiam_str role_name;
  askiam_str reason;
} aski_role_link;

typedef struct aski_query {
  askiam_str name;
  uint64_t rows;
} aski_query;

typedef struct aski_fact_user {
  bool found;
  askiam_str id;
  askiam_str name;
  askiam_str email;
  askiam_entity_status status;
  struct {
    aski_attribute *items;
    size_t count, capacity;
  } attributes;
} aski_fact_user;

typedef struct aski_fact_application {
  bool found;
  askiam_str id;
  askiam_str name;
  askiam_str owner;
  askiam_entity_status status;
} aski_fact_application;

typedef struct aski_fact_role {
  bool found;
  askiam_str id;
  askiam_str application_id;
  askiam_str name;
  askiam_str description;
  askiam_str risk;
  askiam_entity_status status;
  struct {
    askiam_str *items;
    size_t count, capacity;
  } permissions;
} aski_fact_role;

struct askiam_facts {
  aski_arena *arena; /* where all strings live; borrowed */
  uint64_t version;
  aski_fact_user user;
  aski_fact_user requester; /* without e-mail and attributes */
  aski_fact_application application;
  aski_fact_role role;
  struct {
    aski_grant *items;
    size_t count, capacity;
  } grants;
  struct {
    aski_role_link *items;
    size_t count, capacity;
  } prerequisites, conflicts;
  bool restricted;
  askiam_str restriction_reason;
  uint64_t policy_count;
  askiam_str policy_hash;
  struct {
    aski_query *items;
    size_t count, capacity;
  } queries;
};
typedef struct askiam_facts aski_facts;

/* Empty facts whose strings will live in `arena`. */
void aski_facts_init(aski_facts *facts, aski_arena *arena);
/* A copy that may be changed without touching the original (the lists are copied, the strings are shared). False
 * when memory ran out. */
bool aski_facts_copy(aski_facts *out_copy, const aski_facts *facts, aski_arena *arena);
/* A copy with strings of its own, which outlives the original. False when memory ran out. */
bool aski_facts_keep(aski_facts *out_copy, const aski_facts *facts, aski_arena *arena);
/* Whether they tell of nobody and nothing but what was asked for; an absent id asked for nothing. A role of them
 * belongs to an application. */
bool aski_facts_about(const aski_facts *facts, askiam_str user_id, askiam_str requester_id, askiam_str application_id,
                      askiam_str role_id);
/* Whether there are policies to be evaluated. A hash without a number counts: something was there. */
bool aski_facts_have_policies(const aski_facts *facts);
/* Whether an assignment counts: active and granted_at <= now < expires_at. */
bool aski_grant_held(const aski_grant *grant, int64_t now_ms);
/* The assignment of `role_id` that is held now, the one that ends last; NULL for none. */
const aski_grant *aski_facts_held(const aski_facts *facts, askiam_str role_id, int64_t now_ms);
/* An attribute's value; absent for none. */
askiam_str aski_facts_attribute(const aski_facts *facts, askiam_str key);
void aski_facts_write_json(const aski_facts *facts, aski_json_writer *writer, const char *name);
/* Reads what aski_facts_write_json wrote. BAD_DATA where it is something else. */
askiam_status aski_facts_read_json(aski_facts *out_facts, aski_arena *arena, const aski_json *node,
                                   askiam_error *error);

#endif

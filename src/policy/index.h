/* SPDX-License-Identifier: Apache-2.0
 *
 * Which statements can match a request, so that the others cost nothing.
 *
 * A statement is entered under every combination of what it says literally about three things: the resource (all of it, or its beginning up to the last delimiter
 * before the first wildcard), the action (all of it, or its service), and the principal (an ARN, a user or role by its name, an
 * account); "anything" where it says nothing, or only what it is not about. A request knows the hashes of all its beginnings, so that
 * each combination that occurs under one of them is one look-up. What is found is compared in full afterwards. */
#ifndef ASKI_POLICY_INDEX_H
#define ASKI_POLICY_INDEX_H

#include "policy/rule.h"

enum {
  ASKI_POLICY_NODES_MAX = ASKI_POLICY_DEPTHS + 1, /* beginnings of one resource, and all of it */
  ASKI_POLICY_NAMINGS = 4,                        /* of a principal: anyone, account, named, exact */
  ASKI_POLICY_ACTIONS = 3,                        /* anything, service, exact */
  ASKI_POLICY_COMBINATIONS = ASKI_POLICY_NAMINGS * ASKI_POLICY_ACTIONS,
  ASKI_POLICY_LISTS_MAX = 2 * ASKI_POLICY_COMBINATIONS * ASKI_POLICY_NODES_MAX
};

typedef struct aski_policy_cell { /* of an open hash table */
  uint64_t key;                   /* 0: free */
  uint32_t first,
      count; /* of a node: its combinations as bits, those of Deny 12 higher. Of a list: its place in `rules` */
} aski_policy_cell;

typedef struct aski_policy_table {
  const aski_policy_cell *cells;
  uint64_t mask;
} aski_policy_table;

typedef struct aski_policy_index {
  aski_policy_table nodes, lists;
  const uint32_t *rules; /* places of statements, ascending within a list */
  uint32_t depths;       /* bit d: beginnings with d delimiters occur; bit 0: statements about any resource do */
  bool whole;            /* whole resources occur */
} aski_policy_index;

typedef struct aski_policy_list {
  const uint32_t *rules;
  uint32_t count;
} aski_policy_list;

typedef struct aski_policy_node {
  uint64_t key;
  uint32_t combinations;
} aski_policy_node;

/* Whether Allow, or Deny, statements are entered under it. */
static inline bool aski_policy_node_has(const aski_policy_node *node, bool deny)
{
  return deny ? node->combinations >> ASKI_POLICY_COMBINATIONS != 0
              : (node->combinations & ((UINT32_C(1) << ASKI_POLICY_COMBINATIONS) - 1)) != 0;
}

typedef struct aski_policy_nodes { /* under which a request's resource falls */
  aski_policy_node items[ASKI_POLICY_NODES_MAX];
  size_t count;
} aski_policy_nodes;

/* The index goes into `arena`; `allocator` is for what is needed meanwhile. False where memory ran out. */
bool aski_policy_index_build(aski_policy_index *out, aski_arena *arena, const askiam_allocator *allocator,
                             const aski_policy_rule *rules, size_t count);

void aski_policy_index_find(const aski_policy_index *index, const askiam_policy_request *request,
                            aski_policy_nodes *out);
/* The lists of a node's Allow or Deny statements that the request can match; at most ASKI_POLICY_COMBINATIONS. Gives their number. */
size_t aski_policy_index_lists(const aski_policy_index *index, const askiam_policy_request *request,
                               const aski_policy_node *node, bool deny, aski_policy_list *out);

/* Those of all nodes; at most ASKI_POLICY_LISTS_MAX. */
size_t aski_policy_index_all_lists(const aski_policy_index *index, const askiam_policy_request *request,
                                   const aski_policy_nodes *nodes, aski_policy_list *out);
/* The least place that is in any of the lists, taken out of all of them. False where they are empty. */
bool aski_policy_take_least(aski_policy_list *lists, size_t count, uint32_t *out);

/* Keys, for building. */
uint64_t aski_policy_node_key(uint64_t hash, unsigned depth);
uint64_t aski_policy_list_key(uint64_t node, unsigned combination, uint64_t who, uint64_t action);
const aski_policy_cell *aski_policy_table_find(const aski_policy_table *table, uint64_t key);

#endif

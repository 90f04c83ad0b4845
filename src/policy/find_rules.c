/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking statements up. */
#include "policy/hash.h"
#include "policy/index.h"

uint64_t aski_policy_node_key(uint64_t hash, unsigned depth)
{
  uint64_t key = aski_policy_hash_join(hash, depth);
  return key == 0 ? 1 : key;
}

uint64_t aski_policy_list_key(uint64_t node, unsigned combination, uint64_t who, uint64_t action)
{
  uint64_t key = aski_policy_hash_join(node + combination, aski_policy_hash_join(who, action));
  return key == 0 ? 1 : key;
}

const aski_policy_cell *aski_policy_table_find(const aski_policy_table *table, uint64_t key)
{
  for (uint64_t at = key & table->mask; table->cells[at].key != 0; at = (at + 1) & table->mask) {
    if (table->cells[at].key == key) {
      return &table->cells[at];
    }
  }
  return NULL;
}

static void s_add_node(const aski_policy_index *index, uint64_t key, aski_policy_nodes *out)
{
  const aski_policy_cell *cell = aski_policy_table_find(&index->nodes, key);
  if (cell != NULL) {
    out->items[out->count++] = (aski_policy_node){key, cell->first};
  }
}

static unsigned s_lowest(uint32_t bits) { return (unsigned)__builtin_ctz(bits); }

void aski_policy_index_find(const aski_policy_index *index, const askiam_policy_request *request,
                            aski_policy_nodes *out)
{
  out->count = 0;
  for (uint32_t left = index->depths; left != 0; left &= left - 1) {
    unsigned depth = s_lowest(left);
    if (depth <= request->depth_count) {
      s_add_node(index, aski_policy_node_key(depth == 0 ? 0 : request->depth_hashes[depth], depth), out);
    }
  }
  if (index->whole) {
    s_add_node(index, aski_policy_node_key(request->resource_hash, ASKI_POLICY_DEPTHS), out);
  }
}

size_t aski_policy_index_lists(const aski_policy_index *index, const askiam_policy_request *request,
                               const aski_policy_node *node, bool deny, aski_policy_list *out)
{
  const aski_policy_principal *principal = &request->principal;
  const uint64_t who[ASKI_POLICY_NAMINGS] = {0, principal->account_hash, principal->named_hash, principal->exact_hash};
  const uint64_t action[ASKI_POLICY_ACTIONS] = {0, request->service_hash, request->action_hash};
  unsigned first = deny ? ASKI_POLICY_COMBINATIONS : 0;
  size_t count = 0;
  for (unsigned i = 0; i < ASKI_POLICY_COMBINATIONS; ++i) {
    if ((node->combinations >> (first + i) & 1) == 0) {
      continue;
    }
    uint64_t key =
        aski_policy_list_key(node->key, first + i, who[i / ASKI_POLICY_ACTIONS], action[i % ASKI_POLICY_ACTIONS]);
    const aski_policy_cell *cell = aski_policy_table_find(&index->lists, key);
    if (cell != NULL) {
      out[count++] = (aski_policy_list){cell->count == 1 ? &cell->first : index->rules + cell->first, cell->count};
    }
  }
  return count;
}

size_t aski_policy_index_all_lists(const aski_policy_index *index, const askiam_policy_request *request,
                                   const aski_policy_nodes *nodes, aski_policy_list *out)
{
  size_t count = 0;
  for (size_t i = 0; i < nodes->count; ++i) {
    for (int deny = 0; deny < 2; ++deny) {
      count += aski_policy_index_lists(index, request, &nodes->items[i], deny != 0, out + count);
    }
  }
  return count;
}

bool aski_policy_take_least(aski_policy_list *lists, size_t count, uint32_t *out)
{
  bool found = false;
  for (size_t i = 0; i < count; ++i) {
    if (lists[i].count > 0 && (!found || lists[i].rules[0] < *out)) {
      *out = lists[i].rules[0];
      found = true;
    }
  }
  for (size_t i = 0; found && i < count; ++i) {
    if (lists[i].count > 0 && lists[i].rules[0] == *out) {
      ++lists[i].rules;
      --lists[i].count;
    }
  }
  return found;
}

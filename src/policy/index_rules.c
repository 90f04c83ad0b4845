/* SPDX-License-Identifier: Apache-2.0
 *
 * Building the index: each statement's entries are counted, then written. Linear in the number of entries. */
#include "policy/hash.h"
#include "policy/index.h"

enum { FIRST_CELLS = 64, ENTRIES_MAX = 4096 };

typedef struct s_table { /* an open hash table that grows; at most half full */
  const askiam_allocator *allocator;
  aski_policy_cell *cells;
  uint64_t size, used;
} s_table;

static aski_policy_cell *s_slot(const s_table *table, uint64_t key)
{
  uint64_t at = key & (table->size - 1);
  while (table->cells[at].key != 0 && table->cells[at].key != key) {
    at = (at + 1) & (table->size - 1);
  }
  return &table->cells[at];
}

static bool s_grow(s_table *table)
{
  if (2 * (table->used + 1) <= table->size) {
    return true;
  }
  s_table larger = {table->allocator, NULL, table->size == 0 ? FIRST_CELLS : 2 * table->size, table->used};
  larger.cells = aski_acquire_zeroed(table->allocator, larger.size, sizeof *larger.cells);
  if (larger.cells == NULL) {
    return false;
  }
  for (uint64_t i = 0; i < table->size; ++i) {
    if (table->cells[i].key != 0) {
      *s_slot(&larger, table->cells[i].key) = table->cells[i];
    }
  }
  aski_release(table->allocator, table->cells);
  *table = larger;
  return true;
}

static aski_policy_cell *s_put(s_table *table, uint64_t key)
{
  aski_policy_cell *cell = table->size == 0 ? NULL : s_slot(table, key);
  if (cell != NULL && cell->key == key) {
    return cell;
  }
  if (!s_grow(table)) {
    return NULL;
  }
  cell = s_slot(table, key);
  cell->key = key;
  ++table->used;
  return cell;
}

/* What a statement says of one thing: which sort of statement that is, and its hash. */
typedef struct s_term {
  unsigned sort;
  uint64_t hash;
} s_term;

typedef struct s_axes { /* how many terms a statement has; one of sort 0 where it says nothing literal, or too much */
  size_t resources, names, actions;
  bool any_resource, anyone, any_action;
} s_axes;

static s_axes s_axes_of(const aski_policy_rule *rule)
{
  s_axes axes = {.any_resource = rule->not_resource || rule->any_resource,
                 .anyone = !rule->has_principal || rule->not_principal || rule->anyone,
                 .any_action = rule->not_action};
  for (int tries = 0; tries < 3; ++tries) {
    axes.resources = axes.any_resource ? 1 : rule->resource_count;
    axes.names = axes.anyone ? 1 : rule->named_count;
    axes.actions = axes.any_action ? 1 : rule->action_count;
    if (axes.resources * axes.names <= ENTRIES_MAX && axes.resources * axes.names * axes.actions <= ENTRIES_MAX) {
      break;
    }
    axes.anyone = axes.anyone || axes.any_action; /* give up actions first, then names, then resources */
    axes.any_resource = axes.any_resource || tries == 2;
    axes.any_action = true;
  }
  return axes;
}

/* The beginning of a pattern up to its last delimiter before anything that is not literal. */
static s_term s_resource_term(const aski_policy_pattern *pattern)
{
  if (pattern->shape == ASKI_POLICY_EXACT) {
    return (s_term){ASKI_POLICY_DEPTHS, pattern->hash};
  }
  s_term term = {0, 0};
  uint64_t state = ASKI_POLICY_HASH_START;
  for (size_t i = 0; i < pattern->literal.length && term.sort + 1 < ASKI_POLICY_DEPTHS; ++i) {
    state = aski_policy_hash_byte(state, pattern->literal.data[i]);
    if (aski_policy_is_delimiter(pattern->literal.data[i])) {
      term = (s_term){term.sort + 1, aski_policy_hash_end(state)};
    }
  }
  return term;
}

static s_term s_name_term(const aski_policy_named *named)
{
  const aski_policy_principal *who = &named->who;
  if (aski_str_equal_text(who->text, "*")) {
    return (s_term){0, 0};
  }
  if (named->realm == ASKI_POLICY_REALM_AWS && who->kind == ASKI_POLICY_PRINCIPAL_ROOT) {
    return (s_term){1, who->account_hash};
  }
  bool by_name = who->kind == ASKI_POLICY_PRINCIPAL_ROLE || who->kind == ASKI_POLICY_PRINCIPAL_USER;
  return by_name ? (s_term){2, who->named_hash} : (s_term){3, who->exact_hash};
}

static s_term s_action_term(const aski_policy_pattern *pattern)
{
  if (pattern->shape == ASKI_POLICY_EXACT) {
    return (s_term){2, pattern->hash};
  }
  const char *colon = pattern->literal.length == 0 ? NULL : memchr(pattern->literal.data, ':', pattern->literal.length);
  if (colon == NULL) {
    return (s_term){0, 0};
  }
  return (s_term){1,
                  aski_policy_hash_text(aski_str_slice(pattern->literal, 0, (size_t)(colon - pattern->literal.data)))};
}

typedef struct s_work {
  s_table nodes, lists;
  aski_policy_index *index;
  const aski_policy_rule *rules;
  uint32_t rule; /* the one that is entered */
  uint64_t entries;
  uint32_t *out; /* NULL while counting */
  const aski_policy_cell *starts;
} s_work;

/* Counting: a list's `first` is 1 + the statement that was entered last, so that none is entered twice. */
static bool s_enter(s_work *work, s_term resource, s_term name, s_term action)
{
  bool deny = work->rules[work->rule].deny;
  unsigned combination = name.sort * ASKI_POLICY_ACTIONS + action.sort + (deny ? ASKI_POLICY_COMBINATIONS : 0);
  uint64_t node_key = aski_policy_node_key(resource.hash, resource.sort);
  aski_policy_cell *node = s_put(&work->nodes, node_key);
  aski_policy_cell *list =
      node == NULL ? NULL : s_put(&work->lists, aski_policy_list_key(node_key, combination, name.hash, action.hash));
  if (list == NULL) {
    return false;
  }
  node->first |= UINT32_C(1) << combination;
  work->index->whole = work->index->whole || resource.sort == ASKI_POLICY_DEPTHS;
  work->index->depths |= resource.sort < ASKI_POLICY_DEPTHS ? UINT32_C(1) << resource.sort : 0;
  if (list->first != work->rule + 1) {
    list->first = work->rule + 1;
    if (work->out != NULL) {
      uint32_t start = work->starts[list - work->lists.cells].first;
      work->out[start + list->count] = work->rule;
    }
    ++list->count;
    ++work->entries;
  }
  return true;
}

static bool s_enter_all(s_work *work)
{
  const aski_policy_rule *rule = &work->rules[work->rule];
  s_axes axes = s_axes_of(rule);
  for (size_t r = 0; r < axes.resources; ++r) {
    s_term resource = axes.any_resource ? (s_term){0, 0} : s_resource_term(&rule->resources[r]);
    for (size_t n = 0; n < axes.names; ++n) {
      s_term name = axes.anyone ? (s_term){0, 0} : s_name_term(&rule->named[n]);
      for (size_t a = 0; a < axes.actions; ++a) {
        s_term action = axes.any_action ? (s_term){0, 0} : s_action_term(&rule->actions[a]);
        if (!s_enter(work, resource, name, action)) {
          return false;
        }
      }
    }
  }
  return true;
}

static bool s_pass(s_work *work, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    work->rule = (uint32_t)i;
    if (!s_enter_all(work)) {
      return false;
    }
  }
  return true;
}

static aski_policy_cell *s_keep(aski_policy_table *out, aski_arena *arena, const s_table *table)
{
  static const aski_policy_cell none;
  *out = (aski_policy_table){&none, 0};
  if (table->size == 0) {
    return NULL;
  }
  aski_policy_cell *cells = aski_arena_acquire(arena, table->size, sizeof *cells);
  if (cells != NULL) {
    memcpy(cells, table->cells, table->size * sizeof *cells);
    *out = (aski_policy_table){cells, table->size - 1};
  }
  return cells;
}

/* Gives each list its place and counts again from none. */
static void s_place(s_work *work, aski_policy_cell *kept)
{
  uint32_t next = 0;
  for (uint64_t i = 0; i < work->lists.size; ++i) {
    kept[i].first = next;
    next += kept[i].count;
    work->lists.cells[i].first = 0;
    work->lists.cells[i].count = 0;
  }
}

static bool s_build(s_work *work, aski_arena *arena, size_t count)
{
  if (!s_pass(work, count) || work->entries > UINT32_MAX) {
    return false;
  }
  s_keep(&work->index->nodes, arena, &work->nodes);
  aski_policy_cell *lists = s_keep(&work->index->lists, arena, &work->lists);
  uint32_t *out = aski_arena_acquire(arena, work->entries, sizeof *out);
  if (arena->failed) {
    return false;
  }
  if (lists != NULL) {
    s_place(work, lists);
  }
  work->starts = lists;
  work->out = out;
  work->index->rules = out;
  if (!s_pass(work, count)) {
    return false;
  }
  for (uint64_t i = 0; i < work->lists.size; ++i) {
    lists[i].first = lists[i].count == 1 ? out[lists[i].first] : lists[i].first;
  }
  return true;
}

bool aski_policy_index_build(aski_policy_index *out, aski_arena *arena, const askiam_allocator *allocator,
                             const aski_policy_rule *rules, size_t count)
{
  *out = (aski_policy_index){0};
  s_work work = {.nodes = {.allocator = allocator}, .lists = {.allocator = allocator}, .index = out, .rules = rules};
  bool good = s_build(&work, arena, count);
  aski_release(allocator, work.nodes.cells);
  aski_release(allocator, work.lists.cells);
  return good;
}

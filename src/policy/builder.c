/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents on their way into a set. They are read into memory of their own first, so that one that is refused leaves nothing behind. */
#include "base/text.h"
#include "policy/copy.h"
#include "policy/set.h"

enum { ID_MAX_BYTES = 64 * 1024 };

typedef struct s_entry {
  unsigned slot;
  askiam_str id;
  aski_policy_document document;
} s_entry;

struct askiam_policy_builder {
  askiam_allocator allocator;
  aski_arena arena;
  struct {
    s_entry *items;
    size_t count, capacity;
  } entries;
  unsigned levels[ASKI_POLICY_KINDS]; /* how many levels each kind has */
};

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "memory ran out for policies");
}

static void s_start(askiam_policy_builder *builder)
{
  aski_arena_init(&builder->arena, &builder->allocator);
  memset(&builder->entries, 0, sizeof builder->entries);
  memset(builder->levels, 0, sizeof builder->levels);
}

askiam_status askiam_policy_builder_new(askiam_policy_builder **out, const askiam_allocator *allocator,
                                        askiam_error *error)
{
  if (out == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "out_builder is NULL");
  }
  allocator = allocator == NULL ? aski_allocator_default() : allocator;
  *out = aski_acquire_zeroed(allocator, 1, sizeof **out);
  if (*out == NULL) {
    return s_no_memory(error);
  }
  (*out)->allocator = *allocator;
  s_start(*out);
  return ASKIAM_STATUS_OK;
}

void askiam_policy_builder_destroy(askiam_policy_builder *builder)
{
  if (builder != NULL) {
    askiam_allocator allocator = builder->allocator;
    aski_arena_clean_up(&builder->arena);
    aski_release(&allocator, builder);
  }
}

void aski_policy_builder_require(askiam_policy_builder *builder, askiam_policy_kind kind, unsigned levels)
{
  builder->levels[kind] = builder->levels[kind] < levels ? levels : builder->levels[kind];
}

/* What was copied before memory ran out stays unused in the arena. */
static askiam_status s_keep(askiam_policy_builder *builder, unsigned slot, askiam_str id,
                            const aski_policy_document *document, askiam_error *error)
{
  s_entry entry = {.slot = slot, .id = aski_arena_copy(&builder->arena, id)};
  aski_policy_document_copy(&entry.document, &builder->arena, document);
  s_entry *kept = builder->arena.failed ? NULL : ASKI_ARENA_PUSH(&builder->arena, &builder->entries);
  if (kept == NULL) {
    builder->arena.failed = false;
    return s_no_memory(error);
  }
  *kept = entry;
  aski_policy_builder_require(builder, aski_policy_slot_kind(slot), aski_policy_slot_level(slot) + 1);
  return ASKIAM_STATUS_OK;
}

askiam_status askiam_policy_builder_add(askiam_policy_builder *builder, askiam_policy_kind kind, unsigned level,
                                        askiam_str id, askiam_str json, askiam_error *error)
{
  bool levels = kind == ASKIAM_POLICY_SERVICE_CONTROL || kind == ASKIAM_POLICY_RESOURCE_CONTROL;
  if (builder == NULL || !aski_str_present(json) || (unsigned)kind >= ASKI_POLICY_KINDS ||
      level >= (levels ? ASKI_POLICY_LEVELS : 1)) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "no builder, no document, an unknown kind, or a level that the kind does not have");
  }
  if (id.length > ID_MAX_BYTES || !aski_text_valid(id)) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_ENGINE,
                            "the id of a policy is not UTF-8 or is longer than 64 KiB");
  }
  aski_arena scratch;
  aski_arena_init(&scratch, &builder->allocator);
  aski_policy_document document;
  askiam_status status = aski_policy_read(&document, &scratch, json, kind, NULL, NULL, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_keep(builder, aski_policy_slot(kind, level), id, &document, error);
  }
  aski_arena_clean_up(&scratch);
  return status;
}

typedef struct s_totals {
  size_t statements;
  size_t policies[ASKI_POLICY_SLOTS]; /* documents, by slot */
} s_totals;

static s_totals s_count(const askiam_policy_builder *builder)
{
  s_totals totals = {0};
  for (size_t i = 0; i < builder->entries.count; ++i) {
    totals.statements += builder->entries.items[i].document.statements.count;
    ++totals.policies[builder->entries.items[i].slot];
  }
  return totals;
}

/* The statements of one document, behind those that are there already. What is needed meanwhile is given back after each. */
static bool s_compile_document(askiam_policy_set *set, const askiam_policy_builder *builder, aski_policy_rule *rules,
                               const s_entry *entry, uint32_t policy)
{
  bool boundary = builder->levels[ASKIAM_POLICY_PERMISSION_BOUNDARY] > 0;
  const aski_policy_document *document = &entry->document;
  for (size_t i = 0; i < document->statements.count; ++i) {
    aski_policy_rule *rule = &rules[set->rule_count++];
    aski_arena scratch;
    aski_arena_init(&scratch, &set->allocator);
    aski_policy_rule_compile(rule, &set->compiled, &scratch, &document->statements.items[i], document->has_variables);
    bool failed = scratch.failed || set->compiled.failed;
    aski_arena_clean_up(&scratch);
    if (failed) {
      return false;
    }
    rule->slot = (unsigned char)entry->slot;
    rule->id = entry->id;
    rule->policy = policy;
    rule->statement = (uint32_t)i;
    rule->spares_no_entity =
        boundary && rule->deny && rule->not_principal && aski_policy_slot_kind(rule->slot) == ASKIAM_POLICY_RESOURCE;
  }
  return true;
}

/* One after the other, by slot; within a slot in the order of adding. */
static bool s_compile(askiam_policy_set *set, const askiam_policy_builder *builder, aski_policy_rule *rules)
{
  s_totals totals = s_count(builder);
  for (unsigned slot = 0; slot < ASKI_POLICY_SLOTS; ++slot) {
    uint32_t policy = 0;
    for (size_t i = 0; policy < totals.policies[slot] && i < builder->entries.count; ++i) {
      const s_entry *entry = &builder->entries.items[i];
      if (entry->slot != slot) {
        continue;
      }
      if (!s_compile_document(set, builder, rules, entry, policy)) {
        return false;
      }
      ++policy;
    }
    set->slot_ends[slot] = (uint32_t)set->rule_count;
  }
  return true;
}

static bool s_fill(askiam_policy_set *set, const askiam_policy_builder *builder)
{
  s_totals totals = s_count(builder);
  aski_policy_rule *rules = aski_arena_acquire(&set->compiled, totals.statements, sizeof *rules);
  if (rules == NULL || totals.statements >= UINT32_MAX || !s_compile(set, builder, rules)) {
    return false;
  }
  set->rules = rules;
  set->limits = (aski_policy_limits){
      .resource = builder->levels[ASKIAM_POLICY_RESOURCE] > 0,
      .boundary = builder->levels[ASKIAM_POLICY_PERMISSION_BOUNDARY] > 0,
      .session = builder->levels[ASKIAM_POLICY_SESSION] > 0,
      .endpoint = builder->levels[ASKIAM_POLICY_ENDPOINT] > 0,
      .service_levels = builder->levels[ASKIAM_POLICY_SERVICE_CONTROL],
      .resource_levels = builder->levels[ASKIAM_POLICY_RESOURCE_CONTROL],
  };
  return aski_policy_index_build(&set->index, &set->compiled, &set->allocator, rules, set->rule_count);
}

askiam_status askiam_policy_builder_build(askiam_policy_set **out, askiam_policy_builder *builder, askiam_error *error)
{
  if (out == NULL || builder == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "out_set or the builder is NULL");
  }
  askiam_policy_set *set = aski_acquire_zeroed(&builder->allocator, 1, sizeof *set);
  *out = NULL;
  if (set == NULL) {
    return s_no_memory(error);
  }
  set->allocator = builder->allocator;
  aski_arena_init(&set->documents, &set->allocator);
  aski_arena_init(&set->compiled, &set->allocator);
  if (!s_fill(set, builder)) {
    askiam_policy_set_destroy(set);
    return s_no_memory(error);
  }
  set->documents = builder->arena;
  set->documents.allocator = &set->allocator;
  s_start(builder);
  *out = set;
  return ASKIAM_STATUS_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/policies.h"

#include "base/log.h"
#include "rules/context.h"

struct aski_held_policies {
  askiam_policy_set *set;
  aski_policy_reads reads;
  size_t holders; /* those who keep it too; guarded by the mutex */
  size_t hash_bytes;
  char hash[];
};

bool aski_policies_init(aski_policies *policies, const aski_catalogue *catalogue, const askiam_allocator *allocator)
{
  *policies = (aski_policies){.catalogue = catalogue, .allocator = allocator};
  return pthread_mutex_init(&policies->mutex, NULL) == 0;
}

static void s_destroy(const aski_policies *policies, aski_held_policies *held)
{
  if (held != NULL) {
    askiam_policy_set_destroy(held->set);
    aski_release(policies->allocator, held);
  }
}

void aski_policies_clean_up(aski_policies *policies)
{
  for (size_t i = 0; i < ASKI_POLICY_SETS_KEPT; ++i) {
    s_destroy(policies, policies->kept[i]);
  }
  pthread_mutex_destroy(&policies->mutex);
}

/* Moves the set at `place` to the front; the others follow in their order. */
static void s_to_front(aski_policies *policies, size_t place)
{
  aski_held_policies *held = policies->kept[place];
  memmove(&policies->kept[1], &policies->kept[0], place * sizeof policies->kept[0]);
  policies->kept[0] = held;
}

/* Under the mutex. NULL where the set is not kept. */
static aski_held_policies *s_find(aski_policies *policies, askiam_str hash)
{
  for (size_t i = 0; i < ASKI_POLICY_SETS_KEPT && policies->kept[i] != NULL; ++i) {
    aski_held_policies *held = policies->kept[i];
    if (aski_str_equal((askiam_str){held->hash, held->hash_bytes}, hash)) {
      s_to_front(policies, i);
      ++held->holders;
      return held;
    }
  }
  return NULL;
}

/* Keeps a new set in place of the one that was used longest ago, unless another thread was faster: then that one's is used. */
static aski_held_policies *s_keep(aski_policies *policies, aski_held_policies *fresh)
{
  aski_held_policies *dropped = fresh;
  pthread_mutex_lock(&policies->mutex);
  aski_held_policies *held = s_find(policies, (askiam_str){fresh->hash, fresh->hash_bytes});
  if (held == NULL) {
    held = fresh;
    held->holders = 2;
    aski_held_policies *last = policies->kept[ASKI_POLICY_SETS_KEPT - 1];
    policies->kept[ASKI_POLICY_SETS_KEPT - 1] = held;
    dropped = last != NULL && --last->holders == 0 ? last : NULL;
    s_to_front(policies, ASKI_POLICY_SETS_KEPT - 1);
  }
  pthread_mutex_unlock(&policies->mutex);
  s_destroy(policies, dropped);
  return held;
}

typedef struct compilation {
  askiam_policy_builder *builder;
  askiam_error error; /* of the document that was refused */
} compilation;

static askiam_status s_add(void *context, askiam_str id, uint64_t revision, askiam_str policy_json)
{
  (void)revision;
  compilation *work = context;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status =
      askiam_policy_builder_add(work->builder, ASKIAM_POLICY_ACCESS_REQUEST, 0, id, policy_json, &said);
  return status == ASKIAM_STATUS_OK ? status
                                    : askiam_error_set(&work->error, status, ASKIAM_LAYER_STORE, "policy \"%.*s\": %s",
                                                       ASKI_STR_ARG(id), said.message);
}

static askiam_status s_compile(askiam_policy_set **out_set, const aski_policies *policies, const askiam_call *call,
                               askiam_str hash, askiam_error *error)
{
  compilation work = {.error = ASKIAM_ERROR_INIT};
  askiam_status status = askiam_policy_builder_new(&work.builder, policies->allocator, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = aski_catalogue_policies(policies->catalogue, call, hash, s_add, &work, error);
  if (work.error.status != ASKIAM_STATUS_OK && error != NULL) {
    *error = work.error;
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_policy_builder_build(out_set, work.builder, error);
  }
  askiam_policy_builder_destroy(work.builder);
  return status;
}

static askiam_status s_load(const aski_held_policies **out_held, aski_policies *policies, const askiam_call *call,
                            askiam_str hash, askiam_error *error)
{
  aski_held_policies *fresh = aski_acquire_zeroed(policies->allocator, 1, sizeof *fresh + hash.length);
  if (fresh == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for policies");
  }
  fresh->hash_bytes = hash.length;
  memcpy(fresh->hash, hash.data, hash.length);
  askiam_status status = s_compile(&fresh->set, policies, call, hash, error);
  if (status == ASKIAM_STATUS_OK) {
    fresh->reads = aski_rules_reads(fresh->set);
    *out_held = s_keep(policies, fresh);
  } else {
    s_destroy(policies, fresh);
  }
  return status;
}

static askiam_status s_hold(const aski_held_policies **out_held, bool *out_loaded, aski_policies *policies,
                            const askiam_call *call, askiam_str hash, askiam_error *error)
{
  *out_held = NULL;
  *out_loaded = false;
  if (hash.length == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_ENGINE,
                            "the store tells of policies, but not which: their hash is empty");
  }
  pthread_mutex_lock(&policies->mutex);
  *out_held = s_find(policies, hash);
  pthread_mutex_unlock(&policies->mutex);
  if (*out_held != NULL) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = s_load(out_held, policies, call, hash, error);
  *out_loaded = status == ASKIAM_STATUS_OK;
  return status;
}

askiam_status aski_policies_hold(const aski_held_policies **out_held, aski_policies *policies, const askiam_call *call,
                                 askiam_str hash, askiam_error *error)
{
  bool loaded = false;
  return s_hold(out_held, &loaded, policies, call, hash, error);
}

void aski_policies_release(aski_policies *policies, const aski_held_policies *held)
{
  if (held == NULL) {
    return;
  }
  aski_held_policies *owned = (aski_held_policies *)(uintptr_t)held; /* const to whoever holds it */
  pthread_mutex_lock(&policies->mutex);
  bool last = --owned->holders == 0;
  pthread_mutex_unlock(&policies->mutex);
  if (last) {
    s_destroy(policies, owned);
  }
}

const askiam_policy_set *aski_policies_set(const aski_held_policies *held) { return held == NULL ? NULL : held->set; }

/* Failures that lie in the policies or in what the store can do: asking again would not help. */
static bool s_is_final(askiam_status status)
{
  return status == ASKIAM_STATUS_NOT_SUPPORTED || status == ASKIAM_STATUS_NOT_FOUND ||
         status == ASKIAM_STATUS_CORRUPT || status == ASKIAM_STATUS_BAD_DATA;
}

askiam_status aski_policies_give(aski_rules_input *input, const aski_held_policies **out_held, aski_policies *policies,
                                 const askiam_call *call, aski_arena *arena, aski_facts *facts, askiam_error *error)
{
  *out_held = NULL;
  input->policies = NULL;
  input->policy_reads = (aski_policy_reads){.known = false};
  input->policies_problem = ASKI_STR_NONE;
  if (!aski_facts_have_policies(facts)) {
    return ASKIAM_STATUS_OK;
  }
  askiam_error said = ASKIAM_ERROR_INIT;
  bool loaded = false;
  askiam_status status = s_hold(out_held, &loaded, policies, call, facts->policy_hash, &said);
  if (loaded) {
    status = askiam_facts_add_query(facts, "policies", facts->policy_count);
  }
  input->policies = aski_policies_set(*out_held);
  input->policy_reads = *out_held == NULL ? (aski_policy_reads){.known = false} : (*out_held)->reads;
  if (s_is_final(status)) {
    input->policies_problem = aski_arena_copy(arena, askiam_str_from(said.message));
    aski_log(call->trace, ASKIAM_LOG_WARN, "rules", NULL, -1.0, "policies cannot be evaluated: %s", said.message);
    return ASKIAM_STATUS_OK;
  }
  if (status != ASKIAM_STATUS_OK && error != NULL) {
    *error = said;
  }
  return status;
}

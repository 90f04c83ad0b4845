/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/rule.h"
#include "policy/segments.h"

typedef struct s_work {
  aski_arena *arena, *scratch;
} s_work;

static const aski_policy_pattern *s_patterns(const s_work *work, const aski_policy_texts *texts,
                                             aski_policy_reading reading)
{
  aski_policy_pattern *patterns = aski_arena_acquire(work->arena, texts->count, sizeof *patterns);
  for (size_t i = 0; patterns != NULL && i < texts->count; ++i) {
    aski_policy_pattern_compile(&patterns[i], work->arena, work->scratch, texts->items[i], reading);
  }
  return patterns;
}

/* A resource that is cut short, as arn:aws:s3 is, means * for each part that is missing. Where it ends with a star, that reaches over all of them
 * anyway; else a star of its may stand for several parts, so that it is a whole one too. */
static bool s_is_short(askiam_str text, bool variables)
{
  askiam_str parts[ASKI_POLICY_SEGMENTS];
  return text.length > 0 && text.data[text.length - 1] != '*' &&
         aski_policy_split(text, variables, parts) < ASKI_POLICY_SEGMENTS;
}

static void s_compile_resources(aski_policy_rule *out, const s_work *work, const aski_policy_texts *texts,
                                bool variables)
{
  aski_policy_texts all = {0};
  for (size_t i = 0; i < texts->count; ++i) {
    askiam_str text = texts->items[i];
    for (int copy = 0; copy < (s_is_short(text, variables) ? 2 : 1); ++copy) {
      askiam_str *item = ASKI_ARENA_PUSH(work->scratch, &all);
      if (item != NULL) {
        *item = copy == 0 ? text : aski_arena_format(work->scratch, "%.*s:*", ASKI_STR_ARG(text));
      }
    }
  }
  out->resource_count = (uint32_t)all.count;
  out->resources = s_patterns(work, &all, (aski_policy_reading){.wildcards = true, .variables = variables});
}

/* What can be nobody is left out: it never matches. */
static void s_name(aski_policy_rule *out, aski_policy_named *list, const aski_policy_texts *texts,
                   aski_policy_realm realm)
{
  for (size_t i = 0; i < texts->count; ++i) {
    aski_policy_named *entry = &list[out->named_count];
    bool star = aski_str_equal_text(texts->items[i], "*");
    out->anyone = out->anyone || (star && realm == ASKI_POLICY_REALM_AWS);
    if (star) {
      entry->who = (aski_policy_principal){.kind = ASKI_POLICY_PRINCIPAL_SERVICE, .text = texts->items[i]};
    } else if (!aski_policy_principal_read(&entry->who, texts->items[i])) {
      continue;
    }
    entry->realm = realm;
    ++out->named_count;
  }
}

static void s_compile_principals(aski_policy_rule *out, aski_arena *arena, const aski_policy_principals *principals)
{
  size_t most = principals->aws.count + principals->service.count + principals->federated.count;
  aski_policy_named *list = aski_arena_acquire(arena, most, sizeof *list);
  out->anyone = principals->anyone;
  out->named = list;
  if (list != NULL) {
    s_name(out, list, &principals->aws, ASKI_POLICY_REALM_AWS);
    s_name(out, list, &principals->service, ASKI_POLICY_REALM_SERVICE);
    s_name(out, list, &principals->federated, ASKI_POLICY_REALM_FEDERATED);
  }
}

void aski_policy_rule_compile(aski_policy_rule *out, aski_arena *arena, aski_arena *scratch,
                              const aski_policy_statement *source, bool variables)
{
  s_work work = {arena, scratch};
  *out = (aski_policy_rule){.deny = source->deny,
                            .not_action = source->not_action,
                            .not_resource = source->not_resource,
                            .any_resource = !source->has_resource,
                            .has_principal = source->has_principal,
                            .not_principal = source->not_principal,
                            .action_count = (uint32_t)source->actions.count,
                            .condition_count = (uint32_t)source->clauses.count,
                            .source = source};
  out->actions = s_patterns(&work, &source->actions, (aski_policy_reading){.wildcards = true, .lower = true});
  s_compile_resources(out, &work, &source->resources, variables);
  if (source->has_principal) {
    s_compile_principals(out, arena, &source->principals);
  }
  aski_policy_condition *conditions = aski_arena_acquire(arena, source->clauses.count, sizeof *conditions);
  out->conditions = conditions;
  for (size_t i = 0; conditions != NULL && i < source->clauses.count; ++i) {
    aski_policy_condition_compile(&conditions[i], arena, scratch, &source->clauses.items[i]);
  }
}

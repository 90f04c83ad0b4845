/* SPDX-License-Identifier: Apache-2.0
 *
 * Whatever a function of a split pipeline answers: it is refused, or it fits what was asked, and approves nothing by itself. The first byte says which of
 * the functions it is. */
#include <stdlib.h>

#include "engine/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_require(bool good)
{
  if (!good) {
    abort();
  }
}

static aski_facts s_facts(aski_arena *arena)
{
  aski_facts facts;
  aski_facts_init(&facts, arena);
  facts.version = 6;
  facts.user = (aski_fact_user){.found = true, .id = ASKI_STR("john.doe")};
  facts.application = (aski_fact_application){.found = true, .id = ASKI_STR("workday")};
  facts.role = (aski_fact_role){.found = true, .id = ASKI_STR("wd-hr-analyst"), .application_id = ASKI_STR("workday")};
  return facts;
}

static bool s_read(const aski_split_answer *answer, aski_split_read_fn read, void *context)
{
  read(context, answer);
  return aski_reader_end(answer->reader) == ASKIAM_STATUS_OK;
}

static void s_try_reading(const aski_split_answer *answer)
{
  aski_reading reading = {.expires_at_ms = 0};
  aski_facts facts;
  aski_looks offered = {.count = 0};
  aski_split_reading context = {ASKI_STR("john.doe"), &reading, &facts, &offered};
  if (s_read(answer, aski_split_read_reading, &context)) {
    for (size_t i = 0; i < reading.codes.count; ++i) {
      s_require(aski_code_verdict(reading.codes.items[i]) != ASKIAM_VERDICT_VALID);
    }
    s_require(reading.codes.count > 0 || (reading.user.found && reading.application.found && reading.role.found));
    s_require(!facts.user.found || aski_str_equal(facts.user.id, reading.user.id));
  }
}

static void s_try_evidence(const aski_split_answer *answer, const aski_facts *facts)
{
  aski_rag_result rag;
  aski_split_evidence context = {facts, &rag};
  if (s_read(answer, aski_split_read_evidence, &context)) {
    s_require(rag.outcome == ASKI_RAG_ABSTAINED || (rag.confidence >= 0 && rag.confidence <= 1));
    s_require(rag.outcome != ASKI_RAG_SKIPPED);
  }
}

static void s_try_rules(const aski_split_answer *answer, const aski_facts *facts, bool with_remedies)
{
  aski_rules_result rules;
  askiam_str problem;
  aski_remedies remedies;
  aski_looks looks = {.count = 0};
  aski_split_rules context = {.facts = facts,
                              .rules = &rules,
                              .policies_problem = &problem,
                              .requester_id = ASKI_STR("john.doe"),
                              .remedies = with_remedies ? &remedies : NULL,
                              .looks = &looks};
  if (s_read(answer, aski_split_read_rules, &context)) {
    bool passed = true;
    s_require(rules.count == ASKI_CHECK_COUNT);
    for (size_t i = 0; i < rules.count; ++i) {
      s_require(rules.checks[i].hard); /* nothing is soft here */
      passed = passed && rules.checks[i].passed;
    }
    s_require(rules.outcome == (passed ? ASKI_RULES_PASSED : ASKI_RULES_FAILED));
  }
}

static void s_try_trail(const aski_split_answer *answer, bool recall)
{
  aski_audit_place place;
  aski_split_stored stored = {aski_allocator_default(), ASKI_STR("john.doe"), NULL};
  if (!recall && s_read(answer, aski_split_read_place, &place)) {
    s_require(place.chain.length > 0 && place.seq > 0 && place.hash.length == 64);
  } else if (recall && s_read(answer, aski_split_read_stored, &stored) && stored.decision != NULL) {
    s_require(stored.decision->verdict != ASKIAM_VERDICT_ERROR && stored.decision->audit.seq > 0);
  }
  askiam_decision_destroy(stored.decision);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (size == 0) {
    return 0;
  }
  aski_arena arena;
  aski_json_document *document = NULL;
  askiam_str text = {(const char *)data + 1, size - 1};
  aski_arena_init(&arena, aski_allocator_default());
  if (aski_json_parse_bounded(&document, text, 200000, aski_allocator_default(), ASKIAM_LAYER_ENGINE, NULL) ==
      ASKIAM_STATUS_OK) {
    aski_reader reader;
    const aski_facts facts = s_facts(&arena);
    const aski_json *root = aski_json_root(document);
    const aski_split_answer answer = {text, root, aski_json_get(root, ASKI_AUDIT_PIPELINE), &reader};
    aski_reader_init(&reader, &arena, NULL);
    switch (data[0] % 6) {
    case 0:
      s_try_reading(&answer);
      break;
    case 1:
      s_try_evidence(&answer, &facts);
      break;
    case 2:
    case 3:
      s_try_rules(&answer, &facts, data[0] % 2 == 1);
      break;
    default:
      s_try_trail(&answer, data[0] % 2 == 1);
    }
  }
  aski_json_destroy(document);
  aski_arena_clean_up(&arena);
  return 0;
}

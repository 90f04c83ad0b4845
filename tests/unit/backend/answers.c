/* SPDX-License-Identifier: Apache-2.0
 *
 * Backends that lie, fail silently or leave slots out. One backend plays them all: `s_play` says how. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "backend/handles.h"
#include "base/time.h"
#include "support/allocator.h"

typedef enum s_play {
  HONEST,
  FAILS_SILENTLY,
  FAILS_LOUDLY,
  UNKNOWN_STATUS,
  WRONG_TERM,
  WRONG_KIND,
  NO_ID,
  NOT_WANTED,
  WRONG_USER,
  NOT_ASKED_FOR,
  IGNORES_MEMORY,
  WRONG_NUMBER
} s_play;

typedef struct s_scene {
  test_allocator allocator;
  aski_arena arena;
  s_play play;
  aski_trace trace;
  askiam_call call;
  askiam_error error;
  double probability;
  int spans_open;
  int spans_ended;
  askiam_status outcome;
  char span[64];
  int cancelled;
} s_scene;

static void s_observe(void *context, const askiam_span *span)
{
  s_scene *scene = context;
  if (askiam_span_ended(span)) {
    ++scene->spans_ended;
    --scene->spans_open;
    scene->outcome = askiam_span_outcome(span);
    strncpy(scene->span, askiam_span_name(span), sizeof scene->span - 1);
  } else {
    ++scene->spans_open;
  }
}

static int s_setup(void **state)
{
  static s_scene scene;
  scene = (s_scene){.play = HONEST, .error = ASKIAM_ERROR_INIT, .probability = 0.5};
  test_allocator_init(&scene.allocator);
  aski_arena_init(&scene.arena, &scene.allocator.base);
  scene.trace = (aski_trace){
      .observer = s_observe, .observer_context = &scene, .level = ASKIAM_LOG_OFF, .clock = aski_clock_system()};
  scene.call = (askiam_call){.clock = aski_clock_system(),
                             .deadline_ticks_ns = UINT64_MAX,
                             .now_ms = 1000,
                             .cancelled = &scene.cancelled,
                             .trace = &scene.trace};
  *state = &scene;
  return 0;
}

static int s_teardown(void **state)
{
  s_scene *scene = *state;
  aski_arena_clean_up(&scene->arena);
  return scene->allocator.outstanding != 0 || scene->spans_open != 0;
}

static askiam_str text(const char *literal) { return askiam_str_from(literal); }

/* What every slot does first. */
static askiam_status s_begin(const s_scene *scene, askiam_error *error)
{
  if (scene->play == FAILS_SILENTLY) {
    return ASKIAM_STATUS_BUSY;
  }
  if (scene->play == FAILS_LOUDLY) {
    return askiam_error_set(error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_NONE, "page 7 is torn");
  }
  return scene->play == UNKNOWN_STATUS ? (askiam_status)1234 : ASKIAM_STATUS_OK;
}

static askiam_status s_version(void *self, const askiam_call *call, uint64_t *out_version, askiam_error *error)
{
  (void)call;
  *out_version = 5;
  return s_begin(self, error);
}

static askiam_status s_candidates(void *self, const askiam_call *call, const askiam_terms *terms,
                                  askiam_candidates *candidates, askiam_error *error)
{
  s_scene *scene = self;
  (void)call;
  (void)terms;
  askiam_candidates_add(candidates, 0, ASKIAM_KIND_ROLE, text("r2"), text("R2"), text("r2"), text("app"));
  askiam_candidates_add(candidates, 0, ASKIAM_KIND_ROLE, text("r1"), text("R1"), text("r1"), text("app"));
  if (scene->play == WRONG_TERM) {
    askiam_candidates_add(candidates, 99, ASKIAM_KIND_ROLE, text("r3"), text(""), text(""), text("app"));
  } else if (scene->play == WRONG_KIND) {
    askiam_candidates_add(candidates, 0, (askiam_kind)3, text("r3"), text(""), text(""), text("app"));
  } else if (scene->play == NO_ID) {
    askiam_candidates_add(candidates, 0, ASKIAM_KIND_ROLE, text(""), text(""), text(""), text("app"));
  } else if (scene->play == NOT_WANTED) {
    askiam_candidates_add(candidates, 0, ASKIAM_KIND_USER, text("u"), text(""), text(""), ASKI_STR_NONE);
    askiam_candidates_add(candidates, 0, ASKIAM_KIND_ROLE, text("r9"), text(""), text(""), text("another"));
  } else if (scene->play == IGNORES_MEMORY) {
    candidates->arena->failed = true;
  }
  return s_begin(scene, error);
}

static askiam_status s_facts(void *self, const askiam_call *call, askiam_str user_id, askiam_str requester_id,
                             askiam_str application_id, askiam_str role_id, askiam_facts *facts, askiam_error *error)
{
  s_scene *scene = self;
  (void)call;
  (void)application_id;
  (void)requester_id;
  bool lies = scene->play == WRONG_USER;
  askiam_facts_set_user(facts, lies ? text("mallory") : user_id, text("U"), text(""), ASKIAM_ENTITY_ACTIVE);
  if (scene->play == NOT_ASKED_FOR) {
    askiam_facts_set_requester(facts, text("boss"), text("B"), ASKIAM_ENTITY_ACTIVE);
  }
  askiam_facts_set_role(facts, role_id, scene->play == NO_ID ? text("") : text("app"), text("R"), text(""), text(""),
                        ASKIAM_ENTITY_ACTIVE);
  if (scene->play == IGNORES_MEMORY) {
    test_allocator_fail_at(&scene->allocator, 1);
    for (int i = 0; i < 500; ++i) {
      askiam_facts_add_conflict(facts, text("c"), text("a role with a name that needs memory"), text("sod"));
    }
  }
  return s_begin(scene, error);
}

static aski_catalogue s_catalogue(s_scene *scene)
{
  return (aski_catalogue){.table = {.size = sizeof(askiam_catalogue_vtable),
                                    .version = s_version,
                                    .candidates = s_candidates,
                                    .facts = s_facts},
                          .self = scene,
                          .provided = true};
}

static askiam_status s_ask_version(s_scene *scene)
{
  aski_catalogue catalogue = s_catalogue(scene);
  uint64_t version = 0;
  return aski_catalogue_version(&catalogue, &scene->call, &version, &scene->error);
}

static void backend__a_call_is_one_span_with_its_outcome(void **state)
{
  s_scene *scene = *state;
  assert_int_equal(s_ask_version(scene), ASKIAM_STATUS_OK);
  assert_int_equal(scene->error.status, ASKIAM_STATUS_OK); /* untouched */
  scene->play = FAILS_LOUDLY;
  assert_int_equal(s_ask_version(scene), ASKIAM_STATUS_CORRUPT);
  assert_int_equal(scene->spans_ended, 2);
  assert_int_equal(scene->outcome, ASKIAM_STATUS_CORRUPT);
  assert_string_equal(scene->span, "catalogue.version");
}

static void backend__a_failure_always_says_something(void **state)
{
  s_scene *scene = *state;
  scene->play = FAILS_LOUDLY;
  s_ask_version(scene);
  assert_string_equal(scene->error.message, "page 7 is torn");
  assert_int_equal(scene->error.layer, ASKIAM_LAYER_STORE);
  scene->play = FAILS_SILENTLY;
  assert_int_equal(s_ask_version(scene), ASKIAM_STATUS_BUSY);
  assert_non_null(strstr(scene->error.message, "catalogue.version"));
  assert_non_null(strstr(scene->error.message, "BUSY"));
  assert_int_equal(scene->error.retryable, 1);
  scene->play = UNKNOWN_STATUS;
  assert_int_equal(s_ask_version(scene), ASKIAM_STATUS_UNAVAILABLE);
  assert_non_null(strstr(scene->error.message, "1234"));
}

static void backend__what_is_not_provided_is_not_called(void **state)
{
  s_scene *scene = *state;
  aski_catalogue none = {.provided = false};
  uint64_t version = 0;
  assert_int_equal(aski_catalogue_version(&none, &scene->call, &version, &scene->error), ASKIAM_STATUS_NOT_SUPPORTED);
  aski_judge no_judge = {.provided = false};
  askiam_opinion opinion = {.arena = &scene->arena, .given = true};
  assert_int_equal(aski_judge_judge(&no_judge, &scene->call, NULL, &opinion, NULL), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_false(opinion.given);
  aski_journal no_journal = {.provided = false};
  assert_int_equal(aski_journal_append(&no_journal, &scene->call, NULL, NULL, NULL), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_int_equal(aski_journal_checkpoint(&no_journal, &scene->call, text(""), 0, text(""), NULL),
                   ASKIAM_STATUS_NOT_SUPPORTED);
  assert_int_equal(scene->spans_ended, 0);
}

static void backend__nothing_is_called_once_cancelled(void **state)
{
  s_scene *scene = *state;
  scene->cancelled = 1;
  assert_int_equal(s_ask_version(scene), ASKIAM_STATUS_CANCELLED);
  assert_int_equal(scene->spans_ended, 0);
}

static void backend__optional_slots_have_their_defaults(void **state)
{
  s_scene *scene = *state;
  aski_catalogue catalogue = s_catalogue(scene);
  askiam_people people;
  askiam_str id = text("u");
  assert_true(aski_people_init(&people, &scene->arena, &id, 1));
  assert_int_equal(aski_catalogue_people(&catalogue, &scene->call, &people, NULL), ASKIAM_STATUS_OK);
  assert_false(people.items[0].found);
  aski_journal journal = {.provided = true};
  assert_int_equal(aski_journal_checkpoint(&journal, &scene->call, text("c"), 0, text(""), NULL), ASKIAM_STATUS_OK);
  uint64_t count = 9;
  assert_int_equal(aski_journal_erase(&journal, &scene->call, text("u"), &count, &scene->error),
                   ASKIAM_STATUS_NOT_SUPPORTED);
  assert_int_equal(aski_journal_outbox_done(&journal, &scene->call, NULL, 0, NULL), ASKIAM_STATUS_NOT_SUPPORTED);
  aski_state state_table = {.provided = true};
  askiam_grant_state grant = {.arena = &scene->arena, .state = text("requested")};
  assert_int_equal(aski_state_grant(&state_table, &scene->call, text("r"), text("q"), &grant, NULL), ASKIAM_STATUS_OK);
  assert_true(aski_str_equal_text(grant.state, "requested"));
  aski_search search = {.provided = true};
  askiam_patterns patterns = {.arena = &scene->arena};
  assert_int_equal(aski_search_patterns(&search, &scene->call, text("r"), text("u"), 5, 5, &patterns, NULL),
                   ASKIAM_STATUS_OK);
  aski_admin admin = {.provided = true};
  assert_false(aski_admin_imports(&admin));
}

static askiam_status s_ask_candidates(s_scene *scene, askiam_candidates *candidates)
{
  aski_catalogue catalogue = s_catalogue(scene);
  askiam_terms terms;
  aski_terms_init(&terms, &scene->arena);
  aski_term term = {.mode = ASKIAM_TERM_EXACT,
                    .kinds = ASKIAM_KIND_ROLE,
                    .key = text("r"),
                    .application_id = text("app"),
                    .limit = 9};
  assert_true(aski_terms_add(&terms, &term));
  aski_candidates_init(candidates, &scene->arena, 1);
  return aski_catalogue_candidates(&catalogue, &scene->call, &terms, candidates, &scene->error);
}

static void backend__candidates_come_sorted(void **state)
{
  askiam_candidates candidates;
  assert_int_equal(s_ask_candidates(*state, &candidates), ASKIAM_STATUS_OK);
  assert_int_equal(candidates.count, 2);
  assert_true(aski_str_equal_text(candidates.items[0].id, "r1"));
}

static void backend__candidates_that_were_not_asked_for_are_left_out(void **state)
{
  s_scene *scene = *state;
  scene->play = NOT_WANTED;
  askiam_candidates candidates;
  assert_int_equal(s_ask_candidates(scene, &candidates), ASKIAM_STATUS_OK);
  assert_int_equal(candidates.count, 2);
}

/* Refused by the sink or by the check afterwards: none of it gets through. */
static void backend__malformed_candidates_never_get_through(void **state)
{
  s_scene *scene = *state;
  static const s_play plays[] = {WRONG_TERM, WRONG_KIND, NO_ID};
  for (size_t i = 0; i < 3; ++i) {
    scene->play = plays[i];
    askiam_candidates candidates;
    askiam_status status = s_ask_candidates(scene, &candidates);
    assert_true(status == ASKIAM_STATUS_UNAVAILABLE || candidates.count == 2);
    assert_false(scene->arena.failed);
  }
  scene->play = IGNORES_MEMORY;
  askiam_candidates candidates;
  assert_int_equal(s_ask_candidates(scene, &candidates), ASKIAM_STATUS_NO_MEMORY);
}

static askiam_status s_ask_facts(s_scene *scene, aski_facts *facts)
{
  aski_catalogue catalogue = s_catalogue(scene);
  aski_facts_init(facts, &scene->arena);
  return aski_catalogue_facts(&catalogue, &scene->call, text("jane"), ASKI_STR_NONE, text("app"), text("r"), facts,
                              &scene->error);
}

static void backend__facts_of_somebody_else_are_refused(void **state)
{
  s_scene *scene = *state;
  aski_facts facts;
  assert_int_equal(s_ask_facts(scene, &facts), ASKIAM_STATUS_OK);
  scene->play = WRONG_USER;
  assert_int_equal(s_ask_facts(scene, &facts), ASKIAM_STATUS_UNAVAILABLE);
  assert_non_null(strstr(scene->error.message, "mallory"));
  scene->play = NOT_ASKED_FOR;
  assert_int_equal(s_ask_facts(scene, &facts), ASKIAM_STATUS_UNAVAILABLE);
  assert_non_null(strstr(scene->error.message, "requester"));
  scene->play = NO_ID;
  assert_int_equal(s_ask_facts(scene, &facts), ASKIAM_STATUS_UNAVAILABLE);
}

static void backend__half_the_facts_are_none(void **state)
{
  s_scene *scene = *state;
  scene->play = IGNORES_MEMORY; /* says OK, although a conflict was lost */
  aski_facts facts;
  assert_int_equal(s_ask_facts(scene, &facts), ASKIAM_STATUS_NO_MEMORY);
}

static askiam_status s_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                             askiam_error *error)
{
  s_scene *scene = self;
  (void)call;
  (void)judged;
  askiam_opinion_set(opinion, scene->probability, text("because"));
  return s_begin(scene, error);
}

static void backend__an_opinion_that_is_no_probability_is_an_abstention(void **state)
{
  s_scene *scene = *state;
  aski_judge judge = {
      .table = {.size = sizeof judge.table, .kind = "x", .judge = s_judge}, .self = scene, .provided = true};
  static const struct {
    double probability;
    bool given;
  } rows[] = {{0, true},
              {1, true},
              {0.5, true},
              {(double)NAN, false},
              {-0.01, false},
              {1.01, false},
              {(double)INFINITY, false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
    askiam_opinion opinion = {.arena = &scene->arena};
    scene->probability = rows[i].probability;
    assert_int_equal(aski_judge_judge(&judge, &scene->call, NULL, &opinion, NULL), ASKIAM_STATUS_OK);
    assert_int_equal(opinion.given, rows[i].given);
  }
  scene->probability = 0.99;
  scene->play = FAILS_SILENTLY; /* after it had set an opinion */
  askiam_opinion opinion = {.arena = &scene->arena};
  assert_int_equal(aski_judge_judge(&judge, &scene->call, NULL, &opinion, &scene->error), ASKIAM_STATUS_BUSY);
  assert_false(opinion.given);
  assert_int_equal(scene->error.layer, ASKIAM_LAYER_JUDGE);
}

static askiam_status s_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                                 askiam_documents *documents, askiam_error *error)
{
  (void)call;
  (void)query;
  askiam_documents_add(documents, text("d1"), text("One"), text("…"), 7.5);
  askiam_documents_add(documents, text("d2"), text("Two"), text("…"), (double)NAN);
  askiam_documents_add(documents, text("d1"), text("One again"), text("…"), 0.9);
  askiam_documents_add(documents, text("d3"), text("Three"), text("…"), -1);
  askiam_documents_add(documents, text("d4"), text("Four"), text("…"), 0.4);
  return s_begin(self, error);
}

static askiam_status s_patterns(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                                int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error)
{
  (void)call;
  (void)role_id;
  (void)limit;
  askiam_patterns_add(patterns, text("old"), 10, 1);
  askiam_patterns_add(patterns, except_user_id, 60, 1);
  askiam_patterns_add(patterns, text("new"), 90, 0);
  askiam_patterns_add(patterns, text("future"), before_ms, 1);
  askiam_patterns_add(patterns, text("mid"), 50, 1);
  return s_begin(self, error);
}

static void backend__documents_are_few_distinct_and_scored_within_0_and_1(void **state)
{
  s_scene *scene = *state;
  aski_search search = {.table = {.documents = s_documents}, .self = scene, .provided = true};
  askiam_search_query query = {.top_k = 3};
  askiam_documents documents = {.arena = &scene->arena};
  assert_int_equal(aski_search_documents(&search, &scene->call, &query, &documents, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(documents.count, 3);
  static const char *const ids[] = {"d1", "d2", "d3"};
  for (size_t i = 0; i < 3; ++i) {
    assert_true(aski_str_equal_text(documents.items[i].id, ids[i]));
    assert_true(documents.items[i].score >= 0 && documents.items[i].score <= 1);
  }
}

static void backend__patterns_from_the_future_or_of_the_beneficiary_are_no_evidence(void **state)
{
  s_scene *scene = *state;
  aski_search search = {.table = {.patterns = s_patterns}, .self = scene, .provided = true};
  askiam_patterns patterns = {.arena = &scene->arena};
  assert_int_equal(aski_search_patterns(&search, &scene->call, text("r"), text("jane"), 100, 2, &patterns, NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(patterns.count, 2); /* the newest two */
  assert_true(aski_str_equal_text(patterns.items[0].user_id, "new"));
  assert_true(aski_str_equal_text(patterns.items[1].user_id, "mid"));
}

static size_t s_dimension(void *self)
{
  (void)self;
  return 4;
}

static const char *s_model(void *self)
{
  (void)self;
  return "test/4";
}

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  s_scene *scene = self;
  (void)call;
  (void)texts;
  for (size_t i = 0; i < count * 4; ++i) {
    out_vectors[i] = i < 4 ? 0.5F : 0;
  }
  if (scene->play == WRONG_NUMBER) {
    out_vectors[5] = (float)scene->probability;
  }
  return s_begin(scene, error);
}

static void backend__vectors_have_unit_length_or_are_zero(void **state)
{
  s_scene *scene = *state;
  aski_embedder embedder = {
      .table = {.dimension = s_dimension, .model = s_model, .embed = s_embed}, .self = scene, .provided = true};
  askiam_str texts[2] = {text("a"), text("b")};
  float vectors[8];
  assert_int_equal(aski_embedder_embed(&embedder, &scene->call, texts, 2, vectors, NULL), ASKIAM_STATUS_OK);
  scene->play = WRONG_NUMBER;
  static const double wrong[] = {3, (double)NAN, (double)INFINITY, 0.9};
  for (size_t i = 0; i < 4; ++i) {
    scene->probability = wrong[i];
    assert_int_equal(aski_embedder_embed(&embedder, &scene->call, texts, 2, vectors, &scene->error),
                     ASKIAM_STATUS_UNAVAILABLE);
    assert_non_null(strstr(scene->error.message, "vector 2 of 2"));
  }
  assert_string_equal(aski_embedder_model(&embedder), "test/4");
  assert_int_equal(aski_embedder_dimension(&embedder), 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_setup, s_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(backend__a_call_is_one_span_with_its_outcome),
      TEST(backend__a_failure_always_says_something),
      TEST(backend__what_is_not_provided_is_not_called),
      TEST(backend__nothing_is_called_once_cancelled),
      TEST(backend__optional_slots_have_their_defaults),
      TEST(backend__candidates_come_sorted),
      TEST(backend__candidates_that_were_not_asked_for_are_left_out),
      TEST(backend__malformed_candidates_never_get_through),
      TEST(backend__facts_of_somebody_else_are_refused),
      TEST(backend__half_the_facts_are_none),
      TEST(backend__an_opinion_that_is_no_probability_is_an_abstention),
      TEST(backend__documents_are_few_distinct_and_scored_within_0_and_1),
      TEST(backend__patterns_from_the_future_or_of_the_beneficiary_are_no_evidence),
      TEST(backend__vectors_have_unit_length_or_are_zero),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

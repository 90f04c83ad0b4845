/* SPDX-License-Identifier: Apache-2.0
 *
 * Every sentence of tests/decisions/sample.jsonl, told to somebody whom it does not concern, to who asked, and to an auditor: nobody learns of people whom he
 * did not name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "apps/common/json_view.h"

enum { PEOPLE_MAX = 64, LINE_MAX_BYTES = 16384 };

typedef struct person {
  char id[64];
  char name[96];
} person;

static person s_people[PEOPLE_MAX];
static size_t s_people_count;

/* The first and third column; no name of the sample has a comma. */
static void s_read_people(void)
{
  char line[LINE_MAX_BYTES];
  FILE *file = fopen(ASKIAM_SAMPLE "/users.csv", "r");
  assert_non_null(file);
  assert_non_null(fgets(line, sizeof line, file));
  for (s_people_count = 0; fgets(line, sizeof line, file) != NULL; ++s_people_count) {
    assert_true(s_people_count < PEOPLE_MAX);
    person *read = &s_people[s_people_count];
    assert_int_equal(sscanf(line, "%63[^,],%*[^,],%95[^,]", read->id, read->name), 2);
  }
  fclose(file);
  assert_true(s_people_count > 30);
}

static char *s_told(fixture *home, const askiam_decision *decision, const char *viewer, const char *scopes)
{
  askiam_principal *principal = NULL;
  char *json = NULL;
  assert_int_equal(askiam_principal_new(&principal, askiam_str_from(viewer), "host", askiam_str_from(scopes),
                                        askiam_str_from(NULL), NULL, NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(askiam_answer_json(&json, home->engine, decision, principal, NULL), ASKIAM_STATUS_OK);
  askiam_principal_destroy(principal);
  return json;
}

/* The same members in the same order. */
static void s_assert_same_shape(const char *left, const char *right)
{
  const askiam_str none = {NULL, 0};
  askiam_str left_name = none;
  askiam_str right_name = none;
  app_json one = app_json_next_member(askiam_str_from(left), none, &left_name);
  app_json other = app_json_next_member(askiam_str_from(right), none, &right_name);
  while (one.data != NULL && other.data != NULL) {
    assert_int_equal(left_name.length, right_name.length);
    assert_memory_equal(left_name.data, right_name.data, left_name.length);
    one = app_json_next_member(askiam_str_from(left), one, &left_name);
    other = app_json_next_member(askiam_str_from(right), other, &right_name);
  }
  assert_true(one.data == NULL && other.data == NULL);
}

static bool s_is(askiam_str id, const char *text)
{
  return id.length == strlen(text) && memcmp(id.data, text, id.length) == 0;
}

/* Nobody is in the answer but who may be: whoever is known to the viewer already. */
static void s_assert_nobody(const char *told, const char *sentence, const char *viewer, askiam_str named)
{
  for (size_t i = 0; i < s_people_count; ++i) {
    const person *one = &s_people[i];
    bool known = strcmp(one->id, viewer) == 0 || s_is(named, one->id) || strstr(sentence, one->name) != NULL ||
                 strstr(sentence, one->id) != NULL;
    if (!known && (strstr(told, one->id) != NULL || strstr(told, one->name) != NULL)) {
      fail_msg("%s is told to %s: %s", one->name, viewer, told);
    }
  }
}

static void s_check(fixture *home, const askiam_decision *decision, const char *sentence, const char *user)
{
  const askiam_str nobody = {NULL, 0};
  const char *whole = askiam_decision_to_json(decision, NULL);
  askiam_str named = askiam_decision_get(decision, ASKIAM_DECISION_USER_ID);
  char *stranger = s_told(home, decision, "some.body", "on-behalf");
  char *asker = s_told(home, decision, user, "on-behalf");
  char *auditor = s_told(home, decision, "some.body", "audit");
  assert_string_equal(auditor, whole);
  s_assert_same_shape(stranger, whole);
  s_assert_same_shape(asker, whole);
  s_assert_nobody(stranger, "", "some.body", nobody);
  if (!s_is(named, user)) { /* why he himself was refused may name who decided it */
    s_assert_nobody(asker, sentence, user, named);
  }
  assert_null(strstr(stranger, "\"mention\":\""));
  assert_null(strstr(asker, "\"queries_executed\":[{"));
  assert_null(strstr(asker, "\"kind\":\"user\""));
  askiam_string_free(home->engine, stranger);
  askiam_string_free(home->engine, asker);
  askiam_string_free(home->engine, auditor);
}

static char *s_copy(app_scratch *scratch, app_json value)
{
  askiam_str text = app_json_text(scratch, value);
  char *copy = app_scratch_acquire(scratch, text.length + 1);
  assert_non_null(text.data);
  assert_non_null(copy);
  memcpy(copy, text.data, text.length);
  copy[text.length] = '\0';
  return copy;
}

static void answers__nobody_learns_of_people_whom_he_did_not_name(void **state)
{
  fixture *home = *state;
  char line[LINE_MAX_BYTES];
  size_t checked = 0;
  FILE *file = fopen(ASKIAM_DECISIONS "/sample.jsonl", "r");
  assert_non_null(file);
  s_read_people();
  while (fgets(line, sizeof line, file) != NULL) {
    app_scratch scratch = APP_SCRATCH_INIT;
    app_json json = {line, strlen(line)};
    char *sentence = s_copy(&scratch, app_json_member(json, "raw_request"));
    char *user = s_copy(&scratch, app_json_member(json, "user_id"));
    askiam_decision *decision = fixture_decide(home, fixture_request(user, sentence, NULL));
    s_check(home, decision, sentence, user);
    askiam_decision_destroy(decision);
    app_scratch_clean_up(&scratch);
    ++checked;
  }
  fclose(file);
  assert_true(checked >= 40);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(answers__nobody_learns_of_people_whom_he_did_not_name, fixture_set_up,
                                      fixture_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

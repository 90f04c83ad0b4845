/* SPDX-License-Identifier: Apache-2.0
 *
 * Conversations as people hold them: conversations.txt, and what no table can say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "json/json.h"

enum { LINE_MAX_BYTES = 1024, SESSION_MAX_BYTES = 160 };

typedef struct script {
  fixture *home;
  const char *place; /* the title, for messages */
  int line;
  char user[64];
  char scopes[64];
  char session[SESSION_MAX_BYTES]; /* of an open conversation; empty: a new one begins */
  char last[SESSION_MAX_BYTES];    /* of the last conversation, open or not */
  askiam_status status;
  char *json;
  aski_json_document *document;
  int wrong; /* lines of the table that did not hold */
} script;

static void s_forget_answer(script *self)
{
  aski_json_destroy(self->document);
  self->document = NULL;
  askiam_string_free(self->home->engine, self->json);
  self->json = NULL;
}

static void s_begin(script *self)
{
  s_forget_answer(self);
  self->session[0] = 0;
  self->home->now_ms = FIXTURE_NOW_MS;
  static const char *const presets[][2] = {{"dialogue.confirm", "true"}, {"dialogue.justification", "optional"}};
  for (size_t i = 0; i < 2; ++i) {
    assert_int_equal(askiam_config_set(self->home->config, presets[i][0], presets[i][1], NULL), ASKIAM_STATUS_OK);
  }
  fixture_reopen(self->home);
}

static askiam_str s_member(const script *self, const char *name)
{
  return aski_json_string(aski_json_get(aski_json_root(self->document), name));
}

static void s_keep_session(script *self)
{
  askiam_str state = s_member(self, "state");
  askiam_str id = s_member(self, "session_id");
  bool open = aski_str_equal_text(state, "ask") || aski_str_equal_text(state, "confirm");
  assert_int_equal(open, aski_str_present(s_member(self, "expires_at")));
  snprintf(self->session, sizeof self->session, "%.*s", open ? (int)id.length : 0, open ? id.data : "");
  snprintf(self->last, sizeof self->last, "%.*s", ASKI_STR_ARG(id));
}

static void s_say(script *self, const char *text)
{
  askiam_principal *principal = NULL;
  assert_int_equal(askiam_principal_new(&principal, askiam_str_from(self->user), "host", askiam_str_from(self->scopes),
                                        askiam_str_from(NULL), NULL, NULL),
                   ASKIAM_STATUS_OK);
  askiam_turn turn = {.size = sizeof turn, .principal = principal, .text = askiam_str_from(text)};
  turn.session_id = askiam_str_from(self->session[0] == 0 ? NULL : self->session);
  askiam_error error = ASKIAM_ERROR_INIT;
  s_forget_answer(self);
  self->status = askiam_dialogue_turn(&self->json, self->home->engine, &turn, &error);
  askiam_principal_destroy(principal);
  if (self->status == ASKIAM_STATUS_OK) {
    assert_int_equal(aski_json_parse(&self->document, askiam_str_from(self->json), aski_allocator_default(),
                                     ASKIAM_LAYER_ENGINE, &error),
                     ASKIAM_STATUS_OK);
    s_keep_session(self);
  }
}

/* Told, and counted: the other conversations are held all the same. */
static void s_wrong(script *self, const char *key, askiam_str wanted)
{
  print_error("conversations.txt:%d (%s): not %s=%.*s: %s\n", self->line, self->place, key, ASKI_STR_ARG(wanted),
              self->json == NULL ? askiam_status_name(self->status) : self->json);
  ++self->wrong;
}

/* The ids of the choices, one after the other. */
static void s_join_choices(const script *self, char out[LINE_MAX_BYTES])
{
  out[0] = 0;
  size_t length = 0;
  const aski_json *list = aski_json_get(aski_json_root(self->document), "choices");
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    askiam_str id = aski_json_string(aski_json_get(item, "id"));
    length +=
        (size_t)snprintf(out + length, LINE_MAX_BYTES - length, "%s%.*s", length == 0 ? "" : ",", ASKI_STR_ARG(id));
    assert_true(length < LINE_MAX_BYTES);
  }
}

static void s_expect(script *self, askiam_str key, askiam_str wanted)
{
  const aski_json *root = aski_json_root(self->document);
  const aski_json *slots = aski_json_get(root, "slots");
  const aski_json *decision = aski_json_get(root, "decision");
  char name[64];
  char choices[LINE_MAX_BYTES];
  snprintf(name, sizeof name, "%.*s", ASKI_STR_ARG(key));
  s_join_choices(self, choices);
  bool none = aski_str_equal_text(wanted, "-");
  askiam_str message = s_member(self, "message");
  askiam_str found = strcmp(name, "slot") == 0      ? s_member(self, "slot")
                     : strcmp(name, "until") == 0   ? aski_json_string(aski_json_get(slots, "expires_at"))
                     : strcmp(name, "choices") == 0 ? askiam_str_from(choices[0] == 0 ? NULL : choices)
                     : strcmp(name, "status") == 0  ? aski_json_string(aski_json_get(decision, "status"))
                     : strcmp(name, "code") == 0
                         ? aski_json_string(aski_json_first(aski_json_get(decision, "reason_codes")))
                     : strcmp(name, "says") == 0 ? message
                                                 : aski_json_string(aski_json_get(aski_json_get(slots, name), "id"));
  bool part = strcmp(name, "says") == 0;
  char text[LINE_MAX_BYTES];
  snprintf(text, sizeof text, "%.*s", ASKI_STR_ARG(wanted));
  bool good = none                         ? !aski_str_present(found)
              : part                       ? aski_str_present(found) && strstr(found.data, text) != NULL
              : strcmp(name, "until") == 0 ? aski_str_starts(found, wanted)
                                           : aski_str_equal(found, wanted);
  if (!good) {
    s_wrong(self, name, wanted);
  }
}

/* "confirm | slot=- | role=tb-viewer" */
static void s_check(script *self, askiam_str line)
{
  if (aski_str_starts(line, ASKI_STR("error "))) {
    if (!aski_str_equal_text(aski_str_slice(line, 6, line.length), askiam_status_name(self->status))) {
      s_wrong(self, "status", line);
    }
    return;
  }
  if (self->status != ASKIAM_STATUS_OK) {
    s_wrong(self, "answer", line);
    return;
  }
  for (bool first = true; line.length > 0; first = false) {
    const char *bar = memchr(line.data, '|', line.length);
    size_t length = bar == NULL ? line.length : (size_t)(bar - line.data);
    askiam_str part = aski_str_trim(aski_str_slice(line, 0, length));
    line = aski_str_slice(line, length + 1, line.length);
    const char *equals = part.length == 0 ? NULL : memchr(part.data, '=', part.length);
    if (first && !aski_str_equal(part, s_member(self, "state"))) {
      s_wrong(self, "state", part);
    } else if (!first) {
      assert_non_null(equals);
      size_t at = (size_t)(equals - part.data);
      s_expect(self, aski_str_slice(part, 0, at), aski_str_slice(part, at + 1, part.length));
    }
  }
}

static void s_set(script *self, const char *line)
{
  char key[64];
  char value[64];
  assert_int_equal(sscanf(line, "%63s %63s", key, value), 2);
  s_forget_answer(self);
  assert_int_equal(askiam_config_set(self->home->config, key, value, NULL), ASKIAM_STATUS_OK);
  fixture_reopen(self->home);
}

static void s_run_line(script *self, const char *line)
{
  if (strncmp(line, "as ", 3) == 0) {
    self->scopes[0] = 0;
    assert_true(sscanf(line, "as %63s %63[^\n]", self->user, self->scopes) >= 1);
  } else if (strncmp(line, "set ", 4) == 0) {
    s_set(self, line + 4);
  } else if (strncmp(line, "wait ", 5) == 0) {
    self->home->now_ms += atoi(line + 5) * INT64_C(60000);
  } else if (strcmp(line, "again") == 0) {
    memcpy(self->session, self->last, sizeof self->session);
  } else if (strncmp(line, "> ", 2) == 0) {
    s_say(self, line + 2);
  } else if (strncmp(line, "< ", 2) == 0) {
    s_check(self, askiam_str_from(line + 2));
  } else {
    fail_msg("conversations.txt:%d: what is \"%s\"?", self->line, line);
  }
}

static void dialogue__every_conversation_of_the_table_goes_as_written(void **state)
{
  FILE *file = fopen(ASKIAM_CONVERSATIONS, "r");
  assert_non_null(file);
  script self = {.home = *state};
  char title[LINE_MAX_BYTES] = "";
  char line[LINE_MAX_BYTES];
  size_t count = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    ++self.line;
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "== ", 3) == 0) {
      memcpy(title, line, sizeof title);
      self.place = title + 3;
      s_begin(&self);
      ++count;
    } else if (line[0] != 0 && line[0] != '#') {
      s_run_line(&self, line);
    }
  }
  fclose(file);
  s_forget_answer(&self);
  assert_int_equal(self.wrong, 0);
  assert_true(count > 30);
  assert_true(fixture_trail(*state) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(dialogue__every_conversation_of_the_table_goes_as_written, fixture_set_up,
                                      fixture_tear_down),
  };
  return cmocka_run_group_tests_name("dialogue", tests, NULL, NULL);
}

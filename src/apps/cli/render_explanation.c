/* SPDX-License-Identifier: Apache-2.0
 *
 * Why policies decide as they do, in words: what decided, and where nothing allows it what came nearest and what
 * it lacked. */
#include "render.h"

enum { NEAREST_MOST = 3, TEXT_MAX = 64, PART_INDENT = 4, WRAP_INDENT = 6 };

typedef struct s_page {
  const cli_terminal *terminal;
  app_scratch *scratch;
} s_page;

static askiam_str s_text(const s_page *page, app_json object, const char *name)
{
  return app_json_text(page->scratch, app_json_member(object, name));
}

static bool s_has_effect(app_json statement, const char *effect)
{
  return app_json_is(app_json_member(statement, "effect"), effect);
}

static bool s_matched(app_json part) { return app_json_true(app_json_member(part, "matched")); }

/* A request for access that no policy denies passes where policies only guard, although none allows it. */
static bool s_is_spared(app_json explanation)
{
  return app_json_true(app_json_member(explanation, "passed")) &&
         app_json_is(app_json_member(explanation, "decision"), "ImplicitlyDenied");
}

/* Whether statements are listed below, so that nothing of them need be said above. */
static bool s_has_list(app_json explanation)
{
  app_json statements = app_json_member(explanation, "statements");
  return !s_is_spared(explanation) && app_json_next(statements, (app_json){NULL, 0}).data != NULL;
}

static void s_headline(const s_page *page, app_json explanation)
{
  static const struct {
    const char *decision, *symbol, *plain, *words;
    cli_style style;
  } s_heads[] = {{"Allowed", "✓", "[+]", "Allowed", CLI_GOOD},
                 {"ExplicitlyDenied", "✗", "[x]", "Denied explicitly", CLI_BAD},
                 {"ImplicitlyDenied", "✗", "[x]", "Denied: not allowed", CLI_BAD},
                 {"", "✓", "[+]", "Not denied, so it passes", CLI_GOOD}};
  size_t at = s_is_spared(explanation) ? 3 : 0;
  while (at < 2 && !app_json_is(app_json_member(explanation, "decision"), s_heads[at].decision)) {
    at++;
  }
  cli_say_styled(page->terminal, s_heads[at].style, cli_symbol(page->terminal, s_heads[at].symbol, s_heads[at].plain));
  cli_say(page->terminal, " ");
  cli_say_styled(page->terminal, s_heads[at].style, s_heads[at].words);
  cli_say(page->terminal, "\n  ");
  askiam_str detail = s_text(page, explanation, "detail"); /* of a request for access */
  bool list = detail.length == 0 || s_has_list(explanation);
  cli_put_wrapped(page->terminal, 2, list ? s_text(page, explanation, "reason") : detail);
}

static void s_number(const s_page *page, const char *before, app_json number, const char *after)
{
  char text[TEXT_MAX];
  snprintf(text, sizeof text, "%s%.0f%s", before, app_json_number(number), after);
  cli_say(page->terminal, text);
}

static const char *s_kind_words(app_json kind)
{
  static const char *const s_words[][2] = {{"identity", "identity policy"},
                                           {"resource", "resource policy"},
                                           {"permission_boundary", "permission boundary"},
                                           {"session", "session policy"},
                                           {"service_control", "service control policy"},
                                           {"resource_control", "resource control policy"},
                                           {"endpoint", "endpoint policy"}};
  for (size_t at = 0; at < sizeof s_words / sizeof s_words[0]; at++) {
    if (app_json_is(kind, s_words[at][0])) {
      return s_words[at][1];
    }
  }
  return "policy";
}

/* "Deny by statement NoLogs of the service control policy [0] on level 1"; what has a name is called by it.
 * Numbers count from 0, as in JSON. */
static void s_title(const s_page *page, app_json statement)
{
  app_json kind = app_json_member(statement, "kind");
  askiam_str id = s_text(page, statement, "id");
  askiam_str sid = s_text(page, statement, "sid");
  bool deny = s_has_effect(statement, "Deny");
  cli_say(page->terminal, "\n  ");
  cli_say_styled(page->terminal, deny ? CLI_BAD : CLI_GOOD, deny ? "Deny" : "Allow");
  cli_say(page->terminal, " by ");
  if (sid.length > 0) {
    cli_say(page->terminal, "statement ");
    cli_put_styled(page->terminal, CLI_BOLD, sid);
  } else {
    s_number(page, "Statement[", app_json_member(statement, "statement"), "]");
  }
  cli_say(page->terminal, " of the ");
  cli_say(page->terminal, s_kind_words(kind));
  if (id.length > 0) {
    cli_say(page->terminal, " ");
    cli_put_styled(page->terminal, CLI_BOLD, id);
  } else {
    s_number(page, " [", app_json_member(statement, "policy"), "]");
  }
  if (app_json_is(kind, "service_control") || app_json_is(kind, "resource_control")) {
    s_number(page, " on level ", app_json_member(statement, "level"), "");
  }
  cli_say(page->terminal, "\n");
}

static void s_mark(const s_page *page, bool good)
{
  cli_pad(page->terminal, PART_INDENT);
  cli_say_styled(page->terminal, good ? CLI_GOOD : CLI_BAD,
                 good ? cli_symbol(page->terminal, "✓", "+") : cli_symbol(page->terminal, "✗", "x"));
  cli_say(page->terminal, " ");
}

/* Between quotation marks: one that is in it has a \ before it, and then each \ too. */
static void s_quoted(const s_page *page, askiam_str text)
{
  bool marked = text.length > 0 && memchr(text.data, '"', text.length) != NULL;
  size_t from = 0;
  for (size_t at = 0; marked && at < text.length; at++) {
    if (text.data[at] == '"' || text.data[at] == '\\') {
      cli_put(page->terminal, (askiam_str){text.data + from, at - from});
      cli_say(page->terminal, "\\");
      from = at;
    }
  }
  cli_put(page->terminal, from == 0 ? text : (askiam_str){text.data + from, text.length - from});
}

/* A list as "a", "b" or "c"; `none` where it is empty or absent. */
static void s_list(const s_page *page, app_json list, const char *last, const char *none)
{
  app_json item = app_json_next(list, (app_json){NULL, 0});
  if (item.data == NULL) {
    cli_say(page->terminal, none);
  }
  for (bool first = true; item.data != NULL; first = false) {
    app_json next = app_json_next(list, item);
    cli_say(page->terminal, first ? "\"" : next.data == NULL ? last : "\", \"");
    s_quoted(page, app_json_text(page->scratch, item));
    item = next;
  }
  cli_say(page->terminal, app_json_next(list, (app_json){NULL, 0}).data == NULL ? "" : "\"");
}

/* Nothing equals what such a variable is in. */
static void s_unresolved(const s_page *page, app_json part)
{
  app_json unresolved = app_json_member(part, "unresolved");
  if (unresolved.data != NULL) {
    cli_say(page->terminal, "; ${");
    cli_put(page->terminal, s_text(page, unresolved, "key"));
    bool none = app_json_number(app_json_member(unresolved, "values")) < 1;
    cli_say(page->terminal, none ? "} has no value here" : "} has several values here");
  }
}

static void s_condition(const s_page *page, app_json condition)
{
  s_mark(page, s_matched(condition));
  cli_put(page->terminal, s_text(page, condition, "operator"));
  cli_say(page->terminal, " ");
  cli_put_styled(page->terminal, CLI_BOLD, s_text(page, condition, "key"));
  cli_say(page->terminal, " ");
  s_list(page, app_json_member(condition, "values"), "\" or \"", "nothing");
  cli_say(page->terminal, "; the request has ");
  s_list(page, app_json_member(condition, "actual"), "\" and \"", "none");
  s_unresolved(page, condition);
  cli_say(page->terminal, "\n");
}

/* What the statement names of the request, then its conditions. */
static void s_parts(const s_page *page, app_json statement)
{
  static const char *const s_names[] = {"principal", "action", "resource"};
  for (size_t at = 0; at < sizeof s_names / sizeof s_names[0]; at++) {
    if (!app_json_true(app_json_member(statement, s_names[at]))) {
      s_mark(page, false);
      cli_say(page->terminal, "it is about another ");
      cli_say(page->terminal, s_names[at]);
      if (strcmp(s_names[at], "resource") == 0) {
        s_unresolved(page, statement);
      }
      cli_say(page->terminal, "\n");
    }
  }
  app_json conditions = app_json_member(statement, "conditions");
  app_json condition = {NULL, 0};
  while ((condition = app_json_next(conditions, condition)).data != NULL) {
    s_condition(page, condition);
  }
}

static size_t s_lacks(app_json statement)
{
  size_t lacks = app_json_true(app_json_member(statement, "principal")) ? 0 : 1;
  lacks += app_json_true(app_json_member(statement, "action")) ? 0 : 1;
  lacks += app_json_true(app_json_member(statement, "resource")) ? 0 : 1;
  app_json conditions = app_json_member(statement, "conditions");
  app_json condition = {NULL, 0};
  while ((condition = app_json_next(conditions, condition)).data != NULL) {
    lacks += s_matched(condition) ? 0 : 1;
  }
  return lacks;
}

static void s_matching(const s_page *page, app_json statements, const char *effect, const char *heading)
{
  app_json statement = {NULL, 0};
  while ((statement = app_json_next(statements, statement)).data != NULL) {
    if (s_matched(statement) && s_has_effect(statement, effect)) {
      cli_say(page->terminal, heading);
      heading = "";
      s_title(page, statement);
      s_parts(page, statement);
    }
  }
}

/* The statements that would allow it and lack least, in their order. */
static void s_nearest(const s_page *page, app_json statements)
{
  size_t shown = 0;
  for (size_t lacks = 1; lacks < 64 && shown < NEAREST_MOST; lacks++) {
    app_json statement = {NULL, 0};
    while (shown < NEAREST_MOST && (statement = app_json_next(statements, statement)).data != NULL) {
      bool candidate = s_has_effect(statement, "Allow") && app_json_true(app_json_member(statement, "applies"));
      if (candidate && !s_matched(statement) && s_lacks(statement) == lacks) {
        cli_say(page->terminal, shown == 0 ? "\n  What came nearest to allowing it, and what it lacked:\n" : "");
        s_title(page, statement);
        s_parts(page, statement);
        shown++;
      }
    }
  }
}

void cli_render_explanation(const cli_terminal *terminal, askiam_str json)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  s_page page = {terminal, &scratch};
  app_json statements = app_json_member(json, "statements");
  app_json decision = app_json_member(json, "decision");
  s_headline(&page, json);
  if (s_is_spared(json)) {
    statements = (app_json){NULL, 0}; /* what would allow it is nobody's question */
  }
  if (app_json_is(decision, "ImplicitlyDenied")) {
    s_matching(&page, statements, "Allow", "\n  What allows it, and does not suffice:\n");
    s_nearest(&page, statements);
  } else {
    s_matching(&page, statements, app_json_is(decision, "Allowed") ? "Allow" : "Deny", "");
  }
  app_scratch_clean_up(&scratch);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "render_members.h"

#include <askiam/config.h>

#include "apps/common/json_view.h"
#include "apps/common/text.h"

enum { NAME_COLUMNS = 22 };

static bool s_is(app_json value, char bracket) { return value.length > 0 && value.data[0] == bracket; }

static bool s_worth_it(app_json value)
{
  bool null = app_text_is(value, "null");
  bool empty = value.length == 2 && (s_is(value, '[') || s_is(value, '{') || s_is(value, '"'));
  return !null && !empty;
}

/* Names of the library's own: "access_patterns" is shown as "access patterns". */
static void s_name(const cli_terminal *terminal, askiam_str name)
{
  for (size_t at = 0; at < name.length; at++) {
    askiam_str letter = {name.data[at] == '_' ? " " : name.data + at, 1};
    cli_put(terminal, letter);
  }
}

static void s_scalar(const cli_terminal *terminal, app_scratch *scratch, app_json value)
{
  askiam_str text = app_json_text(scratch, value);
  if (app_json_true(value)) {
    text = askiam_str_from("yes");
  } else if (app_text_is(value, "false")) {
    text = askiam_str_from("no");
  }
  cli_put(terminal, text);
}

/* "a, b" for a list of texts, "name value, name value" for an object; what is nested deeper is shown as JSON. */
static void s_flat(const cli_terminal *terminal, app_scratch *scratch, app_json value)
{
  app_json at = {NULL, 0};
  askiam_str name = {NULL, 0};
  bool object = s_is(value, '{');
  bool first = true;
  if (!object && !s_is(value, '[')) {
    s_scalar(terminal, scratch, value);
    return;
  }
  while ((at = object ? app_json_next_member(value, at, &name) : app_json_next(value, at)).data != NULL) {
    if (!s_worth_it(at)) {
      continue;
    }
    cli_say(terminal, first ? "" : ", ");
    first = false;
    if (object) {
      s_name(terminal, name);
      cli_say(terminal, " ");
    }
    if (s_is(at, '{') || s_is(at, '[')) {
      cli_put(terminal, at);
    } else {
      s_scalar(terminal, scratch, at);
    }
  }
}

static void s_label(const cli_terminal *terminal, askiam_str name)
{
  cli_say(terminal, "  ");
  s_name(terminal, name);
  cli_pad(terminal, name.length + 2 < NAME_COLUMNS ? NAME_COLUMNS - name.length - 2 : 1);
}

void cli_render_members(const cli_terminal *terminal, askiam_str json)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  app_json value = {NULL, 0};
  askiam_str name = {NULL, 0};
  while ((value = app_json_next_member(json, value, &name)).data != NULL) {
    if (!s_worth_it(value)) {
      continue;
    }
    s_label(terminal, name);
    app_json item = app_json_next(value, (app_json){NULL, 0});
    if (!s_is(item, '{')) {
      s_flat(terminal, &scratch, value);
      cli_say(terminal, "\n");
      continue;
    }
    for (bool first = true; item.data != NULL; item = app_json_next(value, item), first = false) {
      cli_pad(terminal, first ? 0 : NAME_COLUMNS);
      s_flat(terminal, &scratch, item);
      cli_say(terminal, "\n");
    }
  }
  app_scratch_clean_up(&scratch);
}

static bool s_is_secret(const char *key)
{
  for (size_t at = 0; at < askiam_config_key_count(); at++) {
    if (strcmp(askiam_config_key_name(at), key) == 0) {
      return askiam_config_key_is_secret(at) != 0;
    }
  }
  return false;
}

askiam_str cli_shown_value(const char *key, askiam_str value)
{
  if (value.length > 0 && s_is_secret(key)) {
    return askiam_str_from("(a secret, not shown)");
  }
  size_t length = strlen(key);
  bool url = length >= 3 && strcmp(key + length - 3, "url") == 0;
  bool address = strcmp(key, "http.proxy") == 0; /* may do without a scheme */
  for (size_t at = 0; url && !address && at + 2 < value.length; at++) {
    address = memcmp(value.data + at, "://", 3) == 0;
  }
  bool secret = address && value.length > 0 && memchr(value.data, '@', value.length) != NULL;
  return secret ? askiam_str_from("(a URL with credentials, not shown)") : value;
}

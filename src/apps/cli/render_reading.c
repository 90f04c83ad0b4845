/* SPDX-License-Identifier: Apache-2.0 */
#include "render.h"

static void s_mention(const cli_terminal *terminal, app_scratch *scratch, app_json mention)
{
  char text[64];
  cli_say(terminal, "\"");
  cli_put(terminal, app_json_text(scratch, app_json_member(mention, "text")));
  cli_say(terminal, "\" ");
  cli_say_styled(terminal, CLI_DIM, cli_symbol(terminal, "→ ", "-> "));
  cli_put(terminal, app_json_text(scratch, app_json_member(mention, "kind")));
  cli_say(terminal, " ");
  cli_render_entity(terminal, scratch, mention, "unknown");
  app_json score = app_json_member(mention, "score");
  if (score.data != NULL) {
    snprintf(text, sizeof text, "  %.0f %%", app_json_number(score) * 100);
    cli_say_styled(terminal, CLI_DIM, text);
  }
  cli_say(terminal, "\n");
}

static void s_list(const cli_terminal *terminal, app_scratch *scratch, const char *label, app_json list,
                   void (*item)(const cli_terminal *, app_scratch *, app_json))
{
  app_json at = {NULL, 0};
  bool first = true;
  while ((at = app_json_next(list, at)).data != NULL) {
    if (first) {
      cli_render_label(terminal, label);
    } else {
      cli_pad(terminal, CLI_RENDER_INDENT);
    }
    first = false;
    item(terminal, scratch, at);
  }
}

static void s_code(const cli_terminal *terminal, app_scratch *scratch, app_json code)
{
  cli_put(terminal, app_json_text(scratch, code));
  cli_say(terminal, "\n");
}

static void s_line(const cli_terminal *terminal, app_scratch *scratch, const char *label, app_json value)
{
  if (value.data != NULL) {
    cli_render_label(terminal, label);
    cli_put_wrapped(terminal, CLI_RENDER_INDENT, app_json_text(scratch, value));
  }
}

void cli_render_reading(const cli_terminal *terminal, askiam_str json)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  static const char *const s_entities[][2] = {{"User", "user"}, {"Application", "application"}, {"Role", "role"}};
  s_line(terminal, &scratch, "Act", app_json_member(json, "act"));
  for (size_t at = 0; at < sizeof s_entities / sizeof s_entities[0]; at++) {
    cli_render_label(terminal, s_entities[at][0]);
    cli_render_entity(terminal, &scratch, app_json_path(json, "entities", s_entities[at][1]), "not found");
    cli_say(terminal, "\n");
  }
  s_line(terminal, &scratch, "Until", app_json_path(json, "duration", "expires_at"));
  s_list(terminal, &scratch, "Mentions", app_json_member(json, "mentions"), s_mention);
  s_list(terminal, &scratch, "Codes", app_json_member(json, "reason_codes"), s_code);
  s_line(terminal, &scratch, "Question", app_json_member(json, "question"));
  cli_render_suggestions(terminal, &scratch, app_json_member(json, "suggestions"));
  app_scratch_clean_up(&scratch);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "render.h"

static void s_mention(const cli_terminal *terminal, cli_scratch *scratch, cli_json mention)
{
  char text[64];
  cli_say(terminal, "\"");
  cli_put(terminal, cli_json_text(scratch, cli_json_member(mention, "text")));
  cli_say(terminal, "\" ");
  cli_say_styled(terminal, CLI_DIM, cli_symbol(terminal, "→ ", "-> "));
  cli_put(terminal, cli_json_text(scratch, cli_json_member(mention, "kind")));
  cli_say(terminal, " ");
  cli_render_entity(terminal, scratch, mention, "unknown");
  cli_json score = cli_json_member(mention, "score");
  if (score.data != NULL) {
    snprintf(text, sizeof text, "  %.0f %%", cli_json_number(score) * 100);
    cli_say_styled(terminal, CLI_DIM, text);
  }
  cli_say(terminal, "\n");
}

static void s_list(const cli_terminal *terminal, cli_scratch *scratch, const char *label, cli_json list,
                   void (*item)(const cli_terminal *, cli_scratch *, cli_json))
{
  cli_json at = {NULL, 0};
  bool first = true;
  while ((at = cli_json_next(list, at)).data != NULL) {
    if (first) {
      cli_render_label(terminal, label);
    } else {
      cli_pad(terminal, CLI_RENDER_INDENT);
    }
    first = false;
    item(terminal, scratch, at);
  }
}

static void s_code(const cli_terminal *terminal, cli_scratch *scratch, cli_json code)
{
  cli_put(terminal, cli_json_text(scratch, code));
  cli_say(terminal, "\n");
}

static void s_line(const cli_terminal *terminal, cli_scratch *scratch, const char *label, cli_json value)
{
  if (value.data != NULL) {
    cli_render_label(terminal, label);
    cli_put_wrapped(terminal, CLI_RENDER_INDENT, cli_json_text(scratch, value));
  }
}

void cli_render_reading(const cli_terminal *terminal, askiam_str json)
{
  cli_scratch scratch = {NULL};
  static const char *const s_entities[][2] = {{"User", "user"}, {"Application", "application"}, {"Role", "role"}};
  s_line(terminal, &scratch, "Act", cli_json_member(json, "act"));
  for (size_t at = 0; at < sizeof s_entities / sizeof s_entities[0]; at++) {
    cli_render_label(terminal, s_entities[at][0]);
    cli_render_entity(terminal, &scratch, cli_json_path(json, "entities", s_entities[at][1]), "not found");
    cli_say(terminal, "\n");
  }
  s_line(terminal, &scratch, "Until", cli_json_path(json, "duration", "expires_at"));
  s_list(terminal, &scratch, "Mentions", cli_json_member(json, "mentions"), s_mention);
  s_list(terminal, &scratch, "Codes", cli_json_member(json, "reason_codes"), s_code);
  s_line(terminal, &scratch, "Question", cli_json_member(json, "question"));
  cli_render_suggestions(terminal, &scratch, cli_json_member(json, "suggestions"));
  cli_scratch_clean_up(&scratch);
}

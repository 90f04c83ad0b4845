/* SPDX-License-Identifier: Apache-2.0
 *
 * Replays for people: one decision beside its record, or a line for each that would be another one. */
#include "render.h"

#include <inttypes.h>

static void s_codes(const cli_terminal *terminal, app_scratch *scratch, app_json codes)
{
  app_json at = {NULL, 0};
  bool first = true;
  while ((at = app_json_next(codes, at)).data != NULL) {
    cli_say(terminal, first ? "" : ", ");
    cli_put(terminal, app_json_text(scratch, at));
    first = false;
  }
}

static cli_style s_style(app_json status)
{
  return app_json_is(status, "VALID") ? CLI_GOOD : app_json_is(status, "NEEDS_INFO") ? CLI_ASKING : CLI_BAD;
}

static void s_status(const cli_terminal *terminal, app_scratch *scratch, app_json status)
{
  cli_put_styled(terminal, s_style(status), app_json_text(scratch, status));
}

static void s_differences(const cli_terminal *terminal, app_scratch *scratch, app_json differences)
{
  app_json at = {NULL, 0};
  while ((at = app_json_next(differences, at)).data != NULL) {
    cli_say(terminal, "  ");
    cli_put_styled(terminal, CLI_BOLD, app_json_text(scratch, app_json_member(at, "member")));
    cli_say(terminal, "\n");
    cli_render_label(terminal, "  recorded");
    cli_put_wrapped(terminal, CLI_RENDER_INDENT, app_json_text(scratch, app_json_member(at, "recorded")));
    cli_render_label(terminal, "  replayed");
    cli_put_wrapped(terminal, CLI_RENDER_INDENT, app_json_text(scratch, app_json_member(at, "replayed")));
  }
}

static void s_count(const cli_terminal *terminal, app_json list, const char *one, const char *many)
{
  size_t count = 0;
  app_json at = {NULL, 0};
  while ((at = app_json_next(list, at)).data != NULL) {
    count++;
  }
  char text[64];
  snprintf(text, sizeof text, "%zu %s", count, count == 1 ? one : many);
  cli_say(terminal, text);
}

static void s_policies(const cli_terminal *terminal, app_scratch *scratch, app_json policies)
{
  cli_render_label(terminal, "Policies");
  cli_put(terminal, app_json_text(scratch, app_json_member(policies, "count")));
  cli_say(terminal, " (");
  cli_put(terminal, app_json_text(scratch, app_json_member(policies, "mode")));
  cli_say(terminal, ")");
  app_json hash = app_json_member(policies, "hash");
  if (hash.data != NULL) {
    cli_say(terminal, ", the set ");
    cli_put_styled(terminal, CLI_DIM, app_json_text(scratch, hash));
  }
  cli_say(terminal, "\n");
}

void cli_render_replay(const cli_terminal *terminal, askiam_str json)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  bool equal = app_json_is(app_json_member(json, "result"), "equal");
  cli_style style = equal ? CLI_GOOD : CLI_BAD;
  app_json replayed = app_json_member(json, "replayed");
  cli_say_styled(terminal, style, equal ? cli_symbol(terminal, "✓ ", "[+] ") : cli_symbol(terminal, "✗ ", "[x] "));
  cli_say_styled(terminal, style, equal ? "Equal" : "Differs");
  cli_say(terminal, equal ? ": decided again, it comes out as it was recorded\n"
                          : ": decided again, it does not come out as it was recorded\n");
  cli_render_label(terminal, "Recorded");
  cli_put(terminal, app_json_text(&scratch, app_json_member(json, "timestamp")));
  cli_say(terminal, "\n");
  cli_render_label(terminal, "Status");
  s_status(terminal, &scratch, app_json_member(replayed, "status"));
  cli_say(terminal, "  ");
  s_codes(terminal, &scratch, app_json_member(replayed, "reason_codes"));
  cli_say(terminal, "\n");
  cli_render_label(terminal, "Compared");
  cli_say(terminal, "status, codes, ");
  s_count(terminal, app_json_member(replayed, "checks"), "check, ", "checks, ");
  s_count(terminal, app_json_member(replayed, "remedies"), "remedy\n", "remedies\n");
  s_policies(terminal, &scratch, app_json_member(json, "policies"));
  s_differences(terminal, &scratch, app_json_member(json, "differences"));
  app_json note = {NULL, 0};
  while ((note = app_json_next(app_json_member(json, "notes"), note)).data != NULL) {
    cli_render_label(terminal, "Note");
    cli_put_wrapped(terminal, CLI_RENDER_INDENT, app_json_text(&scratch, note));
  }
  app_scratch_clean_up(&scratch);
}

/* request_id  VALID -> INVALID  POLICY_DENY  why */
static void s_flip(const cli_terminal *terminal, app_scratch *scratch, app_json line)
{
  app_json was = app_json_member(line, "was");
  app_json is = app_json_member(line, "would_be");
  s_status(terminal, scratch, app_json_member(was, "status"));
  cli_say(terminal, " -> ");
  s_status(terminal, scratch, app_json_member(is, "status"));
  cli_say(terminal, "  ");
  s_codes(terminal, scratch, app_json_member(is, "reason_codes"));
  cli_say(terminal, "  ");
  cli_put_styled(terminal, CLI_DIM, app_json_text(scratch, app_json_member(is, "detail")));
  cli_say(terminal, "\n");
}

static void s_number(const cli_terminal *terminal, app_scratch *scratch, app_json number, const char *words)
{
  cli_put_styled(terminal, CLI_BOLD, app_json_text(scratch, number));
  cli_say(terminal, words);
}

/* "12 VALID -> INVALID, 1 INVALID -> VALID"; numbers that are 0 are not among the members. */
static void s_by_kind(const cli_terminal *terminal, app_scratch *scratch, app_json flips)
{
  app_json at = {NULL, 0};
  askiam_str name = {NULL, 0};
  bool first = true;
  while ((at = app_json_next_member(flips, at, &name)).data != NULL) {
    const char *colon = memchr(name.data, ':', name.length);
    size_t before = colon == NULL ? name.length : (size_t)(colon - name.data);
    cli_say(terminal, first ? " (" : ", ");
    cli_put(terminal, (askiam_str){name.data, before});
    cli_say(terminal, " -> ");
    cli_put(terminal, (askiam_str){name.data + before + 1, name.length - before - 1});
    cli_say(terminal, " ");
    cli_put(terminal, app_json_text(scratch, at));
    first = false;
  }
  cli_say(terminal, first ? "\n" : ")\n");
}

static void s_not_replayable(const cli_terminal *terminal, app_scratch *scratch, app_json counts)
{
  static const struct {
    const char *name, *words;
  } s_kinds[] = {{"erased", " erased"},
                 {"without_facts", " recorded without facts"},
                 {"without_policies", " whose policies are not in the store"},
                 {"changed", " changed in the store: run `askiam audit verify`"},
                 {"unreadable", " of a newer version, or unreadable"}};
  for (size_t at = 0; at < sizeof s_kinds / sizeof s_kinds[0]; at++) {
    app_json number = app_json_member(counts, s_kinds[at].name);
    if (app_json_number(number) > 0) {
      cli_render_label(terminal, "Not replayed");
      s_number(terminal, scratch, number, s_kinds[at].words);
      cli_say(terminal, "\n");
    }
  }
}

static void s_summary(const cli_terminal *terminal, app_scratch *scratch, app_json line)
{
  cli_render_label(terminal, "Replayed");
  s_number(terminal, scratch, app_json_member(line, "replayed"), " of ");
  s_number(terminal, scratch, app_json_member(line, "requests"),
           app_json_number(app_json_member(line, "requests")) == 1 ? " request\n" : " requests\n");
  cli_render_label(terminal, "Unchanged");
  s_number(terminal, scratch, app_json_member(line, "unchanged"), "");
  if (app_json_number(app_json_member(line, "differing")) > 0) {
    cli_say(terminal, ", and ");
    s_number(terminal, scratch, app_json_member(line, "differing"), " with the same status for other reasons");
  }
  cli_say(terminal, "\n");
  cli_render_label(terminal, "Flipped");
  s_number(terminal, scratch, app_json_member(line, "flipped"), "");
  s_by_kind(terminal, scratch, app_json_member(line, "flips"));
  s_not_replayable(terminal, scratch, app_json_member(line, "not_replayable"));
}

void cli_render_replay_line(const cli_terminal *terminal, askiam_str json)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  app_json type = app_json_member(json, "type");
  if (app_json_is(type, "summary")) {
    s_summary(terminal, &scratch, json);
    app_scratch_clean_up(&scratch);
    return;
  }
  cli_put(terminal, app_json_text(&scratch, app_json_member(json, "request_id")));
  cli_say(terminal, "  ");
  if (app_json_is(type, "flip")) {
    s_flip(terminal, &scratch, json);
  } else if (app_json_is(type, "difference")) {
    cli_say(terminal, "differs\n");
    s_differences(terminal, &scratch, app_json_member(json, "differences"));
  } else {
    cli_put_styled(terminal, CLI_BAD, app_json_text(&scratch, app_json_member(json, "why")));
    cli_say(terminal, "  ");
    cli_put(terminal, app_json_text(&scratch, app_json_member(json, "detail")));
    cli_say(terminal, "\n");
  }
  app_scratch_clean_up(&scratch);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "render.h"

#include <math.h>

enum { BAR_CELLS = 20, TEXT_MAX = 160 };

void cli_render_label(const cli_terminal *terminal, const char *label)
{
  cli_say(terminal, "  ");
  cli_say_styled(terminal, CLI_DIM, label);
  size_t taken = strlen(label) + 2;
  cli_pad(terminal, taken < CLI_RENDER_INDENT ? CLI_RENDER_INDENT - taken : 1);
}

void cli_render_entity(const cli_terminal *terminal, app_scratch *scratch, app_json entity, const char *otherwise)
{
  askiam_str id = app_json_text(scratch, app_json_member(entity, "id"));
  askiam_str name = app_json_text(scratch, app_json_member(entity, "name"));
  if (name.length == 0 && id.length == 0) {
    cli_say_styled(terminal, CLI_DIM, otherwise);
    return;
  }
  cli_put_styled(terminal, CLI_BOLD, name.length > 0 ? name : id);
  if (name.length > 0 && id.length > 0) {
    cli_say(terminal, " (");
    cli_put(terminal, id);
    cli_say(terminal, ")");
  }
}

static void s_headline(const cli_terminal *terminal, app_scratch *scratch, app_json decision)
{
  static const struct {
    const char *status, *symbol, *plain, *words;
    cli_style style;
  } s_heads[] = {{"VALID", "✓", "[+]", "VALID", CLI_GOOD},
                 {"INVALID", "✗", "[x]", "INVALID", CLI_BAD},
                 {"NEEDS_INFO", "?", "[?]", "NEEDS INFO", CLI_ASKING},
                 {"ERROR", "!", "[!]", "ERROR", CLI_BAD}};
  size_t at = 0;
  while (at < 3 && !app_json_is(app_json_member(decision, "status"), s_heads[at].status)) {
    at++;
  }
  cli_say_styled(terminal, s_heads[at].style, cli_symbol(terminal, s_heads[at].symbol, s_heads[at].plain));
  cli_say(terminal, " ");
  cli_say_styled(terminal, s_heads[at].style, s_heads[at].words);
  if (app_json_true(app_json_member(decision, "dry_run"))) {
    cli_say_styled(terminal, CLI_DIM, "  (dry run: nothing was recorded)");
  }
  cli_say(terminal, "\n  ");
  cli_put_wrapped(terminal, 2, app_json_text(scratch, app_json_member(decision, "reason")));
  cli_say(terminal, "\n");
}

/* "2026-03-01 00:00 UTC" from RFC 3339. */
static void s_time(const cli_terminal *terminal, askiam_str time)
{
  if (time.length < 16) {
    cli_put(terminal, time);
    return;
  }
  cli_put(terminal, (askiam_str){time.data, 10});
  cli_say(terminal, " ");
  cli_put(terminal, (askiam_str){time.data + 11, 5});
  cli_say(terminal, " UTC");
}

static void s_labelled_time(const cli_terminal *terminal, app_scratch *scratch, const char *label, app_json time)
{
  if (time.data != NULL) {
    cli_render_label(terminal, label);
    s_time(terminal, app_json_text(scratch, time));
    cli_say(terminal, "\n");
  }
}

static bool s_same_text(app_json left, app_json right)
{
  return left.length == right.length && left.length > 0 && memcmp(left.data, right.data, left.length) == 0;
}

static void s_subject(const cli_terminal *terminal, app_scratch *scratch, app_json decision)
{
  app_json user = app_json_path(decision, "entities", "user");
  app_json application = app_json_path(decision, "entities", "application");
  app_json role = app_json_path(decision, "entities", "role");
  app_json requester = app_json_member(decision, "requester");
  if (app_json_member(user, "id").data != NULL) {
    cli_render_label(terminal, "For");
    cli_render_entity(terminal, scratch, user, "");
    cli_say(terminal, "\n");
  }
  bool differs = !s_same_text(app_json_member(requester, "id"), app_json_member(user, "id"));
  if (app_json_member(requester, "id").data != NULL && differs) {
    cli_render_label(terminal, "Asked by");
    cli_render_entity(terminal, scratch, requester, "");
    cli_say(terminal, "\n");
  }
  if (app_json_member(role, "id").data != NULL || app_json_member(application, "id").data != NULL) {
    cli_render_label(terminal, "Access");
    cli_render_entity(terminal, scratch, role, "a role not yet known");
    cli_say(terminal, " in ");
    cli_render_entity(terminal, scratch, application, "an application not yet known");
    cli_say(terminal, "\n");
  }
  s_labelled_time(terminal, scratch, "Until", app_json_path(decision, "duration", "expires_at"));
}

static void s_bar(const cli_terminal *terminal, double share)
{
  int full = (int)lround(share * BAR_CELLS);
  for (int cell = 0; cell < BAR_CELLS; cell++) {
    cli_say(terminal, cell < full ? cli_symbol(terminal, "█", "#") : cli_symbol(terminal, "░", "."));
  }
}

static void s_confidence(const cli_terminal *terminal, app_json rag)
{
  app_json confidence = app_json_member(rag, "confidence");
  char text[TEXT_MAX];
  if (confidence.data == NULL) {
    return;
  }
  cli_render_label(terminal, "Evidence");
  s_bar(terminal, app_json_number(confidence));
  const char *opinion = app_json_true(app_json_member(rag, "is_valid")) ? "for approval" : "for refusal";
  snprintf(text, sizeof text, "  %.1f %% %s\n", app_json_number(confidence) * 100, opinion);
  cli_say(terminal, text);
}

static void s_documents(const cli_terminal *terminal, app_scratch *scratch, app_json documents)
{
  app_json document = {NULL, 0};
  while ((document = app_json_next(documents, document)).data != NULL) {
    cli_pad(terminal, CLI_RENDER_INDENT);
    cli_say(terminal, cli_symbol(terminal, "· ", "- "));
    askiam_str title = app_json_text(scratch, app_json_member(document, "title"));
    askiam_str id = app_json_text(scratch, app_json_member(document, "id"));
    cli_put(terminal, title.length > 0 ? title : id);
    if (title.length > 0) {
      cli_say_styled(terminal, CLI_DIM, "  ");
      cli_put_styled(terminal, CLI_DIM, id);
    }
    cli_say(terminal, "\n");
  }
}

static void s_evidence(const cli_terminal *terminal, app_scratch *scratch, app_json decision)
{
  app_json rag = app_json_member(decision, "rag");
  if (app_json_is(app_json_member(rag, "result"), "SKIPPED")) {
    return;
  }
  bool shown = app_json_member(rag, "confidence").data != NULL;
  s_confidence(terminal, rag);
  askiam_str reason = app_json_text(scratch, app_json_member(rag, "reason"));
  if (reason.length > 0) {
    if (shown) {
      cli_pad(terminal, CLI_RENDER_INDENT);
    } else {
      cli_render_label(terminal, "Evidence");
    }
    cli_put_wrapped(terminal, CLI_RENDER_INDENT, reason);
  }
  s_documents(terminal, scratch, app_json_member(rag, "documents"));
}

/* "NOT_ASSIGNED" as "not assigned", in place. */
static void s_put_code(const cli_terminal *terminal, cli_style style, askiam_str code)
{
  char words[64];
  size_t length = code.length < sizeof words - 1 ? code.length : sizeof words - 1;
  for (size_t at = 0; at < length; at++) {
    char letter = code.data[at];
    words[at] = letter == '_' ? ' ' : letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
  }
  cli_put_styled(terminal, style, (askiam_str){words, length});
}

static void s_check(const cli_terminal *terminal, app_scratch *scratch, app_json check)
{
  enum { CODE_COLUMNS = 21 };
  bool passed = app_json_true(app_json_member(check, "passed"));
  bool hard = app_json_true(app_json_member(check, "hard"));
  askiam_str code = app_json_text(scratch, app_json_member(check, "code"));
  askiam_str detail = app_json_text(scratch, app_json_member(check, "detail"));
  cli_style style = passed ? CLI_GOOD : hard ? CLI_BAD : CLI_ASKING;
  const char *symbol = passed ? cli_symbol(terminal, "✓", "+") : cli_symbol(terminal, "✗", "x");
  cli_say_styled(terminal, style, symbol);
  cli_say(terminal, " ");
  s_put_code(terminal, passed ? CLI_PLAIN : CLI_BOLD, code);
  if (detail.length == 0) {
    cli_say(terminal, passed || hard ? "\n" : " (soft)\n");
    return;
  }
  cli_pad(terminal, code.length < CODE_COLUMNS ? CODE_COLUMNS - code.length : 1);
  if (!passed && !hard) {
    cli_say_styled(terminal, CLI_DIM, "(soft) ");
  }
  cli_put_wrapped(terminal, CLI_RENDER_INDENT + 2 + CODE_COLUMNS, detail);
}

static void s_checks(const cli_terminal *terminal, app_scratch *scratch, app_json decision)
{
  app_json checks = app_json_path(decision, "mcp", "checks");
  app_json check = {NULL, 0};
  bool first = true;
  while ((check = app_json_next(checks, check)).data != NULL) {
    if (first) {
      cli_render_label(terminal, "Checks");
    } else {
      cli_pad(terminal, CLI_RENDER_INDENT);
    }
    first = false;
    s_check(terminal, scratch, check);
  }
}

static void s_remedies(const cli_terminal *terminal, app_scratch *scratch, app_json remedies)
{
  app_json remedy = {NULL, 0};
  int number = 0;
  while ((remedy = app_json_next(remedies, remedy)).data != NULL) {
    char text[TEXT_MAX];
    if (number++ == 0) {
      cli_say(terminal, "\n");
      cli_render_label(terminal, "To get it");
    } else {
      cli_pad(terminal, CLI_RENDER_INDENT);
    }
    snprintf(text, sizeof text, "%d. ", number);
    cli_say(terminal, text);
    askiam_str detail = app_json_text(scratch, app_json_member(remedy, "detail"));
    if (detail.length > 0) {
      cli_put_wrapped(terminal, CLI_RENDER_INDENT + 3, detail);
    } else {
      s_put_code(terminal, CLI_PLAIN, app_json_text(scratch, app_json_member(remedy, "code")));
      cli_say(terminal, "\n");
    }
  }
}

void cli_render_suggestions(const cli_terminal *terminal, app_scratch *scratch, app_json suggestions)
{
  app_json suggestion = {NULL, 0};
  bool first = true;
  while ((suggestion = app_json_next(suggestions, suggestion)).data != NULL) {
    char text[TEXT_MAX];
    if (first) {
      cli_say(terminal, "\n");
      cli_render_label(terminal, "Perhaps");
    } else {
      cli_pad(terminal, CLI_RENDER_INDENT);
    }
    first = false;
    cli_render_entity(terminal, scratch, suggestion, "");
    cli_say(terminal, "  ");
    cli_put_styled(terminal, CLI_DIM, app_json_text(scratch, app_json_member(suggestion, "kind")));
    double alike = app_json_number(app_json_member(suggestion, "score")) * 100;
    if (alike >= 1) { /* else it is not proposed for its likeness */
      snprintf(text, sizeof text, ", %.0f %% alike", alike);
      cli_say_styled(terminal, CLI_DIM, text);
    }
    cli_say(terminal, "\n");
  }
}

/* Where the reason is the question, it is at the top already. */
static void s_question(const cli_terminal *terminal, app_scratch *scratch, app_json decision)
{
  app_json question = app_json_member(decision, "question");
  if (question.data != NULL && !s_same_text(question, app_json_member(decision, "reason"))) {
    cli_say(terminal, "\n");
    cli_render_label(terminal, "Question");
    cli_put_wrapped(terminal, CLI_RENDER_INDENT, app_json_text(scratch, question));
  }
}

static void s_grant(const cli_terminal *terminal, app_scratch *scratch, app_json grant)
{
  if (grant.data == NULL) {
    return;
  }
  cli_render_label(terminal, "Grant");
  cli_put_styled(terminal, CLI_BOLD, app_json_text(scratch, app_json_member(grant, "state")));
  askiam_str reason = app_json_text(scratch, app_json_member(grant, "reason"));
  if (reason.length > 0) {
    cli_say(terminal, ": ");
    cli_put(terminal, reason);
  }
  cli_say(terminal, "\n");
  s_labelled_time(terminal, scratch, "Granted", app_json_member(grant, "granted_at"));
  s_labelled_time(terminal, scratch, "Expires", app_json_member(grant, "expires_at"));
}

static void s_codes(const cli_terminal *terminal, app_scratch *scratch, app_json codes)
{
  app_json code = {NULL, 0};
  bool first = true;
  while ((code = app_json_next(codes, code)).data != NULL) {
    if (first) {
      cli_render_label(terminal, "Codes");
    }
    cli_say(terminal, first ? "" : " ");
    cli_put(terminal, app_json_text(scratch, code));
    first = false;
  }
  cli_say(terminal, first ? "" : "\n");
}

static void s_record(const cli_terminal *terminal, app_scratch *scratch, app_json decision)
{
  enum { HASH_SHOWN = 16 };
  app_json audit = app_json_member(decision, "audit");
  cli_say(terminal, "\n");
  s_codes(terminal, scratch, app_json_member(decision, "reason_codes"));
  s_grant(terminal, scratch, app_json_member(decision, "grant"));
  if (app_json_member(audit, "hash").data != NULL) {
    askiam_str hash = app_json_text(scratch, app_json_member(audit, "hash"));
    cli_render_label(terminal, "Recorded");
    cli_say(terminal, "chain ");
    cli_put(terminal, app_json_text(scratch, app_json_member(audit, "chain")));
    cli_say(terminal, ", entry ");
    cli_put(terminal, app_json_text(scratch, app_json_member(audit, "seq")));
    cli_say(terminal, ", hash ");
    cli_put(terminal, (askiam_str){hash.data, hash.length < HASH_SHOWN ? hash.length : HASH_SHOWN});
    cli_say(terminal, cli_symbol(terminal, "…\n", "...\n"));
  }
  cli_render_label(terminal, "Request");
  cli_put(terminal, app_json_text(scratch, app_json_member(decision, "request_id")));
  app_json duration = app_json_member(decision, "duration_ms");
  if (duration.data != NULL) { /* it is erased with the decision */
    char text[TEXT_MAX];
    snprintf(text, sizeof text, "  %.2f ms", app_json_number(duration));
    cli_say_styled(terminal, CLI_DIM, text);
  }
  cli_say(terminal, "\n");
}

void cli_render_decision(const cli_terminal *terminal, askiam_str json)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  s_headline(terminal, &scratch, json);
  s_subject(terminal, &scratch, json);
  s_evidence(terminal, &scratch, json);
  s_checks(terminal, &scratch, json);
  s_question(terminal, &scratch, json);
  cli_render_suggestions(terminal, &scratch, app_json_member(json, "suggestions"));
  s_remedies(terminal, &scratch, app_json_member(json, "remedies"));
  s_record(terminal, &scratch, json);
  app_scratch_clean_up(&scratch);
}

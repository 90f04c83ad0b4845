/* SPDX-License-Identifier: Apache-2.0 */
#include "render.h"

enum { HASH_SHOWN = 16 };

static void s_number(const cli_terminal *terminal, app_scratch *scratch, app_json number, const char *one,
                     const char *many)
{
  cli_put(terminal, app_json_text(scratch, number));
  cli_say(terminal, number.length == 1 && number.data[0] == '1' ? one : many);
}

/* {"seq", "what", "detail"}, or nothing. */
static void s_break(const cli_terminal *terminal, app_scratch *scratch, const char *label, app_json found)
{
  if (found.data == NULL) {
    return;
  }
  cli_render_label(terminal, label);
  cli_put_styled(terminal, CLI_BAD, app_json_text(scratch, app_json_member(found, "what")));
  cli_say(terminal, " at entry ");
  cli_put(terminal, app_json_text(scratch, app_json_member(found, "seq")));
  cli_say(terminal, "\n");
  cli_pad(terminal, CLI_RENDER_INDENT);
  cli_put_wrapped(terminal, CLI_RENDER_INDENT, app_json_text(scratch, app_json_member(found, "detail")));
}

static void s_chain(const cli_terminal *terminal, app_scratch *scratch, app_json chain)
{
  askiam_str hash = app_json_text(scratch, app_json_path(chain, "head", "hash"));
  cli_render_label(terminal, "Chain");
  cli_put(terminal, app_json_text(scratch, app_json_member(chain, "chain")));
  cli_say(terminal, ", ");
  s_number(terminal, scratch, app_json_member(chain, "entries"), " entry", " entries");
  cli_say_styled(terminal, CLI_DIM, "  head ");
  cli_put_styled(terminal, CLI_DIM, (askiam_str){hash.data, hash.length < HASH_SHOWN ? hash.length : HASH_SHOWN});
  cli_say(terminal, "\n");
  s_break(terminal, scratch, "Broken", app_json_member(chain, "first_break"));
}

static void s_guarantees(const cli_terminal *terminal, app_scratch *scratch, app_json guarantees)
{
  app_json at = {NULL, 0};
  bool first = true;
  cli_render_label(terminal, "Checked");
  while ((at = app_json_next(guarantees, at)).data != NULL) {
    cli_say(terminal, first ? "" : ", ");
    cli_put(terminal, app_json_text(scratch, at));
    first = false;
  }
  cli_say(terminal, "\n");
}

static void s_limits(const cli_terminal *terminal, app_scratch *scratch, app_json limits)
{
  app_json at = {NULL, 0};
  bool first = true;
  while ((at = app_json_next(limits, at)).data != NULL) {
    if (first) {
      cli_render_label(terminal, "Not proved");
    } else {
      cli_pad(terminal, CLI_RENDER_INDENT);
    }
    cli_put_wrapped(terminal, CLI_RENDER_INDENT, app_json_text(scratch, at));
    first = false;
  }
}

/* A checkpoint that is not its signer's says nothing about the trail, good or bad. */
static bool s_not_genuine(app_json json)
{
  app_json checkpoint = app_json_member(json, "checkpoint");
  return checkpoint.data != NULL && !app_json_true(app_json_member(checkpoint, "genuine"));
}

static bool s_has_break(app_json json)
{
  app_json chains = app_json_member(json, "chains");
  app_json chain = {NULL, 0};
  bool broken = app_json_member(json, "first_stranger").data != NULL ||
                app_json_member(json, "first_unaudited").data != NULL ||
                app_json_member(json, "first_adrift").data != NULL ||
                app_json_path(json, "checkpoint", "missing_chain").data != NULL;
  while (!broken && (chain = app_json_next(chains, chain)).data != NULL) {
    broken = app_json_member(chain, "first_break").data != NULL;
  }
  return broken;
}

static const char *s_verdict(app_json json)
{
  if (app_json_true(app_json_member(json, "sound"))) {
    return "The audit trail is whole";
  }
  return s_not_genuine(json) && !s_has_break(json) ? "The checkpoint is not genuine; the trail shows no break by itself"
                                                   : "The audit trail is broken";
}

static void s_checkpoint(const cli_terminal *terminal, app_scratch *scratch, app_json json)
{
  if (s_not_genuine(json)) {
    cli_render_label(terminal, "Checkpoint");
    cli_say_styled(terminal, CLI_BAD, "not genuine");
    cli_say(terminal, "\n");
    cli_pad(terminal, CLI_RENDER_INDENT);
    cli_put_wrapped(terminal, CLI_RENDER_INDENT,
                    askiam_str_from("its signature is not the public key's: this is another signer's key, or the "
                                    "checkpoint was changed; get both again from where they are kept"));
  }
  app_json missing = app_json_path(json, "checkpoint", "missing_chain");
  if (missing.data != NULL) {
    cli_render_label(terminal, "Missing");
    cli_say(terminal, "chain ");
    cli_put(terminal, app_json_text(scratch, missing));
    cli_say(terminal, ", which the checkpoint has seen\n");
  }
}

static void s_beside(const cli_terminal *terminal, app_scratch *scratch, const char *label, app_json request_id,
                     const char *what)
{
  if (request_id.data != NULL) {
    cli_render_label(terminal, label);
    cli_put(terminal, app_json_text(scratch, request_id));
    cli_say(terminal, what);
  }
}

void cli_render_verification(const cli_terminal *terminal, askiam_str json)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  bool sound = app_json_true(app_json_member(json, "sound"));
  cli_style style = sound ? CLI_GOOD : CLI_BAD;
  cli_say_styled(terminal, style, sound ? cli_symbol(terminal, "✓ ", "[+] ") : cli_symbol(terminal, "✗ ", "[x] "));
  cli_say_styled(terminal, style, s_verdict(json));
  cli_say(terminal, ": ");
  s_number(terminal, &scratch, app_json_member(json, "entries"), " entry checked\n", " entries checked\n");
  app_json chains = app_json_member(json, "chains");
  app_json chain = {NULL, 0};
  while ((chain = app_json_next(chains, chain)).data != NULL) {
    s_chain(terminal, &scratch, chain);
  }
  s_checkpoint(terminal, &scratch, json);
  s_break(terminal, &scratch, "Stranger", app_json_member(json, "first_stranger"));
  s_beside(terminal, &scratch, "Unaudited", app_json_member(json, "first_unaudited"),
           " is a request without an entry\n");
  s_beside(terminal, &scratch, "Adrift", app_json_member(json, "first_adrift"),
           " has a grant that is not what the trail tells\n");
  s_guarantees(terminal, &scratch, app_json_member(json, "guarantees"));
  s_limits(terminal, &scratch, app_json_member(json, "not_guaranteed"));
  app_scratch_clean_up(&scratch);
}

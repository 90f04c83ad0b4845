/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's JSON as a person likes to read it. */
#ifndef CLI_RENDER_H
#define CLI_RENDER_H

#include "apps/common/json_view.h"
#include "session.h"

/* A decision; with the state of its grant where the JSON has one. */
void cli_render_decision(const cli_terminal *terminal, askiam_str json);
/* What a sentence was understood to ask. */
void cli_render_reading(const cli_terminal *terminal, askiam_str json);

/* What a verification of the trail found. */
void cli_render_verification(const cli_terminal *terminal, askiam_str json);

/* What came of replaying one decision, and a line of replaying many. */
void cli_render_replay(const cli_terminal *terminal, askiam_str json);
void cli_render_replay_line(const cli_terminal *terminal, askiam_str json);

/* Why policies decide as they do: the object of askiam_policy_explain. */
void cli_render_explanation(const cli_terminal *terminal, askiam_str json);

/* "  Label        " in dim letters, a column wide. */
void cli_render_label(const cli_terminal *terminal, const char *label);
enum { CLI_RENDER_INDENT = 14 };

/* "Name (id)", or the one of both that is there, or `otherwise`. */
void cli_render_entity(const cli_terminal *terminal, app_scratch *scratch, app_json entity, const char *otherwise);
/* What the suggestions are, one a line. */
void cli_render_suggestions(const cli_terminal *terminal, app_scratch *scratch, app_json suggestions);

/* The request that the command line describes, to be destroyed by the caller also on failure (it may be NULL). */
askiam_status cli_request_from_options(askiam_request **out_request, const cli_session *session, askiam_error *error);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Turns of a conversation, for tests. */
#ifndef TESTS_INTEGRATION_ENGINE_TALK_H
#define TESTS_INTEGRATION_ENGINE_TALK_H

#include "fixture.h"

enum { TALK_ID_BYTES = 160 };

/* A principal with these scopes (may be NULL). Owned. */
askiam_principal *talk_principal(const char *user, const char *scopes);
/* One turn: the status, and the answer (owned by the engine; NULL on failure). `session` may be NULL or empty. Any thread. */
askiam_status talk_say(char **out_json, askiam_engine *engine, const askiam_principal *principal, const char *session,
                       const char *text, askiam_error *error);
/* A member of the answer that is a text, by the first place it stands at; empty where it is none. */
void talk_member(const char *json, const char *name, char out[TALK_ID_BYTES]);
/* Says it, and gives the answer, which must come. */
char *talk_hear(askiam_engine *engine, const askiam_principal *principal, const char *session, const char *text);
/* Begins a conversation of emma.brown that stands before its confirmation: Project Member in Jira. */
void talk_until_confirm(askiam_engine *engine, const askiam_principal *principal, char session[TALK_ID_BYTES]);

#endif

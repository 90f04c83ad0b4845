/* SPDX-License-Identifier: Apache-2.0
 *
 * One turn of a conversation in the engine: its dialogue, what it stands in, its session in the store. */
#ifndef ASKI_ENGINE_TALK_H
#define ASKI_ENGINE_TALK_H

#include <askiam/dialogue.h>

#include "base/hash.h"
#include "base/id.h"
#include "dialogue/dialogue.h"
#include "engine/pipeline.h"

typedef struct aski_talk {
  askiam_turn turn;        /* of the caller, completed */
  askiam_request *request; /* who asks, and from where; in the end, what is decided */
  askiam_request *reader;  /* holds the sentence that is being read */
  aski_visit visit;
  bool entered;
  aski_arena arena;
  aski_dialogue_world world;
  aski_dialogue dialogue;
  bool speaker_found;
  /* The session. */
  askiam_str session_id; /* absent: none */
  char key[ASKI_SHA256_HEX_BYTES];
  int64_t revision; /* 0: not in the store */
  int64_t session_end_ms;
  askiam_str request_id; /* of the decision; fixed before it is asked for */
  askiam_str taken;      /* a hash of the text that brought the decision about */
  char *decision_json;   /* NULL: none */
  bool refused;          /* it is anything but VALID */
  bool fills;            /* for a host that keeps the conversation itself */
  bool confirmed;        /* then: nothing in it needs a confirmation any more */
} aski_talk;

/* Checks the turn and enters the engine. aski_talk_end must follow whatever it gives. */
askiam_status aski_talk_begin(aski_talk *talk, askiam_engine *engine, const askiam_turn *turn, bool needs_text,
                              askiam_error *error);
void aski_talk_end(aski_talk *talk);

/* Decides what the dialogue knows; or the text as it stands, where that says all (dialogue.at_once). The answer's message and decision
 * are set. `request_id` may be absent. */
askiam_status aski_talk_decide(aski_talk *talk, askiam_str request_id, bool dry_run, askiam_error *error);

/* session.c: a turn with its session. */
askiam_status aski_talk_in_session(aski_talk *talk, askiam_error *error);

/* Writes the answer. */
void aski_talk_write(const aski_talk *talk, aski_buffer *out);

#endif

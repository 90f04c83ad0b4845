/* SPDX-License-Identifier: Apache-2.0
 *
 * What an event of Lex V2 says. https://docs.aws.amazon.com/lexv2/latest/dg/lambda-input-format.html */
#ifndef LAMBDA_LEX_EVENT_H
#define LAMBDA_LEX_EVENT_H

#include "apps/common/json_view.h"

typedef enum lambda_lex_slot {
  LAMBDA_LEX_USER,
  LAMBDA_LEX_APPLICATION,
  LAMBDA_LEX_ROLE,
  LAMBDA_LEX_DURATION,
  LAMBDA_LEX_JUSTIFICATION,
  LAMBDA_LEX_SLOTS /* how many; also: none of them */
} lambda_lex_slot;

#define LAMBDA_LEX_INTENT "AccessRequest"

typedef enum lambda_lex_confirmation {
  LAMBDA_LEX_OPEN,
  LAMBDA_LEX_CONFIRMED,
  LAMBDA_LEX_DENIED
} lambda_lex_confirmation;

typedef struct lambda_lex_event {
  app_scratch scratch; /* what the texts below look into, beside the event */
  app_json whole;
  app_json attributes; /* sessionState.sessionAttributes */
  app_json intent;     /* sessionState.intent */
  app_json slots;      /* of the access request; of the intent itself, or what Lex also thought it might be */
  bool is_request;     /* the intent is AccessRequest */
  bool is_fallback;
  bool fulfils;  /* FulfillmentCodeHook */
  bool is_empty; /* Lex has no word of any slot */
  lambda_lex_confirmation confirmation;
  askiam_str words[LAMBDA_LEX_SLOTS]; /* of the slots; absent where one is empty */
  askiam_str transcript;
  askiam_str session_id; /* absent where it is none of Lex's */
} lambda_lex_event;

/* NULL, or what is wrong with the event. Neither counts where memory ran out: then its scratch has failed. Always:
 * lambda_lex_event_clean_up. */
const char *lambda_lex_event_read(lambda_lex_event *out_event, askiam_str json);
void lambda_lex_event_clean_up(lambda_lex_event *event);

/* The name of a slot in the bot ("RoleName"), and in a dialogue ("role"). */
const char *lambda_lex_slot_name(lambda_lex_slot slot);
const char *lambda_lex_slot_key(lambda_lex_slot slot);
/* The slot of a name in a bot, or of a dialogue's key; LAMBDA_LEX_SLOTS for another. */
lambda_lex_slot lambda_lex_slot_of_name(askiam_str name);
lambda_lex_slot lambda_lex_slot_of_key(app_json key);
/* The bot has this slot, as far as the event tells. */
bool lambda_lex_event_has_slot(const lambda_lex_event *event, lambda_lex_slot slot);
/* Between what another slot holds and the end of an access, which a bot without the slot Duration keeps there: "jo until 2027-…Z". */
#define LAMBDA_LEX_UNTIL " until "

#endif

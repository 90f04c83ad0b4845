/* SPDX-License-Identifier: Apache-2.0
 *
 * The closed table of configuration keys, and the rule that a value must keep. docs/configuration.md is checked
 * against it. */
#ifndef ASKI_ENGINE_CONFIG_KEYS_H
#define ASKI_ENGINE_CONFIG_KEYS_H

#include <askiam/error.h>

#include "base/memory.h"

enum { ASKI_CONFIG_KEYS_MAX = 128, ASKI_CONFIG_VALUE_MAX_BYTES = 4096, ASKI_CONFIG_TIMEOUT_MAX_MS = 3600000 };

typedef enum aski_config_type {
  ASKI_CONFIG_TEXT,    /* any; may be empty, as may the next two */
  ASKI_CONFIG_PATH,    /* of a file */
  ASKI_CONFIG_URL,     /* "scheme:rest" */
  ASKI_CONFIG_NAME,    /* of a backend: 1 to 32 of [a-z0-9_-] */
  ASKI_CONFIG_BOOL,    /* true or false */
  ASKI_CONFIG_INTEGER, /* whole, from `least` to `most` */
  ASKI_CONFIG_NUMBER,  /* from `least` to `most` */
  ASKI_CONFIG_CHOICE,  /* one of `choices` */
  ASKI_CONFIG_LIST     /* any of `choices`, separated by commas; may be empty */
} aski_config_type;

typedef struct aski_config_key {
  const char *name;
  aski_config_type type;
  const char *preset; /* the default, as text */
  double least, most;
  bool secret;             /* not to be shown */
  const char *choices;     /* "a,b" */
  const char *remark;      /* what a refusal of a value says besides; NULL for nothing */
  const char *environment; /* a second variable, besides ASKIAM_<KEY>; NULL for none */
  const char *
      host_environment; /* variables of other programs too, "a,b", that count where our own are not set; NULL for none */
  const char *help;     /* one sentence, without '|' */
} aski_config_key;

/* Keys that belong together; a file of each, which says what its keys are about. */
typedef struct aski_config_group {
  const aski_config_key *keys;
  size_t count;
} aski_config_group;

extern const aski_config_group aski_config_keys_store, aski_config_keys_search, aski_config_keys_decision,
    aski_config_keys_access, aski_config_keys_remote, aski_config_keys_session;

/* Of all groups: ASKI_CONFIG_KEYS_MAX at most. */
size_t aski_config_key_count(void);
/* NULL out of range. */
const aski_config_key *aski_config_key_at(size_t index);
/* The index of a key; the count where there is none by that name. */
size_t aski_config_key_find(askiam_str name);
/* Whether `name` is what several keys begin with, up to a dot. */
bool aski_config_key_is_group(askiam_str name);
/* Appends what a value may be: "true or false", "a whole number from 1 to 100", … */
void aski_config_key_describe(const aski_config_key *key, aski_buffer *buffer);
/* CONFIG for a name that is no key, with the keys that may have been meant. */
askiam_status aski_config_key_unknown(askiam_str name, askiam_error *error);

/* Checks a value and writes its plain form (without blanks at its ends or around commas) to *out_plain, owned. CONFIG
 * with a message that begins with `where` and says what the value must be, never what it was: it may be a secret. */
askiam_status aski_config_value_check(char **out_plain, const aski_config_key *key, askiam_str value, const char *where,
                                      const askiam_allocator *allocator, askiam_error *error);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * A record: one decision on its way into or out of a journal. Behind the public askiam_record_… of backend/journal.h. */
#ifndef ASKI_MODEL_RECORD_H
#define ASKI_MODEL_RECORD_H

#include <askiam/backend/journal.h>

#include "base/memory.h"

enum { ASKI_EVENTS_MAX = 4, ASKI_RECORD_NUMBERS = ASKIAM_RECORD_NUMBER_END - ASKIAM_RECORD_TIME_MS };

typedef struct aski_event {
  askiam_str id;
  askiam_str type;
  askiam_str body;
} aski_event;

struct askiam_record {
  askiam_allocator allocator;
  aski_arena arena;
  askiam_str texts[ASKIAM_RECORD_TEXT_COUNT];
  int64_t numbers[ASKI_RECORD_NUMBERS];
  aski_event events[ASKI_EVENTS_MAX];
  size_t event_count;
};

struct askiam_records {
  const askiam_record *const *items;
  size_t count;
};

typedef struct aski_head {
  askiam_str chain;
  int64_t seq;
  char hash[65];
} aski_head;

struct askiam_heads {
  aski_arena *arena;
  aski_head *items;
  size_t count, capacity;
};

/* Copies an event in. */
askiam_status aski_record_add_event(askiam_record *record, askiam_str id, askiam_str type, askiam_str body);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * A journal in memory: what the audit room is tested against. It can lose the race for a head, fail at any slot, and let a test
 * change, remove, copy and swap what it holds, as somebody with a shell on the database could. */
#ifndef TESTS_UNIT_AUDIT_MEMORY_JOURNAL_H
#define TESTS_UNIT_AUDIT_MEMORY_JOURNAL_H

#include <pthread.h>

#include "backend/handles.h"

enum { MEMORY_CHAINS_MAX = 4, MEMORY_ROWS_MAX = 2048 };

typedef struct memory_row {
  askiam_record *record; /* R and A members, as `append` was given them */
  bool has_request;
  bool has_entry;
  bool request_differs; /* the row in `requests` has another value in a member that both rows have */
} memory_row;

typedef struct memory_event {
  char id[64];
  char type[64];
  char chain[64];
  char *body;
  bool delivered;
} memory_event;

typedef struct memory_journal {
  pthread_mutex_t mutex;
  struct {
    char name[24];
    int64_t seq;
    char hash[65];
  } chains[MEMORY_CHAINS_MAX];
  size_t chain_count;
  memory_row rows[MEMORY_ROWS_MAX]; /* in the order of entries within each chain */
  size_t row_count;
  memory_event events[2 * MEMORY_ROWS_MAX];
  size_t event_count;
  bool adrift;          /* the grant of the first row is not what the trail tells, and a role is held by none */
  char *checkpoint;     /* the last one */
  int conflicts_left;   /* so many appends lose the race */
  bool head_stands;     /* and nobody wins it: the head stays where it is */
  int calls_until_fail; /* > 0: the n-th call of any slot fails with `failure`; counts down */
  askiam_status failure;
  bool fail_after; /* append fails after it has written: the answer was lost */
  int appends;
} memory_journal;

void memory_journal_init(memory_journal *journal, size_t chain_count);
void memory_journal_clean_up(memory_journal *journal);
/* Opened as the stages want it. */
aski_journal memory_journal_handle(memory_journal *journal);
/* Without the optional slots. */
aski_journal memory_journal_plain_handle(memory_journal *journal);

/* Somebody with a shell. */
void memory_set_text(memory_journal *journal, size_t row, askiam_record_field field, const char *value);
void memory_remove(memory_journal *journal, size_t row);
void memory_swap(memory_journal *journal, size_t left, size_t right);
/* A copy of a row after it. */
void memory_duplicate(memory_journal *journal, size_t row);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "memory_journal.h"

#include <stdio.h>
#include <stdlib.h>

static askiam_status s_enter(memory_journal *journal, askiam_error *error)
{
  pthread_mutex_lock(&journal->mutex);
  if (journal->calls_until_fail > 0 && --journal->calls_until_fail == 0) {
    pthread_mutex_unlock(&journal->mutex);
    return askiam_error_set(error, journal->failure, ASKIAM_LAYER_STORE, "injected");
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_leave(memory_journal *journal, askiam_status status)
{
  pthread_mutex_unlock(&journal->mutex);
  return status;
}

static askiam_record *s_copy(const askiam_record *record)
{
  askiam_record *copy = askiam_record_new(NULL);
  for (int i = 0; i < (int)ASKIAM_RECORD_TEXT_COUNT; ++i) {
    askiam_str text = askiam_record_text(record, (askiam_record_field)i);
    if (text.data != NULL) {
      askiam_record_set_text(copy, (askiam_record_field)i, text);
    }
  }
  for (int i = ASKIAM_RECORD_TIME_MS; i < (int)ASKIAM_RECORD_NUMBER_END; ++i) {
    askiam_record_set_number(copy, (askiam_record_field)i, askiam_record_number(record, (askiam_record_field)i));
  }
  return copy;
}

static bool s_is(askiam_str left, askiam_str right)
{
  return left.length == right.length && (left.length == 0 || memcmp(left.data, right.data, left.length) == 0);
}

static bool s_passes(askiam_str filter, askiam_str value) { return filter.data == NULL || s_is(filter, value); }

static askiam_status s_heads(void *self, const askiam_call *call, askiam_heads *heads, askiam_error *error)
{
  memory_journal *journal = self;
  (void)call;
  askiam_status status = s_enter(journal, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < journal->chain_count; ++i) {
    char hash[65];
    memcpy(hash, journal->chains[i].hash, sizeof hash);
    if (journal->conflicts_left > 0 && !journal->head_stands) {
      snprintf(hash, sizeof hash, "%064d", journal->conflicts_left); /* another one is the last when it is written */
    }
    status = askiam_heads_add(heads, askiam_str_from(journal->chains[i].name), journal->chains[i].seq,
                              askiam_str_from(hash));
  }
  return s_leave(journal, status);
}

static size_t s_chain(const memory_journal *journal, askiam_str name)
{
  for (size_t i = 0; i < journal->chain_count; ++i) {
    if (s_is(name, askiam_str_from(journal->chains[i].name))) {
      return i;
    }
  }
  abort();
}

static bool s_taken(const memory_journal *journal, const askiam_records *records, size_t index)
{
  const askiam_record *record = askiam_records_at(records, index);
  askiam_str requester = askiam_record_text(record, ASKIAM_RECORD_REQUESTER_ID);
  askiam_str request = askiam_record_text(record, ASKIAM_RECORD_REQUEST_ID);
  for (size_t i = 0; i < journal->row_count + index; ++i) {
    const askiam_record *other =
        i < journal->row_count ? journal->rows[i].record : askiam_records_at(records, i - journal->row_count);
    if (s_is(requester, askiam_record_text(other, ASKIAM_RECORD_REQUESTER_ID)) &&
        s_is(request, askiam_record_text(other, ASKIAM_RECORD_REQUEST_ID))) {
      return true;
    }
  }
  return false;
}

/* Whether each record follows the head of its chain, as it is after those before. */
static bool s_follows(const memory_journal *journal, const askiam_records *records)
{
  int64_t seqs[MEMORY_CHAINS_MAX];
  char hashes[MEMORY_CHAINS_MAX][65];
  for (size_t i = 0; i < journal->chain_count; ++i) {
    seqs[i] = journal->chains[i].seq;
    memcpy(hashes[i], journal->chains[i].hash, 65);
  }
  for (size_t i = 0; i < askiam_records_count(records); ++i) {
    const askiam_record *record = askiam_records_at(records, i);
    size_t chain = s_chain(journal, askiam_record_text(record, ASKIAM_RECORD_CHAIN));
    if (askiam_record_number(record, ASKIAM_RECORD_SEQ) != seqs[chain] + 1 ||
        !s_is(askiam_record_text(record, ASKIAM_RECORD_PREV_HASH), askiam_str_from(hashes[chain]))) {
      return false;
    }
    ++seqs[chain];
    memcpy(hashes[chain], askiam_record_text(record, ASKIAM_RECORD_HASH).data, 64);
  }
  return true;
}

static char *s_text(askiam_str text)
{
  char *copy = malloc(text.length + 1);
  memcpy(copy, text.data, text.length);
  copy[text.length] = 0;
  return copy;
}

static void s_write(memory_journal *journal, const askiam_record *record)
{
  size_t chain = s_chain(journal, askiam_record_text(record, ASKIAM_RECORD_CHAIN));
  if (journal->row_count == MEMORY_ROWS_MAX) {
    abort();
  }
  journal->rows[journal->row_count++] = (memory_row){s_copy(record), true, true, false};
  journal->chains[chain].seq = askiam_record_number(record, ASKIAM_RECORD_SEQ);
  memcpy(journal->chains[chain].hash, askiam_record_text(record, ASKIAM_RECORD_HASH).data, 64);
  for (size_t i = 0; i < askiam_record_event_count(record); ++i) {
    memory_event *event = &journal->events[journal->event_count++];
    *event = (memory_event){.body = s_text(askiam_record_event_body(record, i))};
    snprintf(event->id, sizeof event->id, "%s", askiam_record_event_id(record, i).data);
    snprintf(event->type, sizeof event->type, "%s", askiam_record_event_type(record, i).data);
    snprintf(event->chain, sizeof event->chain, "%s", journal->chains[chain].name);
  }
}

static askiam_status s_append(void *self, const askiam_call *call, const askiam_records *records, size_t *out_index,
                              askiam_error *error)
{
  memory_journal *journal = self;
  (void)call;
  askiam_status status = s_enter(journal, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  ++journal->appends;
  for (size_t i = 0; i < askiam_records_count(records); ++i) {
    if (s_taken(journal, records, i)) {
      if (out_index != NULL) {
        *out_index = i;
      }
      return s_leave(journal, askiam_error_set(error, ASKIAM_STATUS_EXISTS, ASKIAM_LAYER_STORE, "taken"));
    }
  }
  if (journal->conflicts_left > 0 || !s_follows(journal, records)) {
    journal->conflicts_left -= journal->conflicts_left > 0;
    return s_leave(journal, askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_STORE, "the head moved"));
  }
  for (size_t i = 0; i < askiam_records_count(records); ++i) {
    s_write(journal, askiam_records_at(records, i));
  }
  return s_leave(journal, journal->fail_after ? ASKIAM_STATUS_UNAVAILABLE : ASKIAM_STATUS_OK);
}

/* Walks see what there was when they began, and the receiver may call the journal again. */
static askiam_status s_hand_on(askiam_record **copies, size_t count, askiam_record_fn row, void *context)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < count; ++i) {
    if (status == ASKIAM_STATUS_OK) {
      status = row(context, copies[i]);
    }
    askiam_record_destroy(copies[i]);
  }
  free(copies);
  return status;
}

static askiam_record *s_row_copy(const memory_row *row, bool with_request)
{
  static const askiam_record_field requests[] = {
      ASKIAM_RECORD_SPEAKER_ID,  ASKIAM_RECORD_DECISION,      ASKIAM_RECORD_SENTENCE,     ASKIAM_RECORD_SENTENCE_SALT,
      ASKIAM_RECORD_FACTS,       ASKIAM_RECORD_FACTS_SALT,    ASKIAM_RECORD_CONTENT_HASH, ASKIAM_RECORD_CONFIG_HASH,
      ASKIAM_RECORD_POLICY_HASH, ASKIAM_RECORD_DECISION_SALT,
  };
  askiam_record *copy = s_copy(row->record);
  if (!row->has_entry) {
    askiam_record_set_text(copy, ASKIAM_RECORD_PAYLOAD, (askiam_str){NULL, 0});
  }
  if (!with_request || !row->has_request) {
    for (size_t i = 0; i < sizeof requests / sizeof *requests; ++i) {
      askiam_record_set_text(copy, requests[i], (askiam_str){NULL, 0});
    }
  }
  return copy;
}

static askiam_status s_find(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                            askiam_record_fn row, void *context, askiam_error *error)
{
  memory_journal *journal = self;
  (void)call;
  askiam_status status = s_enter(journal, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_record **copies = malloc((journal->row_count + 1) * sizeof *copies);
  size_t count = 0;
  for (size_t i = 0; i < journal->row_count; ++i) {
    const memory_row *found = &journal->rows[i];
    if (found->has_request && s_is(request_id, askiam_record_text(found->record, ASKIAM_RECORD_REQUEST_ID)) &&
        s_passes(requester_id, askiam_record_text(found->record, ASKIAM_RECORD_REQUESTER_ID))) {
      copies[count++] = s_row_copy(found, true);
    }
  }
  s_leave(journal, ASKIAM_STATUS_OK);
  return s_hand_on(copies, count, row, context);
}

static bool s_wanted(const askiam_journal_query *query, const memory_row *row)
{
  const askiam_record *record = row->record;
  int64_t time = askiam_record_number(record, ASKIAM_RECORD_TIME_MS);
  bool user = s_passes(query->user_id, askiam_record_text(record, ASKIAM_RECORD_USER_ID)) ||
              s_passes(query->user_id, askiam_record_text(record, ASKIAM_RECORD_REQUESTER_ID));
  return row->has_entry && user && s_passes(query->chain, askiam_record_text(record, ASKIAM_RECORD_CHAIN)) &&
         (query->chain.data == NULL || askiam_record_number(record, ASKIAM_RECORD_SEQ) > query->after_seq) &&
         s_passes(query->application_id, askiam_record_text(record, ASKIAM_RECORD_APPLICATION_ID)) &&
         s_passes(query->role_id, askiam_record_text(record, ASKIAM_RECORD_ROLE_ID)) &&
         s_passes(query->risk, askiam_record_text(record, ASKIAM_RECORD_RISK)) &&
         s_passes(query->status, askiam_record_text(record, ASKIAM_RECORD_STATUS)) &&
         (query->from_ms == 0 || time >= query->from_ms) && (query->to_ms == 0 || time < query->to_ms);
}

static askiam_status s_scan(void *self, const askiam_call *call, const askiam_journal_query *query,
                            askiam_record_fn row, void *context, askiam_error *error)
{
  memory_journal *journal = self;
  (void)call;
  askiam_status status = s_enter(journal, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_record **copies = malloc((journal->row_count + 1) * sizeof *copies);
  size_t count = 0;
  for (size_t i = 0; i < journal->row_count && (query->limit == 0 || count < query->limit); ++i) {
    const memory_row *found = &journal->rows[query->newest_first ? journal->row_count - 1 - i : i];
    if (s_wanted(query, found)) {
      copies[count++] = s_row_copy(found, query->with_request != 0);
    }
  }
  s_leave(journal, ASKIAM_STATUS_OK);
  return s_hand_on(copies, count, row, context);
}

static askiam_status s_unaudited(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                                 askiam_error *error)
{
  memory_journal *journal = self;
  (void)call;
  askiam_status status = s_enter(journal, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_record **copies = malloc((journal->row_count + 1) * sizeof *copies);
  size_t count = 0;
  for (size_t i = 0; i < journal->row_count; ++i) {
    if (journal->rows[i].has_request && (!journal->rows[i].has_entry || journal->rows[i].request_differs)) {
      copies[count++] = s_copy(journal->rows[i].record);
    }
  }
  s_leave(journal, ASKIAM_STATUS_OK);
  return s_hand_on(copies, count, row, context);
}

static askiam_status s_adrift(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                              askiam_error *error)
{
  memory_journal *journal = self;
  (void)call;
  askiam_status status = s_enter(journal, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_record **copies = malloc(2 * sizeof *copies);
  size_t count = 0;
  if (journal->adrift) {
    copies[count++] = s_copy(journal->rows[0].record);
    copies[count++] = askiam_record_new(NULL);
  }
  s_leave(journal, ASKIAM_STATUS_OK);
  return s_hand_on(copies, count, row, context);
}

static askiam_status s_outbox_next(void *self, const askiam_call *call, int64_t after, size_t limit,
                                   askiam_event_fn event, void *context, askiam_error *error)
{
  memory_journal *journal = self;
  (void)call;
  askiam_status status = s_enter(journal, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < journal->event_count && limit > 0; ++i) {
    const memory_event *next = &journal->events[i];
    int64_t position = (int64_t)i + 1;
    if (!next->delivered && position > after) {
      --limit;
      status = event(context, position, askiam_str_from(next->id), askiam_str_from(next->type),
                     askiam_str_from(next->chain), askiam_str_from(next->body));
    }
  }
  return s_leave(journal, status);
}

static askiam_status s_outbox_done(void *self, const askiam_call *call, const int64_t *positions, size_t count,
                                   askiam_error *error)
{
  memory_journal *journal = self;
  (void)call;
  askiam_status status = s_enter(journal, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  for (size_t i = 0; i < count; ++i) {
    journal->events[positions[i] - 1].delivered = true;
  }
  return s_leave(journal, ASKIAM_STATUS_OK);
}

static askiam_status s_checkpoint(void *self, const askiam_call *call, askiam_str id, int64_t time_ms, askiam_str body,
                                  askiam_error *error)
{
  memory_journal *journal = self;
  (void)call;
  (void)id;
  (void)time_ms;
  askiam_status status = s_enter(journal, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  free(journal->checkpoint);
  journal->checkpoint = s_text(body);
  return s_leave(journal, ASKIAM_STATUS_OK);
}

static askiam_status s_erase(void *self, const askiam_call *call, askiam_str user_id, uint64_t *out_count,
                             askiam_error *error)
{
  static const askiam_record_field erased[] = {ASKIAM_RECORD_DECISION, ASKIAM_RECORD_DECISION_SALT,
                                               ASKIAM_RECORD_SENTENCE, ASKIAM_RECORD_SENTENCE_SALT,
                                               ASKIAM_RECORD_FACTS,    ASKIAM_RECORD_FACTS_SALT};
  memory_journal *journal = self;
  (void)call;
  askiam_status status = s_enter(journal, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  for (size_t i = 0; i < journal->row_count; ++i) {
    askiam_record *record = journal->rows[i].record;
    if (s_is(user_id, askiam_record_text(record, ASKIAM_RECORD_USER_ID))) {
      ++*out_count;
      for (size_t j = 0; j < sizeof erased / sizeof *erased; ++j) {
        askiam_record_set_text(record, erased[j], (askiam_str){NULL, 0});
      }
    }
  }
  return s_leave(journal, ASKIAM_STATUS_OK);
}

void memory_journal_init(memory_journal *journal, size_t chain_count)
{
  memset(journal, 0, sizeof *journal);
  pthread_mutex_init(&journal->mutex, NULL);
  journal->chain_count = chain_count;
  for (size_t i = 0; i < chain_count; ++i) {
    snprintf(journal->chains[i].name, sizeof journal->chains[i].name, "c%d", (int)i);
    memset(journal->chains[i].hash, '0', 64);
  }
}

void memory_journal_clean_up(memory_journal *journal)
{
  for (size_t i = 0; i < journal->row_count; ++i) {
    askiam_record_destroy(journal->rows[i].record);
  }
  for (size_t i = 0; i < journal->event_count; ++i) {
    free(journal->events[i].body);
  }
  free(journal->checkpoint);
  pthread_mutex_destroy(&journal->mutex);
}

aski_journal memory_journal_handle(memory_journal *journal)
{
  return (aski_journal){.table = {.size = sizeof(askiam_journal_vtable),
                                  .heads = s_heads,
                                  .append = s_append,
                                  .find = s_find,
                                  .scan = s_scan,
                                  .outbox_next = s_outbox_next,
                                  .outbox_done = s_outbox_done,
                                  .checkpoint = s_checkpoint,
                                  .erase = s_erase,
                                  .unaudited = s_unaudited,
                                  .adrift = s_adrift},
                        .self = journal,
                        .provided = true};
}

aski_journal memory_journal_plain_handle(memory_journal *journal)
{
  aski_journal handle = memory_journal_handle(journal);
  handle.table.checkpoint = NULL;
  handle.table.unaudited = NULL;
  handle.table.adrift = NULL;
  return handle;
}

void memory_set_text(memory_journal *journal, size_t row, askiam_record_field field, const char *value)
{
  askiam_record_set_text(journal->rows[row].record, field, askiam_str_from(value));
}

void memory_remove(memory_journal *journal, size_t row)
{
  askiam_record_destroy(journal->rows[row].record);
  memmove(&journal->rows[row], &journal->rows[row + 1], (journal->row_count - row - 1) * sizeof *journal->rows);
  --journal->row_count;
}

void memory_swap(memory_journal *journal, size_t left, size_t right)
{
  memory_row kept = journal->rows[left];
  journal->rows[left] = journal->rows[right];
  journal->rows[right] = kept;
}

void memory_duplicate(memory_journal *journal, size_t row)
{
  memory_row copy = journal->rows[row];
  copy.record = s_copy(copy.record);
  memmove(&journal->rows[row + 1], &journal->rows[row], (journal->row_count - row) * sizeof *journal->rows);
  journal->rows[row + 1] = copy;
  ++journal->row_count;
}

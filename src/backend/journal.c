/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls into a journal: where decisions are recorded, read back, and where events wait. */
#include "backend/answer.h"

enum { HASH_DIGITS = 64 };

static askiam_status s_not_provided(const char *slot, askiam_error *error)
{
  return aski_answer_not_provided(ASKIAM_LAYER_STORE, "journal", slot, error);
}

static bool s_is_hash(const char *hash)
{
  for (size_t i = 0; i < HASH_DIGITS; ++i) {
    if (!((hash[i] >= '0' && hash[i] <= '9') || (hash[i] >= 'a' && hash[i] <= 'f'))) {
      return false;
    }
  }
  return hash[HASH_DIGITS] == 0;
}

static askiam_status s_check_heads(aski_answer *answer, const askiam_heads *heads)
{
  if (heads->count == 0) {
    return aski_answer_wrong(answer, "no chain");
  }
  for (size_t i = 0; i < heads->count; ++i) {
    const aski_head *head = &heads->items[i];
    if (head->chain.length == 0 || head->seq < 0 || !s_is_hash(head->hash)) {
      return aski_answer_wrong(answer, "the chain \"%.*s\" has a malformed head", ASKI_STR_ARG(head->chain));
    }
    for (size_t j = 0; j < i; ++j) {
      if (aski_str_equal(head->chain, heads->items[j].chain)) {
        return aski_answer_wrong(answer, "the chain \"%.*s\" twice", ASKI_STR_ARG(head->chain));
      }
    }
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_journal_heads(const aski_journal *journal, const askiam_call *call, askiam_heads *heads,
                                 askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, journal->provided, ASKIAM_LAYER_STORE, "journal", "heads",
                         "journal.heads", error)) {
    return status;
  }
  status = journal->table.heads(journal->self, call, heads, &answer.own);
  if (status == ASKIAM_STATUS_OK && heads->arena->failed) {
    status = ASKIAM_STATUS_NO_MEMORY;
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_check_heads(&answer, heads);
  }
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_journal_append(const aski_journal *journal, const askiam_call *call, const askiam_records *records,
                                  size_t *out_index, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, journal->provided, ASKIAM_LAYER_STORE, "journal", "append",
                         "journal.append", error)) {
    return status;
  }
  size_t index = SIZE_MAX;
  status = journal->table.append(journal->self, call, records, &index, &answer.own);
  if (status == ASKIAM_STATUS_EXISTS && index >= askiam_records_count(records)) {
    status = aski_answer_wrong(&answer, "a record exists, but it does not say which");
  }
  if (out_index != NULL) {
    *out_index = index;
  }
  return aski_answer_end(&answer, status, error);
}

/* Stands between the journal and whoever receives its rows: remembers how the walk was ended. */
typedef struct s_walk {
  askiam_record_fn row;
  askiam_event_fn event;
  void *context;
  askiam_str requester_id; /* find: what was asked for */
  askiam_str request_id;
  int64_t after; /* outbox: positions grow from here */
  size_t left;
  aski_answer *answer;
  askiam_status ended;  /* by the receiver, or for a row that was not asked for */
  askiam_status before; /* in the caller's error */
} s_walk;

/* The caller's error may hold what an earlier call left: it is put aside, so that the receiver's own words can be told from that. */
static void s_begin_walk(s_walk *walk, askiam_error *error)
{
  if (error != NULL) {
    walk->before = error->status;
    error->status = ASKIAM_STATUS_OK;
  }
}

/* A receiver that fails has told its caller why, mostly into the very same error: that is left alone. */
static askiam_status s_end_walk(s_walk *walk, askiam_status status, askiam_error *error)
{
  bool told = error != NULL && error->status != ASKIAM_STATUS_OK;
  if (walk->ended != ASKIAM_STATUS_OK) {
    status = walk->ended;
  }
  if (error != NULL && status == ASKIAM_STATUS_OK) {
    error->status = walk->before;
  }
  return told ? aski_span_end(&walk->answer->span, status) : aski_answer_end(walk->answer, status, error);
}

static askiam_status s_found_row(void *context, const askiam_record *record)
{
  s_walk *walk = context;
  if (walk->ended != ASKIAM_STATUS_OK) {
    return walk->ended; /* a journal that goes on after the end */
  }
  askiam_str requester_id = askiam_record_text(record, ASKIAM_RECORD_REQUESTER_ID);
  askiam_str request_id = askiam_record_text(record, ASKIAM_RECORD_REQUEST_ID);
  if (!aski_str_equal(request_id, walk->request_id) ||
      (aski_str_present(walk->requester_id) && !aski_str_equal(requester_id, walk->requester_id))) {
    walk->ended = aski_answer_wrong(walk->answer, "it found the request \"%.*s\" of \"%.*s\", which was not asked for",
                                    ASKI_STR_ARG(request_id), ASKI_STR_ARG(requester_id));
    return walk->ended;
  }
  walk->ended = walk->row(walk->context, record);
  return walk->ended;
}

askiam_status aski_journal_find(const aski_journal *journal, const askiam_call *call, askiam_str requester_id,
                                askiam_str request_id, askiam_record_fn row, void *context, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, journal->provided, ASKIAM_LAYER_STORE, "journal", "find",
                         "journal.find", error)) {
    return status;
  }
  s_walk walk = {
      .row = row, .context = context, .requester_id = requester_id, .request_id = request_id, .answer = &answer};
  s_begin_walk(&walk, error);
  status = journal->table.find(journal->self, call, requester_id, request_id, s_found_row, &walk, &answer.own);
  return s_end_walk(&walk, status, error);
}

/* Entries go on as they are: verifying them is the reader's whole purpose. */
static askiam_status s_scanned_row(void *context, const askiam_record *record)
{
  s_walk *walk = context;
  if (walk->ended != ASKIAM_STATUS_OK) {
    return walk->ended; /* a journal that goes on after the end */
  }
  walk->ended = walk->row(walk->context, record);
  return walk->ended;
}

askiam_status aski_journal_scan(const aski_journal *journal, const askiam_call *call, const askiam_journal_query *query,
                                askiam_record_fn row, void *context, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, journal->provided, ASKIAM_LAYER_STORE, "journal", "scan",
                         "journal.scan", error)) {
    return status;
  }
  s_walk walk = {.row = row, .context = context, .answer = &answer};
  s_begin_walk(&walk, error);
  status = journal->table.scan(journal->self, call, query, s_scanned_row, &walk, &answer.own);
  return s_end_walk(&walk, status, error);
}

/* Positions that do not grow would make a relay run in circles. */
static askiam_status s_waiting_event(void *context, int64_t position, askiam_str id, askiam_str type, askiam_str chain,
                                     askiam_str body)
{
  s_walk *walk = context;
  if (walk->ended != ASKIAM_STATUS_OK) {
    return walk->ended; /* a journal that goes on after the end */
  }
  if (position <= walk->after || walk->left == 0) {
    walk->ended =
        aski_answer_wrong(walk->answer, "an event at position %lld that was not asked for", (long long)position);
    return walk->ended;
  }
  --walk->left;
  walk->ended = walk->event(walk->context, position, id, type, chain, body);
  return walk->ended;
}

askiam_status aski_journal_outbox_next(const aski_journal *journal, const askiam_call *call, int64_t after,
                                       size_t limit, askiam_event_fn event, void *context, askiam_error *error)
{
  if (journal->table.outbox_next == NULL) {
    return s_not_provided("outbox_next", error);
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, journal->provided, ASKIAM_LAYER_STORE, "journal", "outbox_next",
                         "journal.outbox_next", error)) {
    return status;
  }
  s_walk walk = {.event = event, .context = context, .after = after, .left = limit, .answer = &answer};
  s_begin_walk(&walk, error);
  status = journal->table.outbox_next(journal->self, call, after, limit, s_waiting_event, &walk, &answer.own);
  return s_end_walk(&walk, status, error);
}

askiam_status aski_journal_outbox_done(const aski_journal *journal, const askiam_call *call, const int64_t *positions,
                                       size_t count, askiam_error *error)
{
  if (journal->table.outbox_done == NULL) {
    return s_not_provided("outbox_done", error);
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, journal->provided, ASKIAM_LAYER_STORE, "journal", "outbox_done",
                         "journal.outbox_done", error)) {
    return status;
  }
  status = journal->table.outbox_done(journal->self, call, positions, count, &answer.own);
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_journal_checkpoint(const aski_journal *journal, const askiam_call *call, askiam_str id,
                                      int64_t time_ms, askiam_str body, askiam_error *error)
{
  if (journal->provided && journal->table.checkpoint == NULL) {
    return ASKIAM_STATUS_OK;
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, journal->provided, ASKIAM_LAYER_STORE, "journal", "checkpoint",
                         "journal.checkpoint", error)) {
    return status;
  }
  status = journal->table.checkpoint(journal->self, call, id, time_ms, body, &answer.own);
  return aski_answer_end(&answer, status, error);
}

/* One of the slots that look beside the trail. */
typedef askiam_status (*s_look_fn)(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                                   askiam_error *error);

static askiam_status s_look(const aski_journal *journal, s_look_fn look, const char *slot, const char *span,
                            const askiam_call *call, askiam_record_fn row, void *context, askiam_error *error)
{
  if (look == NULL) {
    return s_not_provided(slot, error);
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, journal->provided, ASKIAM_LAYER_STORE, "journal", slot, span, error)) {
    return status;
  }
  s_walk walk = {.row = row, .context = context, .answer = &answer};
  s_begin_walk(&walk, error);
  status = look(journal->self, call, s_scanned_row, &walk, &answer.own);
  return s_end_walk(&walk, status, error);
}

askiam_status aski_journal_unaudited(const aski_journal *journal, const askiam_call *call, askiam_record_fn row,
                                     void *context, askiam_error *error)
{
  return s_look(journal, journal->table.unaudited, "unaudited", "journal.unaudited", call, row, context, error);
}

askiam_status aski_journal_adrift(const aski_journal *journal, const askiam_call *call, askiam_record_fn row,
                                  void *context, askiam_error *error)
{
  return s_look(journal, journal->table.adrift, "adrift", "journal.adrift", call, row, context, error);
}

askiam_status aski_journal_erase(const aski_journal *journal, const askiam_call *call, askiam_str user_id,
                                 uint64_t *out_count, askiam_error *error)
{
  if (journal->table.erase == NULL) {
    return s_not_provided("erase", error);
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, journal->provided, ASKIAM_LAYER_STORE, "journal", "erase",
                         "journal.erase", error)) {
    return status;
  }
  uint64_t count = 0;
  status = journal->table.erase(journal->self, call, user_id, &count, &answer.own);
  if (out_count != NULL) {
    *out_count = count;
  }
  return aski_answer_end(&answer, status, error);
}

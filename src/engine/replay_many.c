/* SPDX-License-Identifier: Apache-2.0
 *
 * Repeating many recorded decisions, one after the other as the journal hands them on: nothing of one is kept for
 * the next. Where policies have to be loaded the walk ends, and goes on after them: a store may have no second
 * connection. */
#include <stdio.h>

#include "engine/replay_tally.h"

/* An entry's place in the order of a walk. */
typedef struct s_place {
  int64_t time_ms;
  int64_t seq;
  char chain[128];
} s_place;

typedef struct s_many {
  aski_visit visit;
  aski_replay_tally tally;
  askiam_audit_filter filter;
  s_place last;          /* the entry that was read last */
  uint64_t read;         /* entries, in all */
  uint64_t at_that_time; /* of them: with the time of the last one */
  aski_arena arena;      /* of the record in work */
  aski_kept kept;
  aski_replay_terms terms;
  bool paused; /* the record in work needs policies */
  askiam_error error;
} s_many;

static void s_note(s_many *many, const askiam_record *record)
{
  int64_t time_ms = askiam_record_number(record, ASKIAM_RECORD_TIME_MS);
  many->at_that_time = many->read > 0 && time_ms == many->last.time_ms ? many->at_that_time + 1 : 1;
  ++many->read;
  many->last = (s_place){.time_ms = time_ms, .seq = askiam_record_number(record, ASKIAM_RECORD_SEQ)};
  snprintf(many->last.chain, sizeof many->last.chain, "%.*s",
           ASKI_STR_ARG(askiam_record_text(record, ASKIAM_RECORD_CHAIN)));
}

/* A walk that goes on begins with the entries of the same time again. */
static bool s_was_read(const s_many *many, const askiam_record *record)
{
  if (many->read == 0 || askiam_record_number(record, ASKIAM_RECORD_TIME_MS) != many->last.time_ms) {
    return false;
  }
  int order = aski_str_compare(askiam_record_text(record, ASKIAM_RECORD_CHAIN), askiam_str_from(many->last.chain));
  int64_t seq = askiam_record_number(record, ASKIAM_RECORD_SEQ);
  order = order != 0 ? order : (seq > many->last.seq) - (seq < many->last.seq);
  return many->filter.newest_first ? order >= 0 : order <= 0;
}

static void s_forget(s_many *many)
{
  aski_kept_clean_up(&many->kept);
  aski_arena_clean_up(&many->arena);
}

static askiam_status s_read(s_many *many, const askiam_record *record)
{
  aski_arena_init(&many->arena, &many->visit.engine->allocator);
  askiam_status status = aski_kept_read(&many->kept, &many->arena, &many->visit.engine->audit, record, &many->error);
  return status == ASKIAM_STATUS_OK ? aski_replay_tally_terms(&many->terms, &many->tally, &many->kept, &many->error)
                                    : status;
}

static askiam_status s_row(void *context, const askiam_record *record)
{
  s_many *many = context;
  const aski_replay_set *lacking = NULL;
  bool decision = aski_str_equal_text(askiam_record_text(record, ASKIAM_RECORD_ACTION), ASKI_AUDIT_ACTION);
  if (!decision || s_was_read(many, record)) {
    return ASKIAM_STATUS_OK;
  }
  s_note(many, record);
  askiam_status status = s_read(many, record);
  many->paused = status == ASKIAM_STATUS_OK && many->kept.state == ASKI_KEPT_WHOLE &&
                 !aski_replay_sets_ready(&lacking, &many->kept, &many->terms);
  if (many->paused) {
    return ASKIAM_STATUS_CANCELLED; /* of the walk; the record stays in work */
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_replay_tally_add(&many->tally, &many->arena, &many->kept, &many->terms, &many->error);
  }
  s_forget(many);
  return status;
}

/* The record that the walk was ended for. */
static askiam_status s_finish(s_many *many)
{
  askiam_status status =
      aski_replay_sets_load(&many->tally.sets, &many->visit, &many->kept, &many->terms, &many->error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_replay_tally_add(&many->tally, &many->arena, &many->kept, &many->terms, &many->error);
  }
  s_forget(many);
  return status;
}

/* From where the walk ended, at most as many as are still wanted. */
static askiam_journal_query s_query(const s_many *many)
{
  askiam_journal_query query = aski_audit_filter_query(&many->filter);
  query.with_request = 1;
  query.action = ASKI_STR(ASKI_AUDIT_ACTION); /* what became of grants is not decided again */
  if (many->read > 0 && many->filter.newest_first) {
    query.to_ms = many->last.time_ms < INT64_MAX ? many->last.time_ms + 1 : query.to_ms;
  } else if (many->read > 0) {
    query.from_ms = many->last.time_ms;
  }
  if (query.limit > 0) {
    query.limit = query.limit - many->read + many->at_that_time;
  }
  return query;
}

static askiam_status s_walk(s_many *many)
{
  askiam_status status = ASKIAM_STATUS_OK;
  do {
    many->paused = false;
    askiam_error said = ASKIAM_ERROR_INIT;
    askiam_journal_query query = s_query(many);
    status = aski_journal_scan(many->visit.engine->audit.journal, &many->visit.call, &query, s_row, many, &said);
    if (many->paused) {
      status = s_finish(many);
    } else if (status != ASKIAM_STATUS_OK && many->error.status == ASKIAM_STATUS_OK) {
      many->error = said;
    }
  } while (status == ASKIAM_STATUS_OK && many->paused && (many->filter.limit == 0 || many->read < many->filter.limit));
  return status;
}

static askiam_status s_bad(askiam_error *error, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "askiam_replay_many: %s", what);
}

static bool s_read_mode(aski_replay_tally *tally, askiam_str mode)
{
  tally->other_mode = aski_str_present(mode);
  tally->policy_mode = aski_str_equal_text(mode, "allowlist") ? ASKI_POLICY_MODE_ALLOWLIST : ASKI_POLICY_MODE_GUARDRAIL;
  return !tally->other_mode || aski_str_equal_text(mode, aski_policy_mode_name(tally->policy_mode));
}

/* Options of an older program are smaller: what they do not have is absent. */
static askiam_status s_read_options(s_many *many, const askiam_replay_options *options, askiam_error *error)
{
  askiam_replay_options whole = {.size = sizeof whole};
  if (options != NULL && options->size < sizeof options->size) {
    return s_bad(error, "the options' size is not set: it must be sizeof(askiam_replay_options)");
  }
  if (options != NULL) {
    memcpy(&whole, options, options->size < sizeof whole ? options->size : sizeof whole);
  }
  many->tally.tried = whole.policies;
  if (!s_read_mode(&many->tally, whole.policy_mode)) {
    return s_bad(error, "the policy mode is guardrail or allowlist");
  }
  askiam_status status = aski_audit_read_filter(&many->filter, whole.filter, error);
  if (status == ASKIAM_STATUS_OK && many->filter.count_by.length > 0) {
    status = s_bad(error, "a replay is not counted by groups: leave count_by absent");
  }
  return status == ASKIAM_STATUS_OK ? aski_replay_read_choice(&many->tally.choice, whole.fail_on, error) : status;
}

static askiam_status s_run(s_many *many)
{
  many->visit.call.deadline_ticks_ns = UINT64_MAX; /* as many as there are */
  many->tally.allocator = &many->visit.engine->allocator;
  aski_buffer_init(&many->tally.buffer, many->tally.allocator);
  askiam_status status = s_walk(many);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_replay_tally_end(&many->tally, &many->error);
  }
  aski_replay_sets_clean_up(&many->tally.sets, &many->visit);
  aski_buffer_clean_up(&many->tally.buffer);
  return status;
}

/* A summary of an older program is smaller: what it does not have it does not get. */
static void s_give_summary(askiam_replay_summary *out_summary, const askiam_replay_summary *summary)
{
  if (out_summary != NULL) {
    size_t size = out_summary->size < sizeof *summary ? out_summary->size : sizeof *summary;
    memcpy(out_summary, summary, size);
    out_summary->size = size;
  }
}

askiam_status askiam_replay_many(askiam_replay_summary *out_summary, askiam_engine *engine,
                                 const askiam_replay_options *options, askiam_line_fn line, void *context,
                                 askiam_error *error)
{
  s_many many = {.tally = {.line = line, .context = context, .summary = {.size = sizeof many.tally.summary}},
                 .error = ASKIAM_ERROR_INIT};
  if (line == NULL || (out_summary != NULL && out_summary->size < sizeof out_summary->size)) {
    return s_bad(error, "line must not be NULL, and the summary's size must be sizeof(askiam_replay_summary)");
  }
  s_give_summary(out_summary, &many.tally.summary);
  askiam_status status = s_read_options(&many, options, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_enter(&many.visit, engine, NULL, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = s_run(&many);
  aski_leave(&many.visit);
  s_give_summary(out_summary, &many.tally.summary);
  if (status != ASKIAM_STATUS_OK && error != NULL) {
    *error = many.error;
    error->status = status;
  }
  return status;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The sync as a whole: begin or go on, table after table, part after part, commit only what is complete. */
#include "index/index.h"

#include <stddef.h>

#include "index/run.h"

enum { PLACE_MAX_BYTES = 4096 };

const aski_index_step aski_index_steps[ASKI_INDEX_STEPS] = {
    {"roles", ASKIAM_TABLE_ROLES, aski_index_make_roles, offsetof(aski_index_place, roles)},
    {"documents", ASKIAM_TABLE_DOCUMENTS, aski_index_make_documents, offsetof(aski_index_place, documents)},
    {"access_patterns", ASKIAM_TABLE_ACCESS_PATTERNS, aski_index_make_patterns, offsetof(aski_index_place, patterns)},
};

askiam_status aski_index_create(const aski_index *index, const askiam_call *call, int *out_created, askiam_error *error)
{
  return aski_search_index_create(index->search, call, index->backend, out_created, error);
}

static askiam_status s_begin(aski_index_job *job, bool restart, aski_buffer *position)
{
  askiam_status status = aski_search_index_begin(job->index->search, job->call, job->index->backend, restart,
                                                 &job->session, position, job->error);
  job->open = status == ASKIAM_STATUS_OK;
  return status;
}

/* Goes on with what broke off; where that was of another catalogue or embedder, begins anew. */
static askiam_status s_open(aski_index_job *job)
{
  aski_buffer position;
  aski_buffer_init(&position, job->index->allocator);
  askiam_status status = s_begin(job, job->options.restart != 0, &position);
  if (status == ASKIAM_STATUS_OK && position.length > 0) {
    job->resumed = aski_index_place_read(&job->place, aski_buffer_view(&position), job->index->allocator);
    if (!job->resumed) {
      aski_search_index_abort(job->index->search, job->session);
      job->open = false;
      status = s_begin(job, true, &position);
    }
  }
  aski_buffer_clean_up(&position);
  return status;
}

static uint64_t *s_counter(aski_index_job *job)
{
  return (uint64_t *)(void *)((char *)&job->place + aski_index_steps[job->place.step].counter);
}

static askiam_status s_put_part(aski_index_job *job)
{
  const aski_index_step *step = &aski_index_steps[job->place.step];
  askiam_index_entry *entries = aski_arena_acquire(&job->part.arena, job->part.count, sizeof *entries);
  if (entries == NULL) {
    return aski_index_no_memory(job->error);
  }
  askiam_status status = step->make(job, entries);
  if (status == ASKIAM_STATUS_OK && job->part.arena.failed) {
    status = aski_index_no_memory(job->error);
  }
  for (size_t i = 0; i < job->part.count && status == ASKIAM_STATUS_OK; ++i) {
    status = aski_search_index_put(job->index->search, job->call, job->session, &entries[i], job->error);
    *s_counter(job) += status == ASKIAM_STATUS_OK ? 1 : 0;
  }
  return status;
}

static void s_move(aski_index_job *job, askiam_str position)
{
  job->place.after_bytes = position.length;
  if (position.length > 0) {
    memcpy(job->place.after, position.data, position.length);
  }
}

/* A place that is too long to be kept is passed over: the next one will do. */
static askiam_status s_checkpoint(aski_index_job *job)
{
  aski_buffer text;
  aski_buffer_init(&text, job->index->allocator);
  aski_index_place_write(&text, &job->place);
  askiam_status status = text.failed ? aski_index_no_memory(job->error) : ASKIAM_STATUS_OK;
  if (status == ASKIAM_STATUS_OK && text.length <= PLACE_MAX_BYTES) {
    status =
        aski_search_index_checkpoint(job->index->search, job->call, job->session, aski_buffer_view(&text), job->error);
  }
  aski_buffer_clean_up(&text);
  return status;
}

static void s_report(aski_index_job *job)
{
  if (job->options.progress != NULL) {
    job->options.progress(job->options.context, aski_index_steps[job->place.step].name,
                          job->place.roles + job->place.documents + job->place.patterns);
  }
}

/* One part; at the end of a table, on to the next. */
static askiam_status s_go_on(aski_index_job *job)
{
  askiam_str after = {job->place.after, job->place.after_bytes};
  askiam_status status = aski_index_part_read(&job->part, job->index, job->call,
                                              aski_index_steps[job->place.step].table, after, job->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (job->part.count == 0) {
    ++job->place.step;
    s_move(job, ASKI_STR_NONE);
    return ASKIAM_STATUS_OK;
  }
  status = s_put_part(job);
  if (status == ASKIAM_STATUS_OK) {
    s_move(job, job->part.items[job->part.count - 1].position);
    status = s_checkpoint(job);
  }
  if (status == ASKIAM_STATUS_OK) {
    s_report(job);
  }
  return status;
}

static void s_summary(aski_buffer *out_json, const aski_index_job *job, uint64_t removed)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, out_json);
  aski_json_open_object(&writer, NULL);
  aski_json_write_unsigned(&writer, "roles", job->place.roles);
  aski_json_write_unsigned(&writer, "documents", job->place.documents);
  aski_json_write_unsigned(&writer, "patterns", job->place.patterns);
  aski_json_write_unsigned(&writer, "removed", removed);
  aski_json_write_bool(&writer, "resumed", job->resumed);
  aski_json_close_object(&writer);
}

/* An import meanwhile may have been read by halves: not wrong for long, but worth a word. */
static void s_look_at_catalogue(const aski_index_job *job)
{
  uint64_t version = 0;
  if (aski_catalogue_version(job->index->catalogue, job->call, &version, NULL) == ASKIAM_STATUS_OK &&
      version != job->place.catalogue) {
    aski_log(job->call->trace, ASKIAM_LOG_WARN, "index", NULL, -1,
             "the catalogue changed while the index was filled; sync again to have all of it");
  }
}

static askiam_status s_load(aski_index_job *job)
{
  askiam_status status = aski_index_names_load(&job->names, job->index, job->call, job->error);
  return status == ASKIAM_STATUS_OK ? aski_index_policies_load(&job->policies, job->index, job->call, job->error)
                                    : status;
}

static askiam_status s_fill(aski_index_job *job, uint64_t *out_removed)
{
  job->place.model = askiam_str_from(aski_embedder_model(job->index->embedder));
  askiam_status status = aski_catalogue_version(job->index->catalogue, job->call, &job->place.catalogue, job->error);
  status = status == ASKIAM_STATUS_OK ? s_open(job) : status;
  status = status == ASKIAM_STATUS_OK ? s_load(job) : status;
  while (status == ASKIAM_STATUS_OK && job->place.step < ASKI_INDEX_STEPS) {
    status = s_go_on(job);
  }
  if (status == ASKIAM_STATUS_OK) {
    job->open = false;
    status = aski_search_index_commit(job->index->search, job->call, job->session, out_removed, job->error);
  }
  if (job->open) {
    aski_search_index_abort(job->index->search, job->session);
  }
  return status;
}

askiam_status aski_index_sync(aski_buffer *out_json, const aski_index *index, const askiam_call *call,
                              const askiam_index_options *options, askiam_error *error)
{
  aski_index_job job = {.index = index, .call = call, .error = error};
  uint64_t removed = 0;
  if (options != NULL) {
    memcpy(&job.options, options, options->size < sizeof job.options ? options->size : sizeof job.options);
  }
  aski_arena_init(&job.names.arena, index->allocator);
  aski_arena_init(&job.policies.arena, index->allocator);
  aski_index_part_init(&job.part, index->allocator);
  askiam_status status = s_fill(&job, &removed);
  if (status == ASKIAM_STATUS_OK) {
    s_look_at_catalogue(&job);
    if (out_json != NULL) {
      s_summary(out_json, &job, removed);
    }
  }
  aski_index_part_clean_up(&job.part);
  aski_index_policies_clean_up(&job.policies);
  aski_index_names_clean_up(&job.names);
  return status;
}

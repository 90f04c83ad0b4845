/* SPDX-License-Identifier: Apache-2.0 */
#include "doubles.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"

static askiam_status s_fail(askiam_error *error, askiam_layer layer, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, layer, "%s is away", what);
}

static askiam_status s_version(void *self, const askiam_call *call, uint64_t *out_version, askiam_error *error)
{
  const doubles *own = self;
  (void)call;
  (void)error;
  *out_version = own->version;
  return ASKIAM_STATUS_OK;
}

static size_t s_columns(askiam_table table)
{
  return table == ASKIAM_TABLE_POLICIES                                                ? 2
         : table == ASKIAM_TABLE_ROLES || table == ASKIAM_TABLE_DOCUMENTS              ? 8
         : table == ASKIAM_TABLE_APPLICATIONS || table == ASKIAM_TABLE_ACCESS_PATTERNS ? 6
                                                                                       : 0;
}

/* Positions are "000001", … */
static askiam_status s_read_rows(void *self, const askiam_call *call, askiam_table table, askiam_str after,
                                 size_t limit, askiam_row_fn row, void *context, askiam_error *error)
{
  doubles *own = self;
  (void)call;
  if (++own->reads == own->fail_read) {
    return s_fail(error, ASKIAM_LAYER_STORE, "the store");
  }
  size_t total = own->repeat[table] > 0 ? own->repeat[table] : own->counts[table];
  char last[8] = "000000";
  memcpy(last, after.data == NULL ? last : after.data, after.length == 6 ? 6 : 0);
  for (size_t i = (size_t)atoi(last); i < total && limit > 0; ++i, --limit) {
    char position[32];
    char id[32];
    askiam_str values[ASKIAM_ROW_MAX_COLUMNS];
    const double_row *source = &own->tables[table][own->repeat[table] > 0 ? 0 : i];
    for (size_t column = 0; column < s_columns(table); ++column) {
      values[column] = askiam_str_from(source->values[column] == NULL ? "" : source->values[column]);
    }
    if (own->repeat[table] > 0) {
      snprintf(id, sizeof id, "r%06zu", i + 1);
      values[0] = askiam_str_from(id);
    }
    snprintf(position, sizeof position, "%06zu", i + 1);
    askiam_status status = row(context, askiam_str_from(position), values, s_columns(table));
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_index_create(void *self, const askiam_call *call, int *out_created, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)error;
  *out_created = 2;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_begin(void *self, const askiam_call *call, int restart, void **out_session,
                             askiam_position_fn position, void *context, askiam_error *error)
{
  doubles *own = self;
  (void)call;
  (void)error;
  askiam_status status = ASKIAM_STATUS_OK;
  if (restart == 0 && own->kept[0] != 0) {
    status = position(context, askiam_str_from(own->kept));
  } else {
    own->kept[0] = 0;
  }
  if (status == ASKIAM_STATUS_OK) {
    *out_session = own;
    ++own->begun;
    own->restarted += restart != 0;
  }
  return status;
}

static void s_see_list(doubles *own, const askiam_index_entry *entry, const char *name, askiam_index_list list)
{
  for (size_t i = 0; i < askiam_index_entry_count(entry, list); ++i) {
    askiam_str item = askiam_index_entry_item(entry, list, i);
    aski_buffer_append_format(&own->seen, "%s%.*s", i == 0 ? name : ",", ASKI_STR_ARG(item));
  }
}

static void s_see(doubles *own, const askiam_index_entry *entry)
{
  static const char *const kinds[] = {"role", "document", "pattern"};
  static const char *const names[] = {
      " id=", " title=", " body=", " user_name=", " policies=", " level=", " model=", " user=", " source="};
  aski_buffer_append_text(&own->seen, kinds[askiam_index_entry_kind(entry)]);
  for (int i = 0; i <= ASKIAM_INDEX_SOURCE; ++i) {
    askiam_str text = askiam_index_entry_text(entry, (askiam_index_text)i);
    if (aski_str_present(text)) {
      aski_buffer_append_format(&own->seen, "%s%.*s", names[i], ASKI_STR_ARG(text));
    }
  }
  s_see_list(own, entry, " apps=", ASKIAM_INDEX_APPLICATION_IDS);
  s_see_list(own, entry, " app_names=", ASKIAM_INDEX_APPLICATION_NAMES);
  s_see_list(own, entry, " roles=", ASKIAM_INDEX_ROLE_IDS);
  s_see_list(own, entry, " role_names=", ASKIAM_INDEX_ROLE_NAMES);
  size_t dimension = 0;
  const float *vector = askiam_index_entry_vector(entry, &dimension);
  if (vector != NULL) {
    aski_buffer_append_format(&own->seen, " vector=%g,%g/%zu", (double)vector[0], (double)vector[1], dimension);
  }
  if (askiam_index_entry_kind(entry) == ASKIAM_INDEX_PATTERN) {
    aski_buffer_append_format(&own->seen, " time=%lld approved=%d", (long long)askiam_index_entry_time_ms(entry),
                              askiam_index_entry_approved(entry));
  }
  aski_buffer_append_byte(&own->seen, '\n');
}

static askiam_status s_put(void *session, const askiam_call *call, const askiam_index_entry *entry, askiam_error *error)
{
  doubles *own = session;
  (void)call;
  if (++own->puts == own->fail_put) {
    return s_fail(error, ASKIAM_LAYER_SEARCH, "the index");
  }
  if (!own->quiet) {
    s_see(own, entry);
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_checkpoint(void *session, const askiam_call *call, askiam_str position, askiam_error *error)
{
  doubles *own = session;
  (void)call;
  (void)error;
  assert_true(position.length > 0 && position.length < sizeof own->kept);
  memcpy(own->kept, position.data, position.length);
  own->kept[position.length] = 0;
  ++own->checkpoints;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_commit(void *session, const askiam_call *call, uint64_t *out_removed, askiam_error *error)
{
  doubles *own = session;
  (void)call;
  ++own->committed;
  *out_removed = own->removed;
  if (own->fail_commit) {
    return s_fail(error, ASKIAM_LAYER_SEARCH, "the index");
  }
  own->kept[0] = 0;
  return ASKIAM_STATUS_OK;
}

static void s_abort(void *session)
{
  doubles *own = session;
  ++own->aborted;
}

static size_t s_dimension(void *self)
{
  (void)self;
  return 2;
}

static const char *s_model(void *self)
{
  const doubles *own = self;
  return own->model;
}

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  doubles *own = self;
  (void)call;
  ++own->embed_calls;
  own->embedded += count;
  snprintf(own->last_text, sizeof own->last_text, "%.*s", ASKI_STR_ARG(texts[count - 1]));
  for (size_t i = 0; i < count; ++i) {
    out_vectors[2 * i] = 0;
    out_vectors[2 * i + 1] = 1;
  }
  return own->embed_fails ? s_fail(error, ASKIAM_LAYER_EMBEDDER, "the embedder") : ASKIAM_STATUS_OK;
}

void doubles_init(doubles *own)
{
  *own = (doubles){.model = "m/2", .version = 7, .error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own->allocator);
  own->call = (askiam_call){
      .clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = 1000, .cancelled = &own->cancelled};
  own->admin = (aski_admin){.provided = true, .self = own, .table = {.read_rows = s_read_rows}};
  own->catalogue = (aski_catalogue){.provided = true, .self = own, .table = {.version = s_version}};
  own->search = (aski_search){.provided = true,
                              .self = own,
                              .table = {.index_create = s_index_create,
                                        .index_begin = s_begin,
                                        .index_put = s_put,
                                        .index_checkpoint = s_checkpoint,
                                        .index_commit = s_commit,
                                        .index_abort = s_abort}};
  own->embedder = (aski_embedder){
      .provided = true, .self = own, .table = {.dimension = s_dimension, .model = s_model, .embed = s_embed}};
  own->index = (aski_index){.admin = &own->admin,
                            .catalogue = &own->catalogue,
                            .search = &own->search,
                            .embedder = &own->embedder,
                            .backend = ASKI_STR("double"),
                            .allocator = &own->allocator.base};
  aski_buffer_init(&own->seen, aski_allocator_default());
}

void doubles_clean_up(doubles *own)
{
  assert_int_equal(own->begun, own->committed + own->aborted);
  assert_int_equal(own->allocator.outstanding, 0);
  aski_buffer_clean_up(&own->seen);
}

/* About 1 and about 0, in little-endian order and without a NUL. */
#define ONE_ZERO "\x01\x01\x80\x3f\x01\x01\x01\x01"

static const double_row s_applications[] = {{{"legacy", "Legacy", "", "", "inactive", "1"}},
                                            {{"workday", "Workday", "People", "grace", "active", "1"}}};
static const double_row s_roles[] = {
    {{"wd-hr", "workday", "HR Analyst", "reads people", "[\"people:read\",\"pay:read\"]", "high", "active", "1"}},
    {{"lg-admin", "legacy", "Admin", "", "[]", "", "active", "1"}},
    {{"stray", "gone", "Stray", "", "no list", "low", "inactive", "1"}}};
static const double_row s_policies[] = {
    {{"all", "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"askiam:RequestRole\","
             "\"Resource\":\"*\"},{\"Effect\":\"Allow\",\"Action\":\"askiam:RequestRole\",\"Resource\":\"*\"}]}"}},
    {{"bad", "{\"Version\":1}"}},
    {{"people", "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"askiam:RequestRole\","
                "\"Resource\":\"arn:aws:askiam:::application/workday/role/*\"}}"}}};
static const double_row s_documents[] = {
    {{"d1", "Guide", "How to", "{\"compliance_level\":\"sox\"}", "[\"workday\"]", "[\"wd-hr\",\"lg-admin\"]", "", ""}},
    {{"d2", "Rules", "For all", "{}", "[]", "[]", "", ""}},
    {{"d3", "Roles", "Both", "{\"compliance_level\":5}", "[]", "[\"stray\",\"wd-hr\",\"unknown\"]", ONE_ZERO, "m/2"}}};
static const double_row s_patterns[] = {{{"ann", "wd-hr", "workday", "1700000000000", "1", "human"}},
                                        {{"bob", "wd-hr", "", "-5", "0", "askiam"}}};

void doubles_fill(doubles *own)
{
#define FILL(table, rows)                                                                                              \
  own->tables[table] = (rows);                                                                                         \
  own->counts[table] = sizeof(rows) / sizeof *(rows)
  FILL(ASKIAM_TABLE_APPLICATIONS, s_applications);
  FILL(ASKIAM_TABLE_ROLES, s_roles);
  FILL(ASKIAM_TABLE_POLICIES, s_policies);
  FILL(ASKIAM_TABLE_DOCUMENTS, s_documents);
  FILL(ASKIAM_TABLE_ACCESS_PATTERNS, s_patterns);
}

askiam_status doubles_sync(doubles *own, const askiam_index_options *options, char *out_summary, size_t bytes)
{
  aski_buffer json;
  aski_buffer_init(&json, aski_allocator_default());
  askiam_status status = aski_index_sync(&json, &own->index, &own->call, options, &own->error);
  if (out_summary != NULL) {
    snprintf(out_summary, bytes, "%.*s", (int)json.length, json.data == NULL ? "" : json.data);
  }
  aski_buffer_clean_up(&json);
  return status;
}

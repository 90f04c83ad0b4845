/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/import/recorder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "import/tables.h"

const askiam_call g_call = {.deadline_ticks_ns = UINT64_MAX, .now_ms = INT64_C(1768991400000)};

static askiam_status s_migrate(void *self, const askiam_call *call, int *out_from, int *out_to, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)error;
  *out_from = *out_to = 1;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_begin(void *self, const askiam_call *call, void **out_session, askiam_error *error)
{
  (void)call;
  recorder *store = self;
  ++store->begun;
  *out_session = store;
  return store->begin_status == ASKIAM_STATUS_OK
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, store->begin_status, ASKIAM_LAYER_STORE, "the store is locked");
}

static askiam_status s_row(void *session, askiam_table table, uint64_t row, const askiam_str *values, size_t count,
                           askiam_error *error)
{
  recorder *store = session;
  if (++store->count == store->fail_row) {
    return askiam_error_set(error, ASKIAM_STATUS_FULL, ASKIAM_LAYER_STORE, "the disk is full");
  }
  aski_buffer_append_format(&store->rows, "%s %llu", aski_import_table_of(table)->name, (unsigned long long)row);
  for (size_t i = 0; i < count; ++i) {
    aski_buffer_append_byte(&store->rows, '|');
    if (table == ASKIAM_TABLE_DOCUMENTS && i == 6) {
      aski_buffer_append_format(&store->rows, "%zu", values[i].length);
    } else {
      aski_buffer_append(&store->rows, values[i]);
    }
  }
  aski_buffer_append_byte(&store->rows, '\n');
  return ASKIAM_STATUS_OK;
}

static askiam_status s_commit(void *session, askiam_import_report_fn report, void *context, askiam_error *error)
{
  recorder *store = session;
  ++store->committed;
  if (store->report_row == 0) {
    return ASKIAM_STATUS_OK;
  }
  store->report_more = report(context, store->report_table, store->report_row, store->report_message);
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_STORE, "references");
}

static void s_abort(void *session) { ++((recorder *)session)->aborted; }

void recorder_init(recorder *store)
{
  *store = (recorder){.admin = {.table = {.size = sizeof(askiam_admin_vtable),
                                          .migrate = s_migrate,
                                          .import_begin = s_begin,
                                          .import_row = s_row,
                                          .import_commit = s_commit,
                                          .import_abort = s_abort},
                                .provided = true}};
  store->admin.self = store;
  aski_buffer_init(&store->rows, aski_allocator_default());
}

void recorder_clean_up(recorder *store) { aski_buffer_clean_up(&store->rows); }

static void s_progress(void *context, const char *file, uint64_t rows, double share)
{
  (void)file;
  told *told_now = context;
  ++told_now->progress;
  told_now->rows = rows;
  told_now->share = share;
}

static void s_problem(void *context, const char *message)
{
  told *told_now = context;
  if (told_now->count < 32) {
    snprintf(told_now->problems[told_now->count], sizeof told_now->problems[0], "%s", message);
  }
  ++told_now->count;
}

/* The store is filled in by the caller, who may have changed its recorder. */
static void s_run(run *out, const char *path, const char *json, const askiam_allocator *allocator)
{
  out->told = (told){.count = 0};
  out->error = (askiam_error)ASKIAM_ERROR_INIT;
  allocator = allocator == NULL ? aski_allocator_default() : allocator;
  aski_buffer_init(&out->summary, aski_allocator_default());
  out->store.admin.self = &out->store;
  aski_import import = {.admin = &out->store.admin, .allocator = allocator};
  askiam_import_options options = {sizeof options, s_progress, s_problem, &out->told};
  out->status = json == NULL ? aski_import_run(&out->summary, &import, &g_call, path, &options, &out->error)
                             : aski_import_run_json(&out->summary, &import, &g_call, askiam_str_from(json), "org.json",
                                                    &options, &out->error);
}

void run_path(run *out, const char *path, const askiam_allocator *allocator) { s_run(out, path, NULL, allocator); }
void run_json(run *out, const char *json, const askiam_allocator *allocator) { s_run(out, NULL, json, allocator); }

void run_clean_up(run *finished)
{
  recorder_clean_up(&finished->store);
  aski_buffer_clean_up(&finished->summary);
}

void folder_make(char out_path[64])
{
  snprintf(out_path, 64, "/tmp/askiam-import-XXXXXX");
  if (mkdtemp(out_path) == NULL) {
    abort();
  }
}

void folder_write(const char *folder, const char *name, const char *content, size_t length)
{
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(content, 1, length, file) != length || fclose(file) != 0) {
    abort();
  }
}

void folder_put(const char *folder, const char *name, const char *content)
{
  folder_write(folder, name, content, strlen(content));
}

/* Two levels are enough: policies/ is the only folder within. */
static void s_empty(const char *folder, int level)
{
  DIR *entries = opendir(folder);
  for (const struct dirent *entry = entries == NULL ? NULL : readdir(entries); entry != NULL;
       entry = readdir(entries)) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
      char path[512];
      snprintf(path, sizeof path, "%.200s/%.200s", folder, entry->d_name);
      if (unlink(path) != 0 && level < 2) {
        s_empty(path, level + 1);
        rmdir(path);
      }
    }
  }
  if (entries != NULL) {
    closedir(entries);
  }
}

void folder_remove(const char *folder)
{
  s_empty(folder, 0);
  rmdir(folder);
}

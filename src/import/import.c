/* SPDX-License-Identifier: Apache-2.0
 *
 * The import as a whole: begin, read everything, commit only what is good in every row. */
#include "import/import.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/file_access.h"
#include "import/run.h"

typedef askiam_status (*s_source_fn)(aski_import_job *run, const void *source);

static askiam_status s_begin(aski_import_job *run)
{
  const aski_admin *admin = run->import->admin;
  if (!aski_admin_imports(admin)) {
    return askiam_error_set(run->error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_IMPORT,
                            "this store cannot import; choose one that can with store.url");
  }
  return admin->table.import_begin(admin->self, run->call, &run->session, run->error);
}

/* The store's word on a reference becomes a problem of the row. */
static int s_report(void *context, askiam_table table, uint64_t row, const char *message)
{
  aski_import_job *run = context;
  if ((unsigned)table < ASKIAM_TABLE_COUNT) {
    aski_import_problem(run, table, row, "%s", message);
  }
  return aski_import_full(run) ? 0 : 1;
}

static askiam_status s_commit(aski_import_job *run)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = run->import->admin->table.import_commit(run->session, s_report, run, &error);
  run->session = NULL;
  if (status == ASKIAM_STATUS_OK || (status == ASKIAM_STATUS_BAD_DATA && run->problems > 0)) {
    return status; /* the first problem is the error */
  }
  if (run->error != NULL) {
    *run->error = error;
  }
  return status;
}

static void s_summary(aski_buffer *out_json, const aski_import_job *run)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, out_json);
  aski_json_open_object(&writer, NULL);
  for (size_t i = 0; i < ASKIAM_TABLE_COUNT; ++i) {
    if (run->present[i]) {
      aski_json_write_integer(&writer, aski_import_table_of((askiam_table)i)->name, (int64_t)run->rows[i]);
    }
  }
  aski_json_close_object(&writer);
}

static void s_init(aski_import_job *run, const aski_import *import, const askiam_call *call,
                   const askiam_import_options *options, askiam_error *error)
{
  *run = (aski_import_job){.import = import, .call = call, .allocator = import->allocator, .error = error};
  if (options != NULL) {
    size_t known = options->size < sizeof run->options ? options->size : sizeof run->options;
    memcpy(&run->options, options, known);
  }
  run->now_ms = askiam_call_now_ms(call);
  aski_arena_init(&run->arena, import->allocator);
  aski_arena_init(&run->waiting.arena, import->allocator);
  aski_buffer_init(&run->scratch, import->allocator);
  aski_buffer_init(&run->text, import->allocator);
  aski_import_keys_init(&run->keys);
}

static void s_clean_up(aski_import_job *run)
{
  if (run->session != NULL) {
    run->import->admin->table.import_abort(run->session);
  }
  for (size_t i = 0; i < ASKIAM_TABLE_COUNT; ++i) {
    aski_import_lines_clean_up(&run->lines[i], run->allocator);
  }
  aski_import_keys_clean_up(&run->keys, run->allocator);
  aski_buffer_clean_up(&run->scratch);
  aski_buffer_clean_up(&run->text);
  aski_import_forget_waiting(run);
  aski_arena_clean_up(&run->arena);
}

static askiam_status s_run(aski_buffer *out_json, aski_import_job *run, s_source_fn read, const void *source)
{
  askiam_status status = s_begin(run);
  if (status == ASKIAM_STATUS_OK) {
    status = read(run, source);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = run->problems > 0 ? ASKIAM_STATUS_BAD_DATA : s_commit(run);
  }
  if (status == ASKIAM_STATUS_OK && out_json != NULL) {
    s_summary(out_json, run);
  }
  s_clean_up(run);
  return status;
}

static askiam_status s_read_folder(aski_import_job *run, const void *path) { return aski_import_folder(run, path); }

static askiam_status s_read_json(aski_import_job *run, const void *text)
{
  return aski_import_json(run, *(const askiam_str *)text);
}

static askiam_status s_read_file(aski_import_job *run, const void *source)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status =
      aski_file_read(&run->text, source, ASKI_JSON_MAX_BYTES,
                     "the organisation (one of more than 16 MiB has to be a folder)", ASKIAM_LAYER_IMPORT, &error);
  if (status == ASKIAM_STATUS_OK) {
    return aski_import_json(run, aski_buffer_view(&run->text));
  }
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return aski_import_no_memory(run);
  }
  return askiam_error_set(run->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_IMPORT, "%s", error.message);
}

static bool s_is_json(const char *path)
{
  size_t length = strlen(path);
  return length >= 5 && strcmp(path + length - 5, ".json") == 0;
}

/* What `path` cannot be; NULL where it is a folder or a .json file. */
static const char *s_refused(const char *path, bool *out_folder, askiam_status *out_status)
{
  struct stat facts;
  *out_status = ASKIAM_STATUS_BAD_DATA;
  if (stat(path, &facts) != 0) {
    *out_status = errno == EACCES ? ASKIAM_STATUS_NOT_PERMITTED : *out_status;
    return errno == ENOENT || errno == ENOTDIR ? "does not exist" : strerror(errno);
  }
  *out_folder = S_ISDIR(facts.st_mode);
  if (S_ISREG(facts.st_mode) && !s_is_json(path)) {
    return "is neither a folder nor a .json file; give the folder that holds the tables";
  }
  if (aski_file_denied(path, *out_folder ? R_OK | X_OK : R_OK) == EACCES) {
    *out_status = ASKIAM_STATUS_NOT_PERMITTED;
    return "no permission to read it";
  }
  return *out_folder || S_ISREG(facts.st_mode) ? NULL : "is neither a folder nor a file";
}

askiam_status aski_import_run(aski_buffer *out_json, const aski_import *import, const askiam_call *call,
                              const char *path, const askiam_import_options *options, askiam_error *error)
{
  bool folder = false;
  askiam_status refusal = ASKIAM_STATUS_OK;
  const char *wrong = s_refused(path, &folder, &refusal);
  if (wrong != NULL) {
    return askiam_error_set(error, refusal, ASKIAM_LAYER_IMPORT, "%s: %s", path, wrong);
  }
  aski_import_job run;
  s_init(&run, import, call, options, error);
  if (!folder) {
    const char *slash = strrchr(path, '/');
    run.json_name = slash == NULL ? path : slash + 1;
  }
  return s_run(out_json, &run, folder ? s_read_folder : s_read_file, path);
}

askiam_status aski_import_run_json(aski_buffer *out_json, const aski_import *import, const askiam_call *call,
                                   askiam_str json, const char *name, const askiam_import_options *options,
                                   askiam_error *error)
{
  aski_import_job run;
  s_init(&run, import, call, options, error);
  run.json_name = name;
  return s_run(out_json, &run, s_read_json, &json);
}

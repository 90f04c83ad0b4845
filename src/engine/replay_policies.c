/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder of policies that are to be tried: read, checked, compiled. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"
#include "engine/replay.h"
#include "import/check.h"

enum { POLICY_FILE_BYTES = 1024 * 1024, PROBLEM_BYTES = 1024 };

typedef struct s_folder {
  const char *path;
  askiam_import_problem_fn problem;
  void *context;
  const askiam_allocator *allocator;
  aski_arena arena;
  askiam_policy_builder *builder;
  struct {
    askiam_str *items; /* the names, in the order of bytes, so that every run tells the same */
    size_t count, capacity;
  } names;
  askiam_str file; /* "FOLDER/NAME", the one in work */
  size_t refused;  /* files */
  char first[PROBLEM_BYTES];
  askiam_error *error;
} s_folder;

static askiam_status s_no_memory(const s_folder *folder)
{
  return askiam_error_set(folder->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for policies");
}

static void s_tell(s_folder *folder, const char *message, bool warning)
{
  if (!warning && folder->first[0] == 0) {
    snprintf(folder->first, sizeof folder->first, "%s", message);
  }
  if (folder->problem != NULL) {
    folder->problem(folder->context, message);
  }
}

static void s_finding(void *context, const askiam_policy_finding *finding)
{
  s_folder *folder = context;
  char text[PROBLEM_BYTES];
  snprintf(text, sizeof text, "%.*s:%zu:%zu: %s%.*s%s%.*s", ASKI_STR_ARG(folder->file), finding->line, finding->column,
           finding->warning ? "warning: " : "error: ", ASKI_STR_ARG(finding->path),
           finding->path.length > 0 ? ": " : "", ASKI_STR_ARG(finding->message));
  s_tell(folder, text, finding->warning != 0);
}

static int s_compare(const void *left, const void *right)
{
  return aski_str_compare(*(const askiam_str *)left, *(const askiam_str *)right);
}

static bool s_is_policy(askiam_str name)
{
  askiam_str ending = ASKI_STR(".json");
  return name.length > ending.length && name.data[0] != '.' && aski_str_ends(name, ending);
}

static askiam_status s_list(s_folder *folder)
{
  DIR *entries = opendir(folder->path);
  if (entries == NULL) {
    askiam_status status = errno == EACCES ? ASKIAM_STATUS_NOT_PERMITTED : ASKIAM_STATUS_NOT_FOUND;
    return askiam_error_set(folder->error, status, ASKIAM_LAYER_ENGINE, "%s: cannot be read as a folder: %s",
                            folder->path, strerror(errno));
  }
  for (const struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
    askiam_str name = askiam_str_from(entry->d_name);
    askiam_str *added = s_is_policy(name) ? ASKI_ARENA_PUSH(&folder->arena, &folder->names) : NULL;
    if (added != NULL) {
      *added = aski_arena_copy(&folder->arena, name);
    }
  }
  closedir(entries);
  if (folder->arena.failed) {
    return s_no_memory(folder);
  }
  if (folder->names.items != NULL && folder->names.count > 0) {
    qsort(folder->names.items, folder->names.count, sizeof *folder->names.items, s_compare);
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_add_text(s_folder *folder, askiam_str id, askiam_str text)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  if (aski_str_starts(text, ASKI_STR("\xef\xbb\xbf"))) {
    text = aski_str_slice(text, 3, text.length);
  }
  askiam_status status =
      askiam_policy_check(text, ASKIAM_POLICY_ACCESS_REQUEST, s_finding, folder, folder->allocator, &said);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_policy_builder_add(folder->builder, ASKIAM_POLICY_ACCESS_REQUEST, 0, id, text, &said);
  }
  if (status == ASKIAM_STATUS_BAD_DATA) {
    ++folder->refused;
    return ASKIAM_STATUS_OK;
  }
  return status == ASKIAM_STATUS_OK ? status : askiam_error_set(folder->error, status, said.layer, "%s", said.message);
}

static askiam_status s_add(s_folder *folder, askiam_str name)
{
  askiam_str id = aski_str_slice(name, 0, name.length - 5);
  folder->file = aski_arena_format(&folder->arena, "%s/%.*s", folder->path, ASKI_STR_ARG(name));
  if (!aski_str_present(folder->file)) {
    return s_no_memory(folder);
  }
  const char *wrong = aski_text_valid(id) ? aski_import_check_id(id) : "is not UTF-8";
  if (wrong != NULL) {
    ++folder->refused;
    askiam_policy_finding finding = {.line = 1, .column = 1};
    finding.message = aski_arena_format(&folder->arena, "the name before .json, the policy's id, %s", wrong);
    s_finding(folder, &finding);
    return ASKIAM_STATUS_OK;
  }
  aski_buffer text;
  askiam_error said = ASKIAM_ERROR_INIT;
  aski_buffer_init(&text, folder->allocator);
  askiam_status status =
      aski_file_read(&text, folder->file.data, POLICY_FILE_BYTES, "the policy", ASKIAM_LAYER_ENGINE, &said);
  if (status == ASKIAM_STATUS_OK) {
    status = s_add_text(folder, id, aski_buffer_view(&text));
  } else if (status == ASKIAM_STATUS_BAD_DATA) { /* a folder, or larger than any policy */
    ++folder->refused;
    s_tell(folder, said.message, false);
    status = ASKIAM_STATUS_OK;
  } else {
    askiam_error_set(folder->error, status, said.layer, "%s", said.message);
  }
  aski_buffer_clean_up(&text);
  return status;
}

static askiam_status s_build(askiam_policy_set **out_set, s_folder *folder)
{
  askiam_status status = s_list(folder);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_policy_builder_new(&folder->builder, folder->allocator, folder->error);
  }
  for (size_t i = 0; i < folder->names.count && status == ASKIAM_STATUS_OK; ++i) {
    status = s_add(folder, folder->names.items[i]);
  }
  if (status == ASKIAM_STATUS_OK && folder->refused > 0) {
    return askiam_error_set(folder->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_ENGINE, "%s", folder->first);
  }
  return status == ASKIAM_STATUS_OK ? askiam_policy_builder_build(out_set, folder->builder, folder->error) : status;
}

askiam_status askiam_replay_read_policies(askiam_policy_set **out_set, uint64_t *out_count, const char *folder,
                                          askiam_import_problem_fn problem, void *context,
                                          const askiam_allocator *allocator, askiam_error *error)
{
  if (out_set == NULL || folder == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "out_set and folder must not be NULL");
  }
  *out_set = NULL;
  s_folder work = {.path = folder,
                   .problem = problem,
                   .context = context,
                   .allocator = allocator == NULL ? aski_allocator_default() : allocator,
                   .error = error};
  aski_arena_init(&work.arena, work.allocator);
  askiam_status status = s_build(out_set, &work);
  if (out_count != NULL) {
    *out_count = status == ASKIAM_STATUS_OK ? work.names.count : 0;
  }
  askiam_policy_builder_destroy(work.builder);
  aski_arena_clean_up(&work.arena);
  return status;
}

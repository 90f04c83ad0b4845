/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder of tables. What is not known there is told, never skipped in silence where it looks like a table. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "import/run.h"

enum { POLICY_FILE_BYTES = 1024 * 1024 };
static const char s_policies[] = "policies";

typedef struct s_folder {
  aski_import_job *run;
  const char *path;
  int files[ASKIAM_TABLE_COUNT]; /* -1: absent */
  bool policies;
} s_folder;

/* The entries' names, in byte order, so that every run tells the same. */
typedef struct s_names {
  askiam_str *items;
  size_t count, capacity;
} s_names;

static int s_compare(const void *left, const void *right)
{
  const askiam_str *a = left;
  const askiam_str *b = right;
  return aski_str_compare(*a, *b);
}

static askiam_status s_list(s_names *names, aski_import_job *run, const char *path, const char *shown)
{
  DIR *folder = opendir(path);
  if (folder == NULL) {
    aski_import_problem_at(run, shown, 1, "cannot be read as a folder: %s", strerror(errno));
    return ASKIAM_STATUS_OK;
  }
  for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    if (entry->d_name[0] != '.') {
      askiam_str *name = ASKI_ARENA_PUSH(&run->arena, names);
      if (name != NULL) {
        *name = aski_arena_copy(&run->arena, askiam_str_from(entry->d_name));
      }
    }
  }
  closedir(folder);
  if (run->arena.failed) {
    return aski_import_no_memory(run);
  }
  if (names->items != NULL && names->count > 0) {
    qsort(names->items, names->count, sizeof *names->items, s_compare);
  }
  return ASKIAM_STATUS_OK;
}

static bool s_is_data(askiam_str name)
{
  return aski_str_ends(name, ASKI_STR(".csv")) || aski_str_ends(name, ASKI_STR(".jsonl")) ||
         aski_str_ends(name, ASKI_STR(".json")) || aski_str_ends(name, ASKI_STR(".CSV")) ||
         strchr(name.data, '.') == NULL;
}

static void s_unknown(s_folder *folder, askiam_str name)
{
  const char *slip = s_is_data(name) ? aski_import_table_file_slip(name.data) : NULL;
  char shown[ASKI_IMPORT_SHOWN_BYTES];
  aski_import_check_show(name, shown);
  if (slip != NULL) {
    aski_import_problem_at(folder->run, shown, 1, "unknown file; did you mean %s?", slip);
  } else if (aski_str_ends(name, ASKI_STR(".csv")) || aski_str_ends(name, ASKI_STR(".jsonl")) ||
             aski_str_ends(name, ASKI_STR(".json"))) {
    aski_import_warning(folder->run, shown, "ignored, as it is none of the files of an import");
  }
}

/* Opens a table's file, not waiting for anybody at the other end of a pipe. */
static void s_open(s_folder *folder, askiam_table table, askiam_str name)
{
  aski_import_job *run = folder->run;
  askiam_str path = aski_arena_format(&run->arena, "%s/%s", folder->path, name.data);
  if (!aski_str_present(path)) {
    return;
  }
  int file = open(path.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat facts;
  if (file < 0 || fstat(file, &facts) != 0) {
    aski_import_problem_at(run, name.data, 1, "cannot be read: %s", strerror(errno));
  } else if (!S_ISREG(facts.st_mode)) {
    aski_import_problem_at(run, name.data, 1, "is %s, not a file",
                           S_ISDIR(facts.st_mode) ? "a folder" : "a pipe or a device");
  } else {
    run->bytes_in_all += (uint64_t)facts.st_size;
    folder->files[table] = file;
    return;
  }
  if (file >= 0) {
    close(file);
  }
}

static askiam_status s_survey(s_folder *folder)
{
  s_names names = {0};
  askiam_status status = s_list(&names, folder->run, folder->path, folder->path);
  bool any = folder->run->problems > 0;
  for (size_t i = 0; i < names.count && status == ASKIAM_STATUS_OK; ++i) {
    size_t table = 0;
    while (table < ASKIAM_TABLE_COUNT &&
           !aski_str_equal_text(names.items[i], aski_import_table_of((askiam_table)table)->file)) {
      ++table;
    }
    any = any || table < ASKIAM_TABLE_COUNT;
    if (table == ASKIAM_TABLE_COUNT) {
      s_unknown(folder, names.items[i]);
    } else if (table == ASKIAM_TABLE_POLICIES) {
      folder->policies = true;
    } else {
      s_open(folder, (askiam_table)table, names.items[i]);
    }
  }
  if (!any && folder->run->problems == 0 && status == ASKIAM_STATUS_OK) {
    aski_import_problem_at(folder->run, folder->path, 1,
                           "nothing to import; a folder holds users.csv, applications.csv, roles.csv, ... "
                           "(docs/import.md)");
  }
  return folder->run->arena.failed ? aski_import_no_memory(folder->run) : status;
}

static askiam_status s_parse_policy(aski_import_job *run, uint64_t row, askiam_str id, askiam_str text)
{
  aski_json_document *document = NULL;
  aski_json_place place;
  if (aski_str_starts(text, ASKI_STR("\xef\xbb\xbf"))) {
    text = aski_str_slice(text, 3, text.length);
  }
  askiam_status status = aski_json_parse_place(&document, text, run->allocator, ASKIAM_LAYER_IMPORT, &place, NULL);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    aski_import_problem_at(run, run->policy_files.items[row - 1].data, place.line, "column %zu: %s", place.column,
                           place.message);
    return ASKIAM_STATUS_OK;
  }
  if (status != ASKIAM_STATUS_OK) {
    return aski_import_no_memory(run);
  }
  run->policy_text = document;
  aski_json_cursor_init(&run->policy_cursor, text);
  status = aski_import_add_policy(run, row, id, aski_json_root(document));
  run->policy_text = NULL;
  aski_json_destroy(document);
  return status;
}

static askiam_status s_policy(s_folder *folder, askiam_str name)
{
  aski_import_job *run = folder->run;
  askiam_str id = aski_str_slice(name, 0, name.length - 5);
  askiam_str *file = ASKI_ARENA_PUSH(&run->arena, &run->policy_files);
  askiam_str path = aski_arena_format(&run->arena, "%s/%s/%s", folder->path, s_policies, name.data);
  char clean[ASKI_IMPORT_SHOWN_BYTES];
  aski_import_check_show(name, clean);
  askiam_str shown = aski_arena_format(&run->arena, "%s/%s", s_policies, clean);
  if (file == NULL || run->arena.failed) {
    return aski_import_no_memory(run);
  }
  *file = shown;
  uint64_t row = 0;
  askiam_status status = aski_import_count_row(run, ASKIAM_TABLE_POLICIES, 0, &row);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer text;
  aski_buffer_init(&text, run->allocator);
  askiam_error error = ASKIAM_ERROR_INIT;
  status = aski_file_read(&text, path.data, POLICY_FILE_BYTES, "the policy", ASKIAM_LAYER_IMPORT, &error);
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    aski_import_no_memory(run);
  } else if (status != ASKIAM_STATUS_OK) {
    aski_import_problem(run, ASKIAM_TABLE_POLICIES, row, "%s", error.message + path.length + 2);
    status = ASKIAM_STATUS_OK;
  } else {
    status = s_parse_policy(run, row, id, aski_buffer_view(&text));
  }
  aski_buffer_clean_up(&text);
  return status;
}

static askiam_status s_policy_folder(s_folder *folder)
{
  aski_import_job *run = folder->run;
  askiam_str path = aski_arena_format(&run->arena, "%s/%s", folder->path, s_policies);
  if (!aski_str_present(path)) {
    return aski_import_no_memory(run);
  }
  s_names names = {0};
  askiam_status status = s_list(&names, run, path.data, s_policies);
  for (size_t i = 0; i < names.count && status == ASKIAM_STATUS_OK && !aski_import_full(run); ++i) {
    if (aski_str_ends(names.items[i], ASKI_STR(".json"))) {
      status = s_policy(folder, names.items[i]);
    } else {
      char clean[ASKI_IMPORT_SHOWN_BYTES];
      aski_import_check_show(names.items[i], clean);
      askiam_str shown = aski_arena_format(&run->arena, "%s/%s", s_policies, clean);
      aski_import_warning(run, aski_str_present(shown) ? shown.data : s_policies,
                          "ignored, as the name does not end with .json");
    }
  }
  return status;
}

static askiam_status s_table(s_folder *folder, askiam_table table)
{
  aski_import_job *run = folder->run;
  askiam_status status = ASKIAM_STATUS_OK;
  if (table == ASKIAM_TABLE_POLICIES ? !folder->policies : folder->files[table] < 0) {
    return status;
  }
  aski_import_begin_table(run, table);
  if (table == ASKIAM_TABLE_POLICIES) {
    status = s_policy_folder(folder);
  } else if (table == ASKIAM_TABLE_DOCUMENTS) {
    status = aski_import_documents(run, folder->files[table]);
  } else {
    status = aski_import_csv(run, table, folder->files[table]);
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_import_progress(run, aski_import_table_of(table)->file);
  }
  return status;
}

askiam_status aski_import_folder(aski_import_job *run, const char *path)
{
  s_folder folder = {.run = run, .path = path};
  for (size_t i = 0; i < ASKIAM_TABLE_COUNT; ++i) {
    folder.files[i] = -1;
  }
  askiam_status status = s_survey(&folder);
  for (size_t i = 0; i < ASKIAM_TABLE_COUNT && status == ASKIAM_STATUS_OK && !aski_import_full(run); ++i) {
    status = s_table(&folder, (askiam_table)i);
  }
  for (size_t i = 0; i < ASKIAM_TABLE_COUNT; ++i) {
    if (folder.files[i] >= 0) {
      close(folder.files[i]);
    }
  }
  return status;
}

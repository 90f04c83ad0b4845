/* SPDX-License-Identifier: Apache-2.0
 *
 * Roles as entries: what somebody who looks for one may ask for, in words. */
#include "index/run.h"

enum { COLUMN_ID, COLUMN_APP, COLUMN_NAME, COLUMN_DESCRIPTION, COLUMN_PERMISSIONS, COLUMN_RISK };

/* ["a","b"] as "a, b"; nothing where it is no such list. */
static void s_write_permissions(aski_buffer *text, askiam_str json, const askiam_allocator *allocator)
{
  aski_json_document *document = NULL;
  if (aski_json_parse(&document, json, allocator, ASKIAM_LAYER_SEARCH, NULL) != ASKIAM_STATUS_OK) {
    return;
  }
  const char *before = "\nPermissions: ";
  for (const aski_json *item = aski_json_first(aski_json_root(document)); item != NULL; item = aski_json_next(item)) {
    askiam_str permission = aski_json_string(item);
    if (permission.length > 0) {
      aski_buffer_append_text(text, before);
      aski_buffer_append(text, permission);
      before = ", ";
    }
  }
  aski_json_destroy(document);
}

static askiam_str s_body(aski_index_job *job, const askiam_str *values, const aski_index_application *application)
{
  aski_buffer text;
  aski_buffer_init(&text, job->index->allocator);
  aski_buffer_append(&text, values[values[COLUMN_DESCRIPTION].length > 0 ? COLUMN_DESCRIPTION : COLUMN_NAME]);
  s_write_permissions(&text, values[COLUMN_PERMISSIONS], job->index->allocator);
  if (application != NULL && application->description.length > 0) {
    aski_buffer_append_format(&text, "\n%.*s: %.*s", ASKI_STR_ARG(application->name),
                              ASKI_STR_ARG(application->description));
  }
  askiam_str body = aski_arena_copy(&job->part.arena, aski_buffer_view(&text));
  job->part.arena.failed = job->part.arena.failed || text.failed;
  aski_buffer_clean_up(&text);
  return body;
}

static void s_set_list(askiam_index_entry *entry, askiam_index_list list, const askiam_str *value)
{
  entry->lists[list].items = value;
  entry->lists[list].count = 1;
}

static askiam_status s_make(aski_index_job *job, const aski_index_row *row, askiam_index_entry *entry)
{
  const askiam_str *values = row->values;
  const aski_index_application *application = aski_index_application_of(&job->names, values[COLUMN_APP]);
  aski_arena *arena = &job->part.arena;
  *entry = (askiam_index_entry){.kind = ASKIAM_INDEX_ROLE};
  entry->texts[ASKIAM_INDEX_ID] = values[COLUMN_ID];
  entry->texts[ASKIAM_INDEX_TITLE] =
      aski_arena_format(arena, "%.*s in %.*s", ASKI_STR_ARG(values[COLUMN_NAME]),
                        ASKI_STR_ARG(application == NULL ? values[COLUMN_APP] : application->name));
  entry->texts[ASKIAM_INDEX_BODY] = s_body(job, values, application);
  if (values[COLUMN_RISK].length > 0) {
    entry->texts[ASKIAM_INDEX_COMPLIANCE_LEVEL] = values[COLUMN_RISK];
  }
  s_set_list(entry, ASKIAM_INDEX_APPLICATION_IDS, &values[COLUMN_APP]);
  s_set_list(entry, ASKIAM_INDEX_ROLE_IDS, &values[COLUMN_ID]);
  s_set_list(entry, ASKIAM_INDEX_ROLE_NAMES, &values[COLUMN_NAME]);
  if (application != NULL) {
    s_set_list(entry, ASKIAM_INDEX_APPLICATION_NAMES, &application->name);
  }
  if (application != NULL && application->owner.length > 0) {
    entry->texts[ASKIAM_INDEX_USER_NAME] = application->owner;
  }
  return aski_index_policies_about(&entry->texts[ASKIAM_INDEX_POLICY_JSON], &job->policies, arena, values[COLUMN_APP],
                                   values[COLUMN_ID], job->error);
}

askiam_status aski_index_make_roles(aski_index_job *job, askiam_index_entry *out_entries)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < job->part.count && status == ASKIAM_STATUS_OK; ++i) {
    status = s_make(job, &job->part.items[i], &out_entries[i]);
  }
  return status == ASKIAM_STATUS_OK ? aski_index_embed(job, out_entries) : status;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents of the knowledge base as entries. */
#include "index/run.h"

enum {
  COLUMN_ID,
  COLUMN_TITLE,
  COLUMN_TEXT,
  COLUMN_METADATA,
  COLUMN_APPS,
  COLUMN_ROLES,
  COLUMN_EMBEDDING,
  COLUMN_MODEL
};

typedef struct texts {
  askiam_str *items;
  size_t count, capacity;
} texts;

static void s_add(aski_arena *arena, texts *list, askiam_str text)
{
  askiam_str *added = ASKI_ARENA_PUSH(arena, list);
  if (added != NULL) {
    *added = aski_arena_copy(arena, text);
  }
}

static askiam_status s_corrupt(aski_index_job *job, const aski_index_row *row, const char *what)
{
  return askiam_error_set(job->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
                          "%s of the document \"%.*s\" is no JSON; import it again", what,
                          ASKI_STR_ARG(aski_str_slice(row->values[COLUMN_ID], 0, 80)));
}

static askiam_status s_parse(aski_index_job *job, const aski_index_row *row, int column, const char *what,
                             aski_json_document **out_document)
{
  askiam_status status =
      aski_json_parse(out_document, row->values[column], job->index->allocator, ASKIAM_LAYER_STORE, NULL);
  return status == ASKIAM_STATUS_BAD_DATA    ? s_corrupt(job, row, what)
         : status == ASKIAM_STATUS_NO_MEMORY ? aski_index_no_memory(job->error)
                                             : status;
}

static askiam_status s_read_list(aski_index_job *job, const aski_index_row *row, int column, const char *what,
                                 texts *out_list)
{
  aski_json_document *document = NULL;
  askiam_status status = s_parse(job, row, column, what, &document);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  for (const aski_json *item = aski_json_first(aski_json_root(document)); item != NULL; item = aski_json_next(item)) {
    if (aski_str_present(aski_json_string(item))) {
      s_add(&job->part.arena, out_list, aski_json_string(item));
    }
  }
  aski_json_destroy(document);
  return job->part.arena.failed ? aski_index_no_memory(job->error) : ASKIAM_STATUS_OK;
}

/* From 0 for a word that says nothing here. */
static int s_gravity(askiam_str risk)
{
  static const char *const words[] = {"low", "medium", "high", "critical"};
  for (int i = 0; i < (int)(sizeof words / sizeof *words); ++i) {
    if (aski_str_equal_text(risk, words[i])) {
      return i + 1;
    }
  }
  return 0;
}

/* What the metadata say, else the gravest risk of the roles that the document is about, the first of equal ones. */
static askiam_status s_compliance(aski_index_job *job, const aski_index_row *row, const texts *roles,
                                  askiam_str *out_level)
{
  aski_json_document *document = NULL;
  askiam_status status = s_parse(job, row, COLUMN_METADATA, "metadata", &document);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_str said = aski_json_string(aski_json_get(aski_json_root(document), "compliance_level"));
  *out_level = said.length > 0 ? aski_arena_copy(&job->part.arena, said) : ASKI_STR_NONE;
  aski_json_destroy(document);
  for (size_t i = 0; i < roles->count && said.length == 0; ++i) {
    const aski_index_role *role = aski_index_role_of(&job->names, roles->items[i]);
    bool graver = role != NULL && role->risk.length > 0 &&
                  (!aski_str_present(*out_level) || s_gravity(role->risk) > s_gravity(*out_level));
    *out_level = graver ? role->risk : *out_level;
  }
  return ASKIAM_STATUS_OK;
}

static void s_set_list(askiam_index_entry *entry, askiam_index_list list, const texts *values)
{
  entry->lists[list].items = values->items;
  entry->lists[list].count = values->count;
}

static askiam_status s_read_scope(aski_index_job *job, const aski_index_row *row, askiam_index_entry *entry,
                                  texts *roles)
{
  texts applications = {.count = 0};
  texts application_names = {.count = 0};
  texts role_names = {.count = 0};
  askiam_status status = s_read_list(job, row, COLUMN_APPS, "app_ids", &applications);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_list(job, row, COLUMN_ROLES, "role_ids", roles);
  }
  for (size_t i = 0; i < applications.count && status == ASKIAM_STATUS_OK; ++i) {
    const aski_index_application *application = aski_index_application_of(&job->names, applications.items[i]);
    if (application != NULL) {
      s_add(&job->part.arena, &application_names, application->name);
    }
  }
  for (size_t i = 0; i < roles->count && status == ASKIAM_STATUS_OK; ++i) {
    const aski_index_role *role = aski_index_role_of(&job->names, roles->items[i]);
    if (role != NULL) {
      s_add(&job->part.arena, &role_names, role->name);
    }
  }
  s_set_list(entry, ASKIAM_INDEX_APPLICATION_IDS, &applications);
  s_set_list(entry, ASKIAM_INDEX_APPLICATION_NAMES, &application_names);
  s_set_list(entry, ASKIAM_INDEX_ROLE_IDS, roles);
  s_set_list(entry, ASKIAM_INDEX_ROLE_NAMES, &role_names);
  return status;
}

static askiam_status s_make(aski_index_job *job, const aski_index_row *row, askiam_index_entry *entry)
{
  texts roles = {.count = 0};
  *entry = (askiam_index_entry){.kind = ASKIAM_INDEX_DOCUMENT};
  entry->texts[ASKIAM_INDEX_ID] = row->values[COLUMN_ID];
  entry->texts[ASKIAM_INDEX_TITLE] = row->values[COLUMN_TITLE];
  entry->texts[ASKIAM_INDEX_BODY] = row->values[COLUMN_TEXT];
  entry->vector = aski_index_stored_vector(job, row->values[COLUMN_EMBEDDING], row->values[COLUMN_MODEL]);
  askiam_status status = s_read_scope(job, row, entry, &roles);
  return status == ASKIAM_STATUS_OK ? s_compliance(job, row, &roles, &entry->texts[ASKIAM_INDEX_COMPLIANCE_LEVEL])
                                    : status;
}

askiam_status aski_index_make_documents(aski_index_job *job, askiam_index_entry *out_entries)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < job->part.count && status == ASKIAM_STATUS_OK; ++i) {
    status = s_make(job, &job->part.items[i], &out_entries[i]);
  }
  return status == ASKIAM_STATUS_OK ? aski_index_embed(job, out_entries) : status;
}

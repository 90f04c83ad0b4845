/* SPDX-License-Identifier: Apache-2.0 */
#include "backend/table.h"

#include <assert.h>

/* A slot is a pointer, to a function or (askiam_judge_vtable.kind) to text: POSIX gives both the same size and an
 * all-zero NULL. */
typedef void (*s_slot_fn)(void);
static_assert(sizeof(s_slot_fn) == sizeof(const char *), "slots are looked at as pointers");

typedef struct s_slot {
  const char *name;
  size_t offset;
} s_slot;

typedef struct s_layout {
  const char *what; /* "catalogue" */
  size_t size;
  const s_slot *mandatory;
  size_t mandatory_count;
  const s_slot *together; /* all of them or none */
  size_t together_count;
} s_layout;

#define SLOT(type, member) {#member, offsetof(type, member)}
#define SLOTS(array) (array), sizeof(array) / sizeof *(array)

static bool s_is_missing(const void *table, const s_slot *slot)
{
  s_slot_fn function;
  memcpy(&function, (const char *)table + slot->offset, sizeof function);
  return function == NULL;
}

static const s_slot *s_first_missing(const void *table, const s_slot *slots, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    if (s_is_missing(table, &slots[i])) {
      return &slots[i];
    }
  }
  return NULL;
}

static size_t s_count_missing(const void *table, const s_slot *slots, size_t count)
{
  size_t missing = 0;
  for (size_t i = 0; i < count; ++i) {
    missing += s_is_missing(table, &slots[i]);
  }
  return missing;
}

/* Every table begins with its size. */
static askiam_status s_copy(void *out, const void *table, const s_layout *layout, const char *name, askiam_error *error)
{
  memset(out, 0, layout->size);
  size_t size = 0;
  if (table != NULL) {
    memcpy(&size, table, sizeof size);
  }
  if (size < sizeof size) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG,
                            "the %s table of backend \"%s\" has no size: set `size` to sizeof the table", layout->what,
                            name);
  }
  memcpy(out, table, size < layout->size ? size : layout->size);
  memcpy(out, &layout->size, sizeof layout->size);
  const s_slot *missing = s_first_missing(out, layout->mandatory, layout->mandatory_count);
  if (missing != NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG,
                            "the %s table of backend \"%s\" lacks the mandatory slot `%s`", layout->what, name,
                            missing->name);
  }
  size_t absent = s_count_missing(out, layout->together, layout->together_count);
  if (absent > 0 && absent < layout->together_count) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG,
                            "the %s table of backend \"%s\" lacks `%s`: `%s` and what belongs to it come together",
                            layout->what, name, s_first_missing(out, layout->together, layout->together_count)->name,
                            layout->together[0].name);
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_table_driver(askiam_store_driver *out, const askiam_store_driver *driver, const char *name,
                                askiam_error *error)
{
  static const s_slot mandatory[] = {SLOT(askiam_store_driver, open)};
  static const s_layout layout = {"driver", sizeof *out, SLOTS(mandatory), NULL, 0};
  return s_copy(out, driver, &layout, name, error);
}

askiam_status aski_table_catalogue(askiam_catalogue_vtable *out, const askiam_catalogue_vtable *table, const char *name,
                                   askiam_error *error)
{
  static const s_slot mandatory[] = {SLOT(askiam_catalogue_vtable, version), SLOT(askiam_catalogue_vtable, candidates),
                                     SLOT(askiam_catalogue_vtable, facts)};
  static const s_layout layout = {"catalogue", sizeof *out, SLOTS(mandatory), NULL, 0};
  return s_copy(out, table, &layout, name, error);
}

askiam_status aski_table_journal(askiam_journal_vtable *out, const askiam_journal_vtable *table, const char *name,
                                 askiam_error *error)
{
  static const s_slot mandatory[] = {SLOT(askiam_journal_vtable, heads), SLOT(askiam_journal_vtable, append),
                                     SLOT(askiam_journal_vtable, find), SLOT(askiam_journal_vtable, scan)};
  static const s_slot together[] = {SLOT(askiam_journal_vtable, outbox_next), SLOT(askiam_journal_vtable, outbox_done)};
  static const s_layout layout = {"journal", sizeof *out, SLOTS(mandatory), SLOTS(together)};
  return s_copy(out, table, &layout, name, error);
}

askiam_status aski_table_state(askiam_state_vtable *out, const askiam_state_vtable *table, const char *name,
                               askiam_error *error)
{
  static const s_slot together[] = {SLOT(askiam_state_vtable, session_get), SLOT(askiam_state_vtable, session_put),
                                    SLOT(askiam_state_vtable, session_drop)};
  static const s_slot keys[] = {SLOT(askiam_state_vtable, key_put), SLOT(askiam_state_vtable, key_get),
                                SLOT(askiam_state_vtable, key_list), SLOT(askiam_state_vtable, key_revoke),
                                SLOT(askiam_state_vtable, bucket_take)};
  static const s_slot grants[] = {SLOT(askiam_state_vtable, grant_apply), SLOT(askiam_state_vtable, grants)};
  static const s_layout layout = {"state", sizeof *out, NULL, 0, SLOTS(together)};
  static const s_layout of_keys = {"state", sizeof *out, NULL, 0, SLOTS(keys)};
  static const s_layout of_grants = {"state", sizeof *out, NULL, 0, SLOTS(grants)};
  askiam_status status = s_copy(out, table, &layout, name, error);
  status = status == ASKIAM_STATUS_OK ? s_copy(out, table, &of_keys, name, error) : status;
  return status == ASKIAM_STATUS_OK ? s_copy(out, table, &of_grants, name, error) : status;
}

askiam_status aski_table_admin(askiam_admin_vtable *out, const askiam_admin_vtable *table, const char *name,
                               askiam_error *error)
{
  static const s_slot mandatory[] = {SLOT(askiam_admin_vtable, migrate)};
  static const s_slot together[] = {SLOT(askiam_admin_vtable, import_begin), SLOT(askiam_admin_vtable, import_row),
                                    SLOT(askiam_admin_vtable, import_commit), SLOT(askiam_admin_vtable, import_abort)};
  static const s_layout layout = {"admin", sizeof *out, SLOTS(mandatory), SLOTS(together)};
  return s_copy(out, table, &layout, name, error);
}

askiam_status aski_table_search(askiam_search_vtable *out, const askiam_search_vtable *table, const char *name,
                                askiam_error *error)
{
  static const s_slot mandatory[] = {SLOT(askiam_search_vtable, open), SLOT(askiam_search_vtable, documents)};
  static const s_slot together[] = {
      SLOT(askiam_search_vtable, index_create), SLOT(askiam_search_vtable, index_begin),
      SLOT(askiam_search_vtable, index_put),    SLOT(askiam_search_vtable, index_checkpoint),
      SLOT(askiam_search_vtable, index_commit), SLOT(askiam_search_vtable, index_abort)};
  static const s_layout layout = {"search", sizeof *out, SLOTS(mandatory), SLOTS(together)};
  return s_copy(out, table, &layout, name, error);
}

askiam_status aski_table_embedder(askiam_embedder_vtable *out, const askiam_embedder_vtable *table, const char *name,
                                  askiam_error *error)
{
  static const s_slot mandatory[] = {SLOT(askiam_embedder_vtable, open), SLOT(askiam_embedder_vtable, dimension),
                                     SLOT(askiam_embedder_vtable, model), SLOT(askiam_embedder_vtable, embed)};
  static const s_layout layout = {"embedder", sizeof *out, SLOTS(mandatory), NULL, 0};
  return s_copy(out, table, &layout, name, error);
}

askiam_status aski_table_judge(askiam_judge_vtable *out, const askiam_judge_vtable *table, const char *name,
                               askiam_error *error)
{
  static const s_slot mandatory[] = {SLOT(askiam_judge_vtable, open), SLOT(askiam_judge_vtable, kind),
                                     SLOT(askiam_judge_vtable, judge)};
  static const s_layout layout = {"judge", sizeof *out, SLOTS(mandatory), NULL, 0};
  return s_copy(out, table, &layout, name, error);
}

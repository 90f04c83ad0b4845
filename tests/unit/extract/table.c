/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/extract/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

char *test_read_file(const char *path)
{
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    return NULL;
  }
  size_t capacity = 1 << 16;
  size_t length = 0;
  char *text = malloc(capacity + 1);
  while (text != NULL) {
    length += fread(text + length, 1, capacity - length, file);
    if (length < capacity) {
      break;
    }
    capacity *= 2;
    text = realloc(text, capacity + 1);
  }
  fclose(file);
  if (text != NULL) {
    text[length] = 0;
  }
  return text;
}

static askiam_str s_cell(char **line)
{
  char *start = *line;
  if (start == NULL) {
    return ASKI_STR("");
  }
  char *tab = strchr(start, '\t');
  *line = tab == NULL ? NULL : tab + 1;
  if (tab != NULL) {
    *tab = 0;
  }
  return askiam_str_from(start);
}

static void s_add_form(test_table *table, test_entity *entity, askiam_str form)
{
  if (form.length > 0 && entity->form_count < 12) {
    size_t at = entity->form_count++;
    entity->forms[at] = form;
    entity->keys[at] = aski_text_key(&table->arena, form);
    entity->compacts[at] = aski_text_compact(&table->arena, entity->keys[at]);
  }
}

static void s_add_line(test_table *table, char *line)
{
  test_entity *entity = ASKI_ARENA_PUSH(&table->arena, &table->entities);
  if (entity == NULL) {
    return;
  }
  askiam_str kind = s_cell(&line);
  entity->kind = aski_str_equal_text(kind, "user")  ? ASKIAM_KIND_USER
                 : aski_str_equal_text(kind, "app") ? ASKIAM_KIND_APPLICATION
                                                    : ASKIAM_KIND_ROLE;
  entity->id = s_cell(&line);
  entity->name = s_cell(&line);
  if (entity->kind == ASKIAM_KIND_ROLE) {
    entity->application_id = s_cell(&line);
  } else {
    (void)s_cell(&line);
  }
  s_add_form(table, entity, entity->id);
  s_add_form(table, entity, entity->name);
  askiam_str all = s_cell(&line);
  entity->inactive = aski_str_equal_text(s_cell(&line), "inactive");
  char *aliases = (char *)(uintptr_t)all.data;
  while (aliases != NULL && *aliases != 0) {
    char *end = strchr(aliases, ';');
    if (end != NULL) {
      *end = 0;
    }
    s_add_form(table, entity, askiam_str_from(aliases));
    aliases = end == NULL ? NULL : end + 1;
  }
}

bool test_table_load(test_table *table, const char *path, const char *organisation)
{
  *table = (test_table){0};
  aski_arena_init(&table->arena, aski_allocator_default());
  table->text = test_read_file(path);
  size_t prefix = strlen(organisation);
  for (char *line = table->text; line != NULL && *line != 0;) {
    char *end = strchr(line, '\n');
    if (end != NULL) {
      *end = 0;
    }
    if (strncmp(line, organisation, prefix) == 0 && line[prefix] == '\t') {
      s_add_line(table, line + prefix + 1);
    }
    line = end == NULL ? NULL : end + 1;
  }
  return table->entities.count > 0 && !table->arena.failed;
}

void test_table_clean_up(test_table *table)
{
  aski_arena_clean_up(&table->arena);
  free(table->text);
}

static bool s_answers(const test_entity *entity, size_t form, askiam_term_mode mode, askiam_str key, unsigned distance)
{
  if (mode == ASKIAM_TERM_EXACT) {
    return aski_str_equal(entity->keys[form], key) || aski_str_equal(entity->compacts[form], key);
  }
  if (mode == ASKIAM_TERM_NEAR) {
    return entity->kind != ASKIAM_KIND_USER && aski_text_distance(entity->compacts[form], key, distance) <= distance;
  }
  return key.length == 0 ||
         (entity->keys[form].length > 2 && key.length > 2 && memcmp(entity->keys[form].data, key.data, 3) == 0);
}

static askiam_status s_candidates(void *self, const askiam_call *call, const askiam_terms *terms,
                                  askiam_candidates *candidates, askiam_error *error)
{
  test_table *table = self;
  (void)call;
  ++table->calls;
  if (table->fails != ASKIAM_STATUS_OK) {
    return askiam_error_set(error, table->fails, ASKIAM_LAYER_STORE, "told to fail");
  }
  for (size_t term = 0; term < askiam_terms_count(terms); ++term) {
    size_t counts[8] = {0};
    for (size_t i = 0; i < table->entities.count; ++i) {
      size_t at = table->backwards ? table->entities.count - 1 - i : i;
      const test_entity *entity = &table->entities.items[at];
      askiam_str application = askiam_terms_application_id(terms, term);
      bool wanted = (askiam_terms_kinds(terms, term) & (unsigned)entity->kind) != 0 &&
                    (!aski_str_present(application) || aski_str_equal(application, entity->application_id));
      bool counted = false;
      for (size_t form = 0; wanted && form < entity->form_count; ++form) {
        if (!s_answers(entity, form, askiam_terms_mode(terms, term), askiam_terms_key(terms, term),
                       askiam_terms_distance(terms, term))) {
          continue;
        }
        if (!counted && ++counts[entity->kind] > askiam_terms_limit(terms, term)) {
          askiam_candidates_truncated(candidates, term, entity->kind);
          break;
        }
        counted = true;
        askiam_status status = askiam_candidates_add(candidates, term, entity->kind, entity->id, entity->name,
                                                     entity->forms[form], entity->application_id);
        if (status != ASKIAM_STATUS_OK) {
          return status;
        }
        if (entity->inactive) {
          askiam_candidates_inactive(candidates);
        }
      }
    }
  }
  return ASKIAM_STATUS_OK;
}

aski_catalogue test_table_catalogue(test_table *table)
{
  return (aski_catalogue){
      .table = {.size = sizeof(askiam_catalogue_vtable), .candidates = s_candidates}, .self = table, .provided = true};
}

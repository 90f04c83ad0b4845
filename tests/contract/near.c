/* SPDX-License-Identifier: Apache-2.0
 *
 * The promise of every catalogue that the resolver builds on: of all names, none that is near a term is missing. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "support.h"

static const char s_letters[] = "abcdefgxyz12 ";

static void s_random_name(char *out, size_t most)
{
  size_t length = 2 + (size_t)rand() % most;
  for (size_t i = 0; i < length; ++i) {
    out[i] = s_letters[(size_t)rand() % (sizeof s_letters - 1)];
  }
  out[0] = 'a';
  out[length] = 0;
}

/* Changes a few characters, so that terms lie around names. */
static void s_edit(char *name, unsigned edits)
{
  for (unsigned i = 0; i < edits; ++i) {
    size_t length = strlen(name);
    size_t at = (size_t)rand() % length;
    switch (rand() % 4) {
    case 0:
      memmove(name + at, name + at + 1, length - at);
      break;
    case 1:
      memmove(name + at + 1, name + at, length - at + 1);
      name[at] = s_letters[(size_t)rand() % 10];
      break;
    case 2:
      name[at] = s_letters[(size_t)rand() % 10];
      break;
    default:
      if (at + 1 < length) {
        char kept = name[at];
        name[at] = name[at + 1];
        name[at + 1] = kept;
      }
      break;
    }
    if (name[0] == 0) {
      snprintf(name, 2, "a");
    }
  }
}

enum { NAMES = 400, TERMS = 1500, NAME_BYTES = 64 };

static void s_import_names(contract *c, char names[][NAME_BYTES])
{
  void *session = contract_import(c);
  for (size_t i = 0; i < NAMES; ++i) {
    char id[24];
    snprintf(id, sizeof id, "q%zuq", i);
    s_random_name(names[i], i % 3 == 0 ? 6 : i % 3 == 1 ? 12 : 30);
    contract_row(c, session, ASKIAM_TABLE_ROLES, i + 1, id, "workday", names[i], "", "[]", "", "active",
                 "1700000000000", NULL);
  }
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
}

static bool s_has(const askiam_candidates *found, size_t index)
{
  char id[24];
  snprintf(id, sizeof id, "q%zuq", index);
  for (size_t i = 0; i < found->count; ++i) {
    if (aski_str_equal_text(found->items[i].id, id)) {
      return true;
    }
  }
  return false;
}

static askiam_str s_compact(contract *c, const char *text)
{
  return aski_text_compact(&c->arena, aski_text_key(&c->arena, askiam_str_from(text)));
}

static askiam_candidates s_near(contract *c, askiam_str key, unsigned distance)
{
  const aski_term term = {
      .mode = ASKIAM_TERM_NEAR, .kinds = ASKIAM_KIND_ROLE, .key = key, .distance = distance, .limit = 10000};
  askiam_terms terms;
  askiam_candidates found;
  aski_terms_init(&terms, &c->arena);
  assert_true(aski_terms_add(&terms, &term));
  aski_candidates_init(&found, &c->arena, terms.count);
  assert_int_equal(c->driver->catalogue->candidates(c->self, &c->call, &terms, &found, &c->error), ASKIAM_STATUS_OK);
  return found;
}

static void near__of_all_names_none_that_is_near_is_missing(void **state)
{
  contract *c = *state;
  static char names[NAMES][NAME_BYTES];
  srand(7);
  s_import_names(c, names);
  for (size_t i = 0; i < TERMS; ++i) {
    char term[NAME_BYTES + 8];
    unsigned distance = 1 + (unsigned)rand() % 3;
    snprintf(term, sizeof term, "%s", names[(size_t)rand() % NAMES]);
    s_edit(term, (unsigned)rand() % 4);
    askiam_str key = s_compact(c, term);
    if (key.length == 0) {
      continue;
    }
    askiam_candidates found = s_near(c, key, distance);
    for (size_t n = 0; n < NAMES; ++n) {
      askiam_str name = s_compact(c, names[n]);
      bool near = aski_text_distance(key, name, distance) <= distance && aski_text_same_digits(key, name);
      if (near && !s_has(&found, n)) {
        fail_msg("\"%s\" is within %u edits of \"%s\" and was not found", names[n], distance, term);
      }
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(near__of_all_names_none_that_is_near_is_missing,
                                                                     contract_setup_filled, contract_teardown)};
  return contract_run("near", tests, sizeof tests / sizeof *tests);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "import/tables.h"

static const aski_import_table s_tables[ASKIAM_TABLE_COUNT] = {
    [ASKIAM_TABLE_USERS] = {.name = "users",
                            .file = "users.csv",
                            .columns = {{"user_id", ASKI_IMPORT_FORM_ID, true},
                                        {"email", ASKI_IMPORT_FORM_EMAIL, false},
                                        {"name", ASKI_IMPORT_FORM_NAME, true},
                                        {"status", ASKI_IMPORT_FORM_STATUS, false},
                                        {"created_at", ASKI_IMPORT_FORM_TIME_NOW, false},
                                        {"attributes", ASKI_IMPORT_FORM_ATTRIBUTES, false}},
                            .count = 6,
                            .key_columns = 1,
                            .statuses = "inactive, suspended",
                            .takes_attributes = true},
    [ASKIAM_TABLE_APPLICATIONS] = {.name = "applications",
                                   .file = "applications.csv",
                                   .columns = {{"app_id", ASKI_IMPORT_FORM_ID, true},
                                               {"name", ASKI_IMPORT_FORM_NAME, true},
                                               {"description", ASKI_IMPORT_FORM_TEXT, false},
                                               {"owner", ASKI_IMPORT_FORM_LABEL, false},
                                               {"status", ASKI_IMPORT_FORM_STATUS, false},
                                               {"created_at", ASKI_IMPORT_FORM_TIME_NOW, false}},
                                   .count = 6,
                                   .key_columns = 1,
                                   .statuses = "inactive"},
    [ASKIAM_TABLE_ROLES] = {.name = "roles",
                            .file = "roles.csv",
                            .columns = {{"role_id", ASKI_IMPORT_FORM_ID, true},
                                        {"app_id", ASKI_IMPORT_FORM_ID, true},
                                        {"name", ASKI_IMPORT_FORM_NAME, true},
                                        {"description", ASKI_IMPORT_FORM_TEXT, false},
                                        {"permissions", ASKI_IMPORT_FORM_LIST, false},
                                        {"risk", ASKI_IMPORT_FORM_LABEL, false},
                                        {"status", ASKI_IMPORT_FORM_STATUS, false},
                                        {"created_at", ASKI_IMPORT_FORM_TIME_NOW, false}},
                            .count = 8,
                            .key_columns = 1,
                            .statuses = "inactive"},
    [ASKIAM_TABLE_ALIASES] = {.name = "aliases",
                              .file = "aliases.csv",
                              .columns = {{"kind", ASKI_IMPORT_FORM_KIND, true},
                                          {"id", ASKI_IMPORT_FORM_ID, true},
                                          {"alias", ASKI_IMPORT_FORM_NAME, true}},
                              .count = 3,
                              .key_columns = 3},
    [ASKIAM_TABLE_USER_ROLES] = {.name = "user_roles",
                                 .file = "user_roles.csv",
                                 .columns = {{"user_id", ASKI_IMPORT_FORM_ID, true},
                                             {"role_id", ASKI_IMPORT_FORM_ID, true},
                                             {"granted_at", ASKI_IMPORT_FORM_TIME_NOW, false},
                                             {"expires_at", ASKI_IMPORT_FORM_TIME_END, false},
                                             {"status", ASKI_IMPORT_FORM_STATUS, false}},
                                 .count = 5,
                                 .key_columns = 2,
                                 .statuses = "revoked, expired"},
    [ASKIAM_TABLE_ROLE_PREREQUISITES] = {.name = "role_prerequisites",
                                         .file = "role_prerequisites.csv",
                                         .columns = {{"role_id", ASKI_IMPORT_FORM_ID, true},
                                                     {"required_role_id", ASKI_IMPORT_FORM_ID, true}},
                                         .count = 2,
                                         .key_columns = 2,
                                         .pair = true},
    [ASKIAM_TABLE_ROLE_CONFLICTS] = {.name = "role_conflicts",
                                     .file = "role_conflicts.csv",
                                     .columns = {{"role_id", ASKI_IMPORT_FORM_ID, true},
                                                 {"conflicting_role_id", ASKI_IMPORT_FORM_ID, true},
                                                 {"reason", ASKI_IMPORT_FORM_TEXT, false}},
                                     .count = 3,
                                     .key_columns = 2,
                                     .pair = true},
    [ASKIAM_TABLE_ROLE_RESTRICTIONS] = {.name = "role_restrictions",
                                        .file = "role_restrictions.csv",
                                        .columns = {{"role_id", ASKI_IMPORT_FORM_ID, true},
                                                    {"user_id", ASKI_IMPORT_FORM_ID, true},
                                                    {"reason", ASKI_IMPORT_FORM_TEXT, false}},
                                        .count = 3,
                                        .key_columns = 2},
    [ASKIAM_TABLE_POLICIES] = {.name = "policies",
                               .file = "policies",
                               .columns = {{"id", ASKI_IMPORT_FORM_ID, true}, {"policy", ASKI_IMPORT_FORM_OTHER, true}},
                               .count = 2,
                               .key_columns = 1},
    [ASKIAM_TABLE_DOCUMENTS] = {.name = "documents",
                                .file = "documents.jsonl",
                                .columns = {{"id", ASKI_IMPORT_FORM_ID, true},
                                            {"title", ASKI_IMPORT_FORM_LABEL, false},
                                            {"text", ASKI_IMPORT_FORM_OTHER, true},
                                            {"metadata", ASKI_IMPORT_FORM_OTHER, false},
                                            {"app_ids", ASKI_IMPORT_FORM_OTHER, false},
                                            {"role_ids", ASKI_IMPORT_FORM_OTHER, false},
                                            {"embedding", ASKI_IMPORT_FORM_OTHER, false},
                                            {"model", ASKI_IMPORT_FORM_OTHER, false}},
                                .count = 8,
                                .key_columns = 1},
    [ASKIAM_TABLE_ACCESS_PATTERNS] = {.name = "access_patterns",
                                      .file = "access_patterns.csv",
                                      .columns = {{"user_id", ASKI_IMPORT_FORM_ID, true},
                                                  {"role_id", ASKI_IMPORT_FORM_ID, true},
                                                  {"app_id", ASKI_IMPORT_FORM_ID, true},
                                                  {"timestamp", ASKI_IMPORT_FORM_TIME, true},
                                                  {"approved", ASKI_IMPORT_FORM_FLAG, true},
                                                  {"source", ASKI_IMPORT_FORM_LABEL, true}},
                                      .count = 6},
};

const aski_import_table *aski_import_table_of(askiam_table table) { return &s_tables[table]; }

size_t aski_import_table_column(const aski_import_table *table, askiam_str name)
{
  for (size_t i = 0; i < table->count; ++i) {
    aski_import_form form = table->columns[i].form;
    if (form != ASKI_IMPORT_FORM_ATTRIBUTES && form != ASKI_IMPORT_FORM_OTHER &&
        aski_str_equal_text(name, table->columns[i].name)) {
      return i;
    }
  }
  return SIZE_MAX;
}

/* The next ASCII letter or digit in lower case; bytes over 0x7f stay; 0 at the end. */
static unsigned char s_next_letter(const char **at, const char *end)
{
  for (; *at < end; ++*at) {
    unsigned char byte = (unsigned char)**at;
    if (byte >= 'A' && byte <= 'Z') {
      byte = (unsigned char)(byte + ('a' - 'A'));
    }
    if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80) {
      ++*at;
      return byte;
    }
  }
  return 0;
}

/* Same but for case and separators. */
static bool s_alike(askiam_str left, askiam_str right)
{
  const char *a = left.data;
  const char *b = right.data;
  for (;;) {
    unsigned char x = s_next_letter(&a, left.data + left.length);
    unsigned char y = s_next_letter(&b, right.data + right.length);
    if (x != y) {
      return false;
    }
    if (x == 0) {
      return true;
    }
  }
}

const char *aski_import_table_slip(const aski_import_table *table, askiam_str name)
{
  for (size_t i = 0; i < table->count; ++i) {
    if (s_alike(name, askiam_str_from(table->columns[i].name))) {
      return table->columns[i].name;
    }
  }
  return NULL;
}

/* Without the ending, and without the plural's letters: policies, policys and policy are one. */
static askiam_str s_stem(const char *name)
{
  const char *dot = strrchr(name, '.');
  askiam_str stem = {name, dot == NULL ? strlen(name) : (size_t)(dot - name)};
  size_t length = stem.length;
  char last = length > 0 ? stem.data[length - 1] : 0;
  if (length > 3 && aski_str_equal_text(aski_str_slice(stem, length - 3, 3), "ies")) {
    stem.length -= 3;
  } else if (length > 2 && aski_str_equal_text(aski_str_slice(stem, length - 2, 2), "es")) {
    stem.length -= 2;
  } else if (last == 's' || last == 'S' || last == 'y' || last == 'Y' || last == 'e') {
    stem.length -= 1;
  }
  return stem;
}

const char *aski_import_table_file_slip(const char *name)
{
  askiam_str stem = s_stem(name);
  for (size_t i = 0; i < ASKIAM_TABLE_COUNT; ++i) {
    if (s_alike(stem, s_stem(s_tables[i].file))) {
      return s_tables[i].file;
    }
  }
  return NULL;
}

askiam_table aski_import_table_named(askiam_str name)
{
  for (size_t i = 0; i < ASKIAM_TABLE_COUNT; ++i) {
    if (aski_str_equal_text(name, s_tables[i].name)) {
      return (askiam_table)i;
    }
  }
  return ASKIAM_TABLE_COUNT;
}

bool aski_import_table_status(const aski_import_table *table, askiam_str status)
{
  if (aski_str_equal_text(status, "active")) {
    return true;
  }
  for (const char *at = table->statuses; at != NULL;) {
    const char *comma = strchr(at, ',');
    askiam_str word = {at, comma == NULL ? strlen(at) : (size_t)(comma - at)};
    if (aski_str_equal(word, status)) {
      return true;
    }
    at = comma == NULL ? NULL : comma + 2;
  }
  return false;
}

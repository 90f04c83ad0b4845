/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of keys: those of config_keys_*.c, one after the other. A key that is added to one of them needs a line in
 * docs/configuration.md; a test compares them. */
#include "engine/config_keys.h"

#include <askiam/config.h>

#include "base/text.h"

static const aski_config_group *const s_groups[] = {&aski_config_keys_store,    &aski_config_keys_search,
                                                    &aski_config_keys_decision, &aski_config_keys_access,
                                                    &aski_config_keys_remote,   &aski_config_keys_session};

enum { GROUPS = sizeof s_groups / sizeof *s_groups };

size_t aski_config_key_count(void)
{
  size_t count = 0;
  for (size_t i = 0; i < GROUPS; ++i) {
    count += s_groups[i]->count;
  }
  return count;
}

const aski_config_key *aski_config_key_at(size_t index)
{
  for (size_t i = 0; i < GROUPS; ++i) {
    if (index < s_groups[i]->count) {
      return &s_groups[i]->keys[index];
    }
    index -= s_groups[i]->count;
  }
  return NULL;
}

size_t aski_config_key_find(askiam_str name)
{
  size_t before = 0;
  for (size_t i = 0; i < GROUPS; ++i) {
    for (size_t j = 0; j < s_groups[i]->count; ++j) {
      if (aski_str_equal_text(name, s_groups[i]->keys[j].name)) {
        return before + j;
      }
    }
    before += s_groups[i]->count;
  }
  return before;
}

bool aski_config_key_is_group(askiam_str name)
{
  for (size_t i = 0; i < aski_config_key_count(); ++i) {
    askiam_str key = askiam_str_from(aski_config_key_at(i)->name);
    if (name.length > 0 && key.length > name.length && aski_str_starts(key, name) && key.data[name.length] == '.') {
      return true;
    }
  }
  return false;
}

size_t askiam_config_key_count(void) { return aski_config_key_count(); }

const char *askiam_config_key_name(size_t index)
{
  const aski_config_key *key = aski_config_key_at(index);
  return key != NULL ? key->name : NULL;
}

const char *askiam_config_key_default(size_t index)
{
  const aski_config_key *key = aski_config_key_at(index);
  return key != NULL ? key->preset : NULL;
}

int askiam_config_key_is_secret(size_t index)
{
  const aski_config_key *key = aski_config_key_at(index);
  return key != NULL && key->secret ? 1 : 0;
}

const char *askiam_config_key_help(size_t index)
{
  const aski_config_key *key = aski_config_key_at(index);
  return key != NULL ? key->help : NULL;
}

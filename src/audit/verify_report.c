/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling what a verification found, and as plainly what it could not find out. */
#include "audit/verify.h"
#include "json/json.h"

static bool s_chains_sound(const aski_verification *found)
{
  for (size_t i = 0; i < found->walks.count; ++i) {
    if (found->walks.items[i].first.what != NULL) {
      return false;
    }
  }
  return true;
}

bool aski_verification_sound(const aski_verification *found)
{
  return s_chains_sound(found) && found->strangers == 0 && found->unaudited == 0 && found->adrift == 0 &&
         (!found->with_checkpoint || found->genuine) && !aski_str_present(found->missing_chain);
}

static void s_write_break(aski_json_writer *writer, const char *name, const aski_break *found)
{
  if (found->what == NULL) {
    aski_json_write_null(writer, name);
    return;
  }
  aski_json_open_object(writer, name);
  aski_json_write_integer(writer, "seq", found->seq);
  aski_json_write_text(writer, "what", found->what);
  aski_json_write_text(writer, "detail", found->detail);
  aski_json_close_object(writer);
}

static void s_write_chain(aski_json_writer *writer, const aski_walk *walk)
{
  aski_json_open_object(writer, NULL);
  aski_json_write_string(writer, "chain", walk->before.chain);
  aski_json_write_integer(writer, "entries", (int64_t)walk->entries);
  aski_json_open_object(writer, "head");
  aski_json_write_integer(writer, "seq", walk->before.seq);
  aski_json_write_text(writer, "hash", walk->before.hash);
  aski_json_close_object(writer);
  s_write_break(writer, "first_break", &walk->first);
  aski_json_close_object(writer);
}

typedef struct s_sums {
  uint64_t entries, requests, erased, keyed, grants;
} s_sums;

static s_sums s_add_up(const aski_verification *found)
{
  s_sums sums = {0};
  for (size_t i = 0; i < found->walks.count; ++i) {
    const aski_walk *walk = &found->walks.items[i];
    sums.entries += walk->entries;
    sums.requests += walk->requests;
    sums.erased += walk->erased;
    sums.keyed += walk->keyed;
    sums.grants += walk->grants;
  }
  return sums;
}

/* null: nobody looked. */
static void s_write_count(aski_json_writer *writer, const char *name, bool counted, uint64_t count)
{
  if (counted) {
    aski_json_write_integer(writer, name, (int64_t)count);
  } else {
    aski_json_write_null(writer, name);
  }
}

static void s_write_checkpoint(aski_json_writer *writer, const aski_verification *found)
{
  if (!found->with_checkpoint) {
    aski_json_write_null(writer, "checkpoint");
    return;
  }
  aski_json_open_object(writer, "checkpoint");
  aski_json_write_string(writer, "id", found->checkpoint.id);
  aski_json_write_time(writer, "time", found->checkpoint.time_ms);
  aski_json_write_bool(writer, "genuine", found->genuine);
  aski_json_write_string(writer, "missing_chain", found->missing_chain);
  aski_json_close_object(writer);
}

static void s_write_guarantees(aski_json_writer *writer, const aski_verification *found)
{
  aski_json_open_array(writer, "guarantees");
  aski_json_write_text(writer, NULL, "links");
  aski_json_write_text(writer, NULL, "hashes");
  aski_json_write_text(writer, NULL, "heads");
  aski_json_write_text(writer, NULL, "columns");
  aski_json_write_text(writer, NULL, "requests");
  if (found->unaudited_checked) {
    aski_json_write_text(writer, NULL, "unaudited");
  }
  if (found->adrift_checked) {
    aski_json_write_text(writer, NULL, "grants");
  }
  if (found->keyed) {
    aski_json_write_text(writer, NULL, "key");
  }
  if (found->genuine) {
    aski_json_write_text(writer, NULL, "checkpoint");
  }
  aski_json_close_array(writer);
}

/* Sentences for a person who must know what "sound" does not mean. */
static void s_write_limits(aski_json_writer *writer, const aski_verification *found, const s_sums *sums)
{
  aski_json_open_array(writer, "not_guaranteed");
  if (!found->keyed && !found->genuine) {
    aski_json_write_text(writer, NULL,
                         "without a key and a checkpoint, whoever can write the store could have rewritten the whole "
                         "trail consistently, or cut its end together with the head");
  } else if (!found->keyed) {
    aski_json_write_text(writer, NULL,
                         "without a key, whoever can write the store could have rewritten or cut what came after the "
                         "checkpoint");
  } else if (!found->genuine) {
    aski_json_write_text(writer, NULL,
                         "without a checkpoint, whoever can write the store could have cut the end of the trail "
                         "together with the head, or put an older copy in its place");
  } else {
    aski_json_write_text(writer, NULL,
                         "whoever can write the store could have cut what came after the checkpoint together with the "
                         "head");
  }
  if (!found->unaudited_checked) {
    aski_json_write_text(writer, NULL, "this store cannot tell requests that were put beside the trail");
  }
  if (!found->adrift_checked) {
    aski_json_write_text(writer, NULL, "this store cannot tell grants and roles that were put beside the trail");
  } else if (found->ungranted > 0) {
    aski_json_write_text(writer, NULL,
                         "roles that are held by no grant of the trail (ungranted) were imported, or put there by "
                         "whoever can write the store: compare them with where they come from");
  }
  if (sums->erased > 0) {
    aski_json_write_text(writer, NULL, "sentences, decisions and facts that were erased cannot be checked any more");
  }
  if (found->keyed && sums->keyed < sums->entries) {
    aski_json_write_text(writer, NULL, "some entries were written without a key: for them only the checkpoint speaks");
  }
  aski_json_close_array(writer);
}

void aski_verification_write_json(const aski_verification *found, aski_buffer *buffer)
{
  s_sums sums = s_add_up(found);
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_bool(&writer, "sound", aski_verification_sound(found));
  aski_json_write_integer(&writer, "entries", (int64_t)sums.entries);
  aski_json_write_integer(&writer, "requests", (int64_t)sums.requests);
  aski_json_write_integer(&writer, "erased", (int64_t)sums.erased);
  aski_json_write_integer(&writer, "keyed", (int64_t)sums.keyed);
  aski_json_write_integer(&writer, "grants", (int64_t)sums.grants);
  aski_json_open_array(&writer, "chains");
  for (size_t i = 0; i < found->walks.count; ++i) {
    s_write_chain(&writer, &found->walks.items[i]);
  }
  aski_json_close_array(&writer);
  aski_json_write_integer(&writer, "strangers", (int64_t)found->strangers);
  s_write_break(&writer, "first_stranger", &found->stranger);
  s_write_count(&writer, "unaudited", found->unaudited_checked, found->unaudited);
  aski_json_write_string(&writer, "first_unaudited", found->unaudited_id);
  s_write_count(&writer, "adrift", found->adrift_checked, found->adrift);
  aski_json_write_string(&writer, "first_adrift", found->adrift_id);
  s_write_count(&writer, "ungranted", found->adrift_checked, found->ungranted);
  s_write_checkpoint(&writer, found);
  s_write_guarantees(&writer, found);
  s_write_limits(&writer, found, &sums);
  aski_json_close_object(&writer);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * A checkpoint as text: what is signed, and the line that carries it. */
#include <inttypes.h>
#include <stdlib.h>

#include "audit/checkpoint.h"
#include "json/json.h"

enum { ID_MAX_BYTES = 128 };

static int s_compare(const void *left, const void *right)
{
  return aski_str_compare(((const aski_head *)left)->chain, ((const aski_head *)right)->chain);
}

void aski_checkpoint_sort(aski_checkpoint *checkpoint)
{
  if (checkpoint->heads.count > 1) {
    qsort(checkpoint->heads.items, checkpoint->heads.count, sizeof *checkpoint->heads.items, s_compare);
  }
}

void aski_checkpoint_write_signed(const aski_checkpoint *checkpoint, aski_buffer *buffer)
{
  char time[ASKI_TIME_TEXT_BYTES];
  aski_time_format(checkpoint->time_ms, time);
  aski_buffer_append_format(buffer, "askiam-checkpoint-v1\n%.*s\n%s\n", ASKI_STR_ARG(checkpoint->id), time);
  for (size_t i = 0; i < checkpoint->heads.count; ++i) {
    const aski_head *head = &checkpoint->heads.items[i];
    aski_buffer_append_format(buffer, "%" PRId64 " %s %.*s\n", head->seq, head->hash, ASKI_STR_ARG(head->chain));
  }
}

void aski_checkpoint_write_json(const aski_checkpoint *checkpoint, aski_buffer *buffer)
{
  char signature[2 * ASKI_ED25519_SIGNATURE_BYTES + 1];
  aski_hex(checkpoint->signature, sizeof checkpoint->signature, signature);
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_integer(&writer, "v", 1);
  aski_json_write_string(&writer, "id", checkpoint->id);
  aski_json_write_time(&writer, "time", checkpoint->time_ms);
  aski_json_open_array(&writer, "heads");
  for (size_t i = 0; i < checkpoint->heads.count; ++i) {
    const aski_head *head = &checkpoint->heads.items[i];
    aski_json_open_object(&writer, NULL);
    aski_json_write_string(&writer, "chain", head->chain);
    aski_json_write_integer(&writer, "seq", head->seq);
    aski_json_write_text(&writer, "hash", head->hash);
    aski_json_close_object(&writer);
  }
  aski_json_close_array(&writer);
  aski_json_write_text(&writer, "public_key_hash", checkpoint->public_key_hash);
  aski_json_write_text(&writer, "signature", signature);
  aski_json_close_object(&writer);
}

static askiam_status s_bad(askiam_error *error, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT, "the checkpoint is malformed: %s", what);
}

bool aski_checkpoint_is_plain(askiam_str text)
{
  if (text.length == 0 || text.length > ID_MAX_BYTES) {
    return false;
  }
  for (size_t i = 0; i < text.length; ++i) {
    if ((unsigned char)text.data[i] < 0x20) {
      return false;
    }
  }
  return true;
}

static bool s_copy_hash(char out[ASKI_SHA256_HEX_BYTES], askiam_str text)
{
  unsigned char bytes[ASKI_SHA256_BYTES];
  if (!aski_unhex(text, bytes, sizeof bytes)) {
    return false;
  }
  aski_hex(bytes, sizeof bytes, out);
  return true;
}

static askiam_status s_read_head(aski_checkpoint *checkpoint, aski_arena *arena, const aski_json *node,
                                 askiam_error *error)
{
  askiam_str chain = aski_json_string(aski_json_get(node, "chain"));
  int64_t seq = -1;
  char hash[ASKI_SHA256_HEX_BYTES];
  if (!aski_checkpoint_is_plain(chain) || !aski_json_integer(aski_json_get(node, "seq"), &seq) || seq < 0 ||
      !s_copy_hash(hash, aski_json_string(aski_json_get(node, "hash")))) {
    return s_bad(error, "a head needs \"chain\", \"seq\" and \"hash\"");
  }
  if (aski_checkpoint_head(checkpoint, chain) != NULL) {
    return s_bad(error, "a chain has two heads");
  }
  aski_head *head = ASKI_ARENA_PUSH(arena, &checkpoint->heads);
  if (head == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  *head = (aski_head){.chain = aski_arena_copy(arena, chain), .seq = seq};
  memcpy(head->hash, hash, sizeof hash);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read(aski_checkpoint *checkpoint, aski_arena *arena, const aski_json *root, askiam_error *error)
{
  int64_t version = 0;
  const aski_json *heads = aski_json_get(root, "heads");
  checkpoint->id = aski_arena_copy(arena, aski_json_string(aski_json_get(root, "id")));
  if (!aski_json_integer(aski_json_get(root, "v"), &version) || version != 1) {
    return s_bad(error, "\"v\" is not 1");
  }
  if (!aski_checkpoint_is_plain(checkpoint->id) ||
      !aski_time_parse(aski_json_string(aski_json_get(root, "time")), &checkpoint->time_ms)) {
    return s_bad(error, "\"id\" or \"time\" is missing");
  }
  if (!aski_unhex(aski_json_string(aski_json_get(root, "signature")), checkpoint->signature,
                  sizeof checkpoint->signature) ||
      !s_copy_hash(checkpoint->public_key_hash, aski_json_string(aski_json_get(root, "public_key_hash")))) {
    return s_bad(error, "\"signature\" or \"public_key_hash\" is missing");
  }
  if (heads == NULL || aski_json_type_of(heads) != ASKI_JSON_ARRAY || aski_json_count(heads) > 4096) {
    return s_bad(error, "\"heads\" is not a list of at most 4096");
  }
  askiam_status status = ASKIAM_STATUS_OK;
  for (const aski_json *node = aski_json_first(heads); status == ASKIAM_STATUS_OK && node != NULL;
       node = aski_json_next(node)) {
    status = s_read_head(checkpoint, arena, node, error);
  }
  return status;
}

askiam_status aski_checkpoint_read_json(aski_checkpoint *out_checkpoint, aski_arena *arena, askiam_str json,
                                        askiam_error *error)
{
  *out_checkpoint = (aski_checkpoint){0};
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, json, arena->allocator, ASKIAM_LAYER_AUDIT, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = s_read(out_checkpoint, arena, aski_json_root(document), error);
  aski_json_destroy(document);
  if (arena->failed) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory reading a checkpoint");
  }
  aski_checkpoint_sort(out_checkpoint);
  return status;
}

const aski_head *aski_checkpoint_head(const aski_checkpoint *checkpoint, askiam_str chain)
{
  for (size_t i = 0; i < checkpoint->heads.count; ++i) {
    if (aski_str_equal(checkpoint->heads.items[i].chain, chain)) {
      return &checkpoint->heads.items[i];
    }
  }
  return NULL;
}

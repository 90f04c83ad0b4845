/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing the heads, and reading a checkpoint back with proof. */
#include "audit/checkpoint.h"

#include "base/file.h"

enum { PEM_MAX_BYTES = 64 * 1024, CHECKPOINT_MAX_BYTES = 1024 * 1024 };

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory making a checkpoint");
}

static bool s_fingerprint(askiam_str pem, bool private_key, char out[ASKI_SHA256_HEX_BYTES])
{
  unsigned char raw[ASKI_ED25519_PUBLIC_BYTES];
  return aski_ed25519_public(pem, private_key, raw) &&
         aski_sha256_hex((askiam_str){(const char *)raw, sizeof raw}, out);
}

static askiam_status s_sign(aski_checkpoint *checkpoint, askiam_str private_pem, const char *path,
                            const askiam_allocator *allocator, askiam_error *error)
{
  if (!s_fingerprint(private_pem, true, checkpoint->public_key_hash)) {
    return askiam_error_set(
        error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
        "%.300s is no Ed25519 private key in PEM: make one with `openssl genpkey -algorithm ed25519`", path);
  }
  aski_buffer text;
  aski_buffer_init(&text, allocator);
  aski_checkpoint_write_signed(checkpoint, &text);
  askiam_status status = ASKIAM_STATUS_OK;
  if (text.failed) {
    status = s_no_memory(error);
  } else if (!aski_ed25519_sign(private_pem, aski_buffer_view(&text), checkpoint->signature)) {
    status = askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_AUDIT, "the checkpoint could not be signed");
  }
  aski_buffer_clean_up(&text);
  return status;
}

static askiam_status s_make(aski_checkpoint *checkpoint, aski_arena *arena, const aski_audit *audit,
                            const askiam_call *call, askiam_error *error)
{
  askiam_heads heads = {.arena = arena};
  char id[ASKI_ID_BYTES];
  askiam_status status = aski_journal_heads(audit->journal, call, &heads, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  for (size_t i = 0; i < heads.count; ++i) {
    if (!aski_checkpoint_is_plain(heads.items[i].chain)) {
      return askiam_error_set(error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_AUDIT,
                              "a chain's name is empty, too long, or holds control characters");
    }
  }
  if (!aski_id_new(id, "chk", call->now_ms, audit->random)) {
    return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_AUDIT, "no random bytes could be had");
  }
  checkpoint->id = aski_arena_copy(arena, askiam_str_from(id));
  checkpoint->time_ms = call->now_ms;
  checkpoint->heads.items = heads.items;
  checkpoint->heads.count = heads.count;
  aski_checkpoint_sort(checkpoint);
  return arena->failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
}

static askiam_status s_checkpoint(aski_buffer *out_json, aski_arena *arena, const aski_audit *audit,
                                  const askiam_call *call, askiam_str private_pem, const char *path,
                                  askiam_error *error)
{
  aski_checkpoint checkpoint = {0};
  askiam_status status = s_make(&checkpoint, arena, audit, call, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_sign(&checkpoint, private_pem, path, audit->allocator, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer_clear(out_json);
  aski_checkpoint_write_json(&checkpoint, out_json);
  if (out_json->failed) {
    return s_no_memory(error);
  }
  return aski_journal_checkpoint(audit->journal, call, checkpoint.id, checkpoint.time_ms, aski_buffer_view(out_json),
                                 error);
}

askiam_status aski_audit_checkpoint(aski_buffer *out_json, const aski_audit *audit, const askiam_call *call,
                                    const char *private_key_path, askiam_error *error)
{
  aski_buffer pem;
  aski_arena arena;
  aski_buffer_init(&pem, audit->allocator);
  aski_arena_init(&arena, audit->allocator);
  askiam_status status =
      aski_file_read(&pem, private_key_path, PEM_MAX_BYTES, "the private key", ASKIAM_LAYER_AUDIT, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_checkpoint(out_json, &arena, audit, call, aski_buffer_view(&pem), private_key_path, error);
  }
  if (pem.data != NULL) {
    aski_wipe(pem.data, pem.capacity);
  }
  aski_buffer_clean_up(&pem);
  aski_arena_clean_up(&arena);
  return status;
}

static askiam_status s_check_signature(const aski_checkpoint *checkpoint, bool *out_genuine, askiam_str public_pem,
                                       const char *path, const askiam_allocator *allocator, askiam_error *error)
{
  char fingerprint[ASKI_SHA256_HEX_BYTES];
  if (!s_fingerprint(public_pem, false, fingerprint)) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
                            "%.300s is no Ed25519 public key in PEM: write it with `openssl pkey -pubout`", path);
  }
  aski_buffer text;
  aski_buffer_init(&text, allocator);
  aski_checkpoint_write_signed(checkpoint, &text);
  askiam_status status = text.failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
  *out_genuine =
      status == ASKIAM_STATUS_OK && aski_ed25519_verify(public_pem, aski_buffer_view(&text), checkpoint->signature);
  aski_buffer_clean_up(&text);
  return status;
}

askiam_status aski_checkpoint_load(aski_checkpoint *out_checkpoint, bool *out_genuine, aski_arena *arena,
                                   const char *checkpoint_path, const char *public_key_path, askiam_error *error)
{
  aski_buffer file;
  aski_buffer_init(&file, arena->allocator);
  askiam_status status =
      aski_file_read(&file, checkpoint_path, CHECKPOINT_MAX_BYTES, "the checkpoint", ASKIAM_LAYER_AUDIT, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_checkpoint_read_json(out_checkpoint, arena, aski_str_trim(aski_buffer_view(&file)), error);
  }
  aski_buffer_clear(&file);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_file_read(&file, public_key_path, PEM_MAX_BYTES, "the public key", ASKIAM_LAYER_AUDIT, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_check_signature(out_checkpoint, out_genuine, aski_buffer_view(&file), public_key_path, arena->allocator,
                               error);
  }
  aski_buffer_clean_up(&file);
  return status;
}

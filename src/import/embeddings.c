/* SPDX-License-Identifier: Apache-2.0
 *
 * The embeddings of documents. Rows wait for each other, since an embedder that is asked over a network takes many texts at once. */
#include "import/documents.h"

enum { TOGETHER_MAX = 32, TOGETHER_MAX_BYTES = 1024 * 1024 };

/* Floats in little-endian order. */
static askiam_str s_bytes(aski_arena *arena, const float *vector, size_t dimension)
{
  unsigned char *bytes = aski_arena_acquire(arena, dimension, 4);
  for (size_t i = 0; bytes != NULL && i < dimension; ++i) {
    uint32_t bits = 0;
    memcpy(&bits, &vector[i], sizeof bits);
    for (size_t byte = 0; byte < 4; ++byte) {
      bytes[4 * i + byte] = (unsigned char)(bits >> (8 * byte));
    }
  }
  return (askiam_str){(const char *)bytes, bytes == NULL ? 0 : dimension * 4};
}

/* Title and text of each, embedded at once. */
static askiam_status s_embed(aski_import_job *run)
{
  aski_import_waiting *waiting = &run->waiting;
  const aski_embedder *embedder = run->import->embedder;
  size_t dimension = aski_embedder_dimension(embedder);
  askiam_str *texts = aski_arena_acquire(&waiting->arena, waiting->count, sizeof *texts);
  float *vectors = aski_arena_acquire(&waiting->arena, waiting->count, dimension * sizeof *vectors);
  for (size_t i = 0; i < waiting->count && !waiting->arena.failed; ++i) {
    const askiam_str *values = waiting->items[i].values;
    texts[i] = aski_embedder_document(&waiting->arena, values[ASKI_DOCUMENT_TITLE], values[ASKI_DOCUMENT_TEXT]);
  }
  if (waiting->arena.failed) {
    return aski_import_no_memory(run);
  }
  askiam_status status = aski_embedder_embed(embedder, run->call, texts, waiting->count, vectors, run->error);
  for (size_t i = 0; i < waiting->count && status == ASKIAM_STATUS_OK; ++i) {
    askiam_str *values = waiting->items[i].values;
    values[ASKI_DOCUMENT_EMBEDDING] = s_bytes(&waiting->arena, vectors + i * dimension, dimension);
    values[ASKI_DOCUMENT_MODEL] = askiam_str_from(aski_embedder_model(embedder));
  }
  return status == ASKIAM_STATUS_OK && waiting->arena.failed ? aski_import_no_memory(run) : status;
}

void aski_import_forget_waiting(aski_import_job *run)
{
  aski_arena_clean_up(&run->waiting.arena);
  run->waiting = (aski_import_waiting){.arena = run->waiting.arena};
}

askiam_status aski_import_send_waiting(aski_import_job *run)
{
  aski_import_waiting *waiting = &run->waiting;
  bool any = waiting->count > 0 && run->problems == 0;
  askiam_status status = any ? s_embed(run) : ASKIAM_STATUS_OK;
  for (size_t i = 0; any && i < waiting->count && status == ASKIAM_STATUS_OK; ++i) {
    status = aski_import_send(run, ASKIAM_TABLE_DOCUMENTS, waiting->items[i].row, waiting->items[i].values,
                              ASKIAM_ROW_MAX_COLUMNS);
  }
  aski_import_forget_waiting(run);
  return status;
}

/* A copy: the row's own memory goes with the row. */
static bool s_wait(aski_import_waiting *waiting, uint64_t row, const askiam_str *values)
{
  aski_import_waiting_row *item = ASKI_ARENA_PUSH(&waiting->arena, waiting);
  for (size_t i = 0; item != NULL && i < ASKIAM_ROW_MAX_COLUMNS; ++i) {
    item->values[i] = aski_arena_copy(&waiting->arena, values[i]);
    waiting->bytes += values[i].length;
  }
  if (item != NULL) {
    item->row = row;
  }
  return !waiting->arena.failed;
}

askiam_status aski_import_embed_document(aski_import_job *run, uint64_t row, askiam_str *values)
{
  const aski_embedder *embedder = run->import->embedder;
  if (embedder == NULL || !embedder->provided) {
    values[ASKI_DOCUMENT_EMBEDDING] = ASKI_STR("");
    values[ASKI_DOCUMENT_MODEL] = ASKI_STR("");
    return aski_import_send(run, ASKIAM_TABLE_DOCUMENTS, row, values, ASKIAM_ROW_MAX_COLUMNS);
  }
  if (!s_wait(&run->waiting, row, values)) {
    return aski_import_no_memory(run);
  }
  return run->waiting.count == TOGETHER_MAX || run->waiting.bytes >= TOGETHER_MAX_BYTES ? aski_import_send_waiting(run)
                                                                                        : ASKIAM_STATUS_OK;
}

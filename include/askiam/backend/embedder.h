/* SPDX-License-Identifier: Apache-2.0
 *
 * Embedders: text to vectors. */
#ifndef ASKIAM_BACKEND_EMBEDDER_H
#define ASKIAM_BACKEND_EMBEDDER_H

#include <askiam/backend/backend.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Append-only. Slots may be called by several threads. */
typedef struct askiam_embedder_vtable {
  size_t size; /* Mandatory */
  unsigned flags;
  askiam_backend_open_fn open;   /* Mandatory */
  askiam_backend_close_fn close; /* Optional */
  /* Floats in a vector, 1 to 4,096; constant while open. Mandatory. */
  size_t (*dimension)(void *self);
  /* What the vectors depend on: "hashing-1/256". NUL-terminated, lives as long as self. Mandatory. */
  const char *(*model)(void *self);
  /* Writes texts × dimension floats, each vector of unit length or all zeros. Mandatory. */
  askiam_status (*embed)(void *self, const askiam_call *call, const askiam_str *texts, size_t count, float *out_vectors,
                         askiam_error *error);
} askiam_embedder_vtable;

#ifdef __cplusplus
}
#endif
#endif

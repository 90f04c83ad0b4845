/* SPDX-License-Identifier: Apache-2.0
 *
 * The columns of a document, and the way of a checked one to the store. */
#ifndef ASKI_IMPORT_DOCUMENTS_H
#define ASKI_IMPORT_DOCUMENTS_H

#include "import/run.h"

enum {
  ASKI_DOCUMENT_ID,
  ASKI_DOCUMENT_TITLE,
  ASKI_DOCUMENT_TEXT,
  ASKI_DOCUMENT_METADATA,
  ASKI_DOCUMENT_APPS,
  ASKI_DOCUMENT_ROLES,
  ASKI_DOCUMENT_EMBEDDING,
  ASKI_DOCUMENT_MODEL
};

/* Takes a checked row, to be sent with its embedding: now, or with others that come. The values are borrowed for the call. */
askiam_status aski_import_embed_document(aski_import_job *run, uint64_t row, askiam_str *values);

#endif

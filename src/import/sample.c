/* SPDX-License-Identifier: Apache-2.0
 *
 * The sample organisation: data/sample.json as bytes, generated at build time. */
#include "import/import.h"

static const unsigned char s_sample[] = {
#include "sample_bytes.inc"
};

askiam_str aski_import_sample(void) { return (askiam_str){(const char *)s_sample, sizeof s_sample}; }

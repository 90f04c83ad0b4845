/* SPDX-License-Identifier: Apache-2.0
 *
 * Values between JavaScript and C. */
#ifndef ASKIAM_NODE_VALUES_H
#define ASKIAM_NODE_VALUES_H

#include "addon.h"

/* True for napi_ok; else makes sure that an exception is pending. */
bool values_check(napi_env env, napi_status status);
/* undefined and null are absent. */
bool values_absent(napi_env env, napi_value value);
/* A string, as UTF-8 in malloc, ended by NUL; an absent value gives NULL and true. Of a longer string than `most` bytes, its first part. False
 * with an exception pending where it is none. */
bool values_text(napi_env env, napi_value value, size_t most, char **out_text, size_t *out_length);
/* A string without NUL: a path, a name. */
bool values_path(napi_env env, napi_value value, char **out_text);
/* JSON text as a string. */
napi_value values_string(napi_env env, const char *data, size_t length, bool ascii);
bool values_is_ascii(const char *data, size_t length);
/* The AskiamError of `error`; `detail` is JSON that belongs to it (a decision, a list), NULL for none. */
napi_value values_error(napi_env env, const askiam_error *error, const char *detail, size_t detail_length);
/* Throws it. */
void values_throw(napi_env env, const askiam_error *error);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading small files, and what errno means to a user. */
#include "audit/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 1024 * 1024, CHUNK_BYTES = 16384 };

static const char *s_reason(int code, askiam_status *out_status)
{
  switch (code) {
  case ENOENT:
  case ENOTDIR:
    *out_status = ASKIAM_STATUS_NOT_FOUND;
    return "there is no such file or folder";
  case EACCES:
  case EPERM:
    *out_status = ASKIAM_STATUS_NOT_PERMITTED;
    return "permission denied";
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    *out_status = ASKIAM_STATUS_FULL;
    return "there is no space left";
  case EROFS:
    *out_status = ASKIAM_STATUS_READ_ONLY;
    return "the file system is read-only";
  case EISDIR:
    *out_status = ASKIAM_STATUS_INVALID_ARGUMENT;
    return "it is a folder";
  default:
    *out_status = ASKIAM_STATUS_UNAVAILABLE;
    return NULL;
  }
}

askiam_status aski_file_error(askiam_error *error, int code, const char *action, const char *path)
{
  askiam_status status;
  const char *reason = s_reason(code, &status);
  char number[32];
  if (reason == NULL) {
    snprintf(number, sizeof number, "system error %d", code);
    reason = number;
  }
  return askiam_error_set(error, status, ASKIAM_LAYER_AUDIT, "cannot %s %.300s: %s", action, path, reason);
}

static askiam_status s_read_all(aski_buffer *out, int file, const char *what, const char *path, askiam_error *error)
{
  char chunk[CHUNK_BYTES];
  ssize_t length;
  askiam_status status = ASKIAM_STATUS_OK;
  while ((length = read(file, chunk, sizeof chunk)) != 0) {
    if (length < 0 && errno == EINTR) {
      continue;
    }
    if (length < 0) {
      status = aski_file_error(error, errno, "read", path);
      break;
    }
    if (out->length + (size_t)length > FILE_MAX_BYTES) {
      status = askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT, "the %s %.300s is larger than 1 MiB",
                                what, path);
      break;
    }
    aski_buffer_append(out, (askiam_str){chunk, (size_t)length});
  }
  aski_wipe(chunk, sizeof chunk);
  if (status == ASKIAM_STATUS_OK && out->failed) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory reading the %s", what);
  }
  return status;
}

askiam_status aski_file_read(aski_buffer *out, const char *what, const char *path, askiam_error *error)
{
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    int code = errno;
    char action[64];
    snprintf(action, sizeof action, "open the %s", what);
    return aski_file_error(error, code, action, path);
  }
  askiam_status status = s_read_all(out, file, what, path, error);
  close(file);
  return status;
}

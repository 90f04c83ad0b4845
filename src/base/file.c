/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static askiam_status s_refuse(const char *path, const char *what, askiam_layer layer, int code, askiam_error *error)
{
  if (code == ENOENT || code == ENOTDIR) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_FOUND, layer, "%s: %s does not exist", path, what);
  }
  if (code == EACCES || code == EPERM) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_PERMITTED, layer, "%s: no permission to read %s", path, what);
  }
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, layer, "%s: %s cannot be read (error %d)", path, what,
                          code);
}

static askiam_status s_read_all(aski_buffer *out, int file, size_t size_bytes, const char *path, const char *what,
                                askiam_layer layer, askiam_error *error)
{
  if (!aski_buffer_reserve(out, size_bytes)) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "%s: out of memory", path);
  }
  while (out->length < size_bytes) {
    ssize_t got = read(file, out->data + out->length, size_bytes - out->length);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return s_refuse(path, what, layer, errno, error);
    }
    if (got == 0) {
      break;
    }
    out->length += (size_t)got;
  }
  out->data[out->length] = 0;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_file_read(aski_buffer *out, const char *path, size_t largest_bytes, const char *what,
                             askiam_layer layer, askiam_error *error)
{
  aski_buffer_clear(out);
  /* Not blocking, so that a pipe of that name cannot hang the caller. */
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) {
    return s_refuse(path, what, layer, errno, error);
  }
  struct stat facts;
  askiam_status status = ASKIAM_STATUS_OK;
  if (fstat(file, &facts) != 0) {
    status = s_refuse(path, what, layer, errno, error);
  } else if (!S_ISREG(facts.st_mode)) {
    status = askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, layer, "%s: %s is not a regular file", path, what);
  } else if ((uint64_t)facts.st_size > largest_bytes) {
    status = askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, layer, "%s: %s is larger than %zu bytes", path, what,
                              largest_bytes);
  } else {
    status = s_read_all(out, file, (size_t)facts.st_size, path, what, layer, error);
  }
  close(file);
  if (status != ASKIAM_STATUS_OK) {
    aski_buffer_clear(out);
  }
  return status;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The target "file:PATH". An event counts as delivered once its line is on the disk; a line that a crash tore belongs to an event
 * that was not marked, so it comes again and the torn one can go. */
#include "audit/relay_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TAIL_BYTES = 65536, WAIT_MS = 5000, POLL_MS = 20 };

/* How each of our lines begins: what tells a torn one from somebody else's last line without a line feed. */
static const char s_begin[] = "{\"id\":\"evt-";

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

static askiam_status s_file_error(askiam_error *error, int code, const char *action, const char *path)
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

static askiam_status s_lock(const aski_relay_file *file, const askiam_call *call, askiam_error *error)
{
  const struct timespec pause = {0, POLL_MS * 1000000L};
  for (int waited = 0; flock(file->file, LOCK_EX | LOCK_NB) != 0; waited += POLL_MS) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return s_file_error(error, errno, "lock", file->path);
    }
    if (waited >= WAIT_MS || askiam_call_remaining_ms(call) == 0 || askiam_call_cancelled(call)) {
      return askiam_error_set(error, ASKIAM_STATUS_BUSY, ASKIAM_LAYER_AUDIT,
                              "another relay is writing %.300s: try again when it has ended", file->path);
    }
    nanosleep(&pause, NULL);
  }
  return ASKIAM_STATUS_OK;
}

static bool s_write_all(int file, askiam_str text)
{
  while (text.length > 0) {
    ssize_t written = write(file, text.data, text.length);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      return false;
    }
    text = aski_str_slice(text, (size_t)written, text.length);
  }
  return true;
}

/* Where the last line without a line feed begins: `size` where there is none. Negative where it could not be read. */
static off_t s_torn_at(int file, off_t size, bool *out_ours)
{
  char tail[TAIL_BYTES];
  off_t end = size;
  while (end > 0) {
    off_t start = end > TAIL_BYTES ? end - TAIL_BYTES : 0;
    ssize_t length = pread(file, tail, (size_t)(end - start), start);
    if (length != end - start) {
      return -1;
    }
    for (ssize_t i = length; i > 0; --i) {
      if (tail[i - 1] == '\n') {
        end = start + i;
        start = end;
        break;
      }
    }
    if (start == end) {
      break;
    }
    end = start;
  }
  ssize_t length = pread(file, tail, sizeof s_begin - 1, end);
  *out_ours = length > 0 && memcmp(tail, s_begin, (size_t)length) == 0;
  return length < 0 ? -1 : end;
}

static askiam_status s_repair(const aski_relay_file *file, askiam_error *error)
{
  struct stat state;
  bool ours = false;
  if (fstat(file->file, &state) != 0) {
    return s_file_error(error, errno, "look at", file->path);
  }
  if (!S_ISREG(state.st_mode)) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_AUDIT,
                            "%.300s is no regular file: events can only be delivered to one", file->path);
  }
  off_t torn_at = s_torn_at(file->file, state.st_size, &ours);
  bool good = torn_at >= 0;
  if (good && torn_at < state.st_size) {
    good = ours ? ftruncate(file->file, torn_at) == 0 : s_write_all(file->file, ASKI_STR("\n"));
  }
  return good ? ASKIAM_STATUS_OK : s_file_error(error, errno, "repair", file->path);
}

/* A new file's name must survive a crash too. */
static void s_sync_folder(const char *path)
{
  char folder[4096] = ".";
  const char *slash = strrchr(path, '/');
  size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
  if (length >= sizeof folder) {
    return;
  }
  if (length > 0) {
    memcpy(folder, path, length);
    folder[length] = 0;
  }
  int file = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (file >= 0) {
    fsync(file);
    close(file);
  }
}

askiam_status aski_relay_file_open(aski_relay_file *out_file, const char *path, const askiam_call *call,
                                   askiam_error *error)
{
  *out_file = (aski_relay_file){-1, path};
  out_file->file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, S_IRUSR | S_IWUSR);
  if (out_file->file < 0) {
    return s_file_error(error, errno, "open the target", path);
  }
  s_sync_folder(path);
  askiam_status status = s_lock(out_file, call, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_repair(out_file, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_relay_file_close(out_file);
  }
  return status;
}

askiam_status aski_relay_file_append(aski_relay_file *file, askiam_str lines, askiam_error *error)
{
  struct stat before;
  if (fstat(file->file, &before) != 0) {
    return s_file_error(error, errno, "look at", file->path);
  }
  if (s_write_all(file->file, lines) && fsync(file->file) == 0) {
    return ASKIAM_STATUS_OK;
  }
  int code = errno;
  if (ftruncate(file->file, before.st_size) != 0) {
    code = errno;
  }
  return s_file_error(error, code, "write", file->path);
}

void aski_relay_file_close(aski_relay_file *file)
{
  if (file->file >= 0) {
    close(file->file); /* gives the lock back */
    file->file = -1;
  }
}

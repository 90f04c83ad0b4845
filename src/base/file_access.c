/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file_access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

int aski_file_denied(const char *path, int mode)
{
  return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0 ? 0 : errno;
}

int aski_file_folder_denied(const char *path, int mode)
{
  char folder[PATH_BYTES] = ".";
  const char *slash = strrchr(path, '/');
  size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
  if (length >= sizeof folder) {
    return ENAMETOOLONG;
  }
  if (length > 0) {
    memcpy(folder, path, length);
    folder[length] = 0;
  }
  return aski_file_denied(folder, mode);
}

const char *aski_file_denied_words(int code)
{
  return code == EACCES || code == EPERM ? "no permission" : code == EROFS ? "a read-only file system" : NULL;
}

/* Bytes of `path` + `suffix`: -1 where there is no such file, 1 where it cannot be looked at. */
static int64_t s_companion_bytes(const char *path, const char *suffix)
{
  char name[PATH_BYTES];
  struct stat facts;
  int length = snprintf(name, sizeof name, "%s%s", path, suffix);
  if (length < 0 || (size_t)length >= sizeof name) {
    return 1;
  }
  if (stat(name, &facts) != 0) {
    return errno == ENOENT ? -1 : 1;
  }
  return (int64_t)facts.st_size;
}

bool aski_file_companion_has_content(const char *path, const char *suffix)
{
  return s_companion_bytes(path, suffix) > 0;
}

bool aski_file_is_settled(const char *path)
{
  if (aski_file_denied(path, R_OK) != 0 || aski_file_denied_words(aski_file_folder_denied(path, W_OK | X_OK)) == NULL) {
    return false;
  }
  int64_t log_bytes = s_companion_bytes(path, "-wal");
  return log_bytes < 0 || (log_bytes == 0 && s_companion_bytes(path, "-shm") < 0);
}

void aski_file_append_uri(aski_buffer *out, const char *path, const char *query)
{
  /* An absolute path follows an empty authority: its own "//" would be taken for one. */
  aski_buffer_append_text(out, path[0] == '/' ? "file://" : "file:");
  for (; *path != '\0'; ++path) {
    if (*path == '%' || *path == '?' || *path == '#') {
      aski_buffer_append_format(out, "%%%02X", (unsigned)(unsigned char)*path);
    } else {
      aski_buffer_append_byte(out, *path);
    }
  }
  aski_buffer_append_byte(out, '?');
  aski_buffer_append_text(out, query);
}

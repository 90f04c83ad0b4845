/* SPDX-License-Identifier: Apache-2.0
 *
 * Loaded before a program (LD_PRELOAD): kills it, as the power being cut would, at the N-th call by which it writes
 * to a file or speaks to a server. ASKIAM_DIE_AT is N, from 1; ASKIAM_DIE_AFTER set: after that call was made, not
 * before. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int s_is_last(void)
{
  static int calls;
  const char *at = getenv("ASKIAM_DIE_AT");
  return at != NULL && __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) == atoi(at);
}

static void s_die(int last, int after)
{
  if (last && after == (getenv("ASKIAM_DIE_AFTER") != NULL)) {
    kill(getpid(), SIGKILL);
  }
}

/* The system's own function of that name; a pointer to data is not one to a function, to the letter of the language. */
static void s_find(void *out_function, const char *name)
{
  void *found = dlsym(RTLD_NEXT, name);
  memcpy(out_function, &found, sizeof found);
}

#define AROUND(type, name, arguments, ...)                                                                             \
  type name arguments;                                                                                                 \
  type name arguments                                                                                                  \
  {                                                                                                                    \
    type(*real) arguments;                                                                                             \
    s_find(&real, #name);                                                                                              \
    int last = s_is_last();                                                                                            \
    s_die(last, 0);                                                                                                    \
    type result = real(__VA_ARGS__);                                                                                   \
    s_die(last, 1);                                                                                                    \
    return result;                                                                                                     \
  }

AROUND(ssize_t, pwrite64, (int file, const void *data, size_t size, int64_t at), file, data, size, at)
AROUND(ssize_t, pwrite, (int file, const void *data, size_t size, off_t at), file, data, size, at)
AROUND(int, fdatasync, (int file), file)
AROUND(int, fsync, (int file), file)
AROUND(int, ftruncate64, (int file, int64_t size), file, size)
AROUND(ssize_t, send, (int peer, const void *data, size_t size, int flags), peer, data, size, flags)
AROUND(ssize_t, recv, (int peer, void *data, size_t size, int flags), peer, data, size, flags)

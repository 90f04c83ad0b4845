/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the extension share. It is thin: arguments in, one call of the library without the GIL, bytes out; what
 * Python code makes of them is in askiam/. All state of an engine changes under the GIL only. */
#ifndef ASKIAM_NATIVE_H
#define ASKIAM_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <askiam/askiam.h>
#include <askiam/backend/embedder.h>
#include <askiam/backend/judge.h>
#include <askiam/backend/search.h>
#include <stdbool.h>
#include <sys/types.h>

/* Python's tables hold functions as void *, which ISO C does not know and POSIX promises. */
#pragma GCC diagnostic ignored "-Wpedantic"

/* What an engine calls back: Python functions, and the tables by which the library knows them. Lives as long as the engine
 * of the library, whose threads use it; freed under the GIL. */
typedef struct native_hooks {
  PyObject *log;       /* (level, time_ms, duration_ms, fields); NULL: silence */
  PyObject *judge;     /* NULL where there is no judge of Python; likewise the others */
  PyObject *embed;     /* (texts) */
  PyObject *documents; /* the search */
  PyObject *patterns;
  char *judge_kind;
  char *model;
  size_t dimension;
  askiam_judge_vtable judge_table;
  askiam_embedder_vtable embedder_table;
  askiam_search_vtable search_table;
} native_hooks;

typedef struct native_engine {
  PyObject_HEAD askiam_engine *engine; /* NULL once it is destroyed */
  native_hooks *hooks;
  pid_t owner;
  unsigned calls; /* running now; the engine is destroyed when there are none */
  bool closed;    /* no call may start any more */
  bool destroying;
} native_engine;

/* module.c */
PyObject *native_error_factory(void);
extern PyType_Spec native_engine_spec;

/* errors.c: every one of them sets a Python exception. */
PyObject *native_raise(askiam_status status, const askiam_error *error, PyObject *decision, PyObject *problems);
PyObject *native_raise_closed(void);

/* engine.c */
/* Lets a call in, or raises: Closed, or because a log handler may not call. */
bool native_enter(native_engine *self);
void native_leave(native_engine *self);

/* arguments.c */
/* A view of a str, absent for None where that is allowed; TypeError, or ValueError for lone surrogates. */
bool native_text(askiam_str *out_text, PyObject *value, const char *name, bool optional);
/* The arguments of a request: text, user, requester, request_id, context, dry_run, timeout_ms. */
enum { NATIVE_REQUEST_ARGUMENTS = 7 };
askiam_request *native_request(PyObject *const *arguments);
PyObject *native_decision(const askiam_decision *decision);
/* bytes of a string of the library, which is freed. */
PyObject *native_owned(const native_engine *self, char *text);
/* A bool, and nothing that is as good as one: "false" would be true. */
bool native_flag(bool *out_flag, PyObject *value, const char *name);
/* The bytes of a path, NULL for None; ValueError for a NUL within. */
bool native_path(const char **out_path, PyObject *value);
bool native_arity(const char *name, Py_ssize_t given, Py_ssize_t wanted);

/* calls.c, batch.c, import.c: the methods. */
PyObject *native_validate(PyObject *self, PyObject *const *arguments, Py_ssize_t count);
PyObject *native_extract(PyObject *self, PyObject *const *arguments, Py_ssize_t count);
PyObject *native_status(PyObject *self, PyObject *const *arguments, Py_ssize_t count);
PyObject *native_audit_verify(PyObject *self, PyObject *const *arguments, Py_ssize_t count);
PyObject *native_migrate(PyObject *self, PyObject *unused);
PyObject *native_describe(PyObject *self, PyObject *unused);
PyObject *native_erase_user(PyObject *self, PyObject *const *arguments, Py_ssize_t count);
PyObject *native_validate_batch(PyObject *self, PyObject *const *arguments, Py_ssize_t count);
PyObject *native_import(PyObject *self, PyObject *const *arguments, Py_ssize_t count);

/* hooks.c */
/* Python code runs between these two, on whatever thread the library calls from. */
PyGILState_STATE native_python_begin(void);
void native_python_end(PyGILState_STATE state);
/* Whether this thread is inside a callback of some engine; and inside that of a log. */
bool native_in_callback(void);
bool native_in_log(void);
void native_hooks_free(native_hooks *hooks);
/* The answer of a callback that returned (answer, None). NULL, and `error` filled, where it returned (None, (message, whether a
 * retry can help)), or raised what it did not expect itself. Takes the reference. */
PyObject *native_hook_answer(PyObject *returned, askiam_layer layer, askiam_error *error);
/* An answer of another form than the library takes. Clears the exception that told so. */
askiam_status native_hook_rubbish(askiam_layer layer, askiam_error *error);
/* An exception that has nowhere to go is printed; Ctrl-C is not lost, but raised where the call returns to Python. */
void native_swallow_exception(PyObject *where);
askiam_status native_hook_open(void **out_self, void *context, const askiam_backend_options *options,
                               askiam_error *error);
PyObject *native_str(askiam_str text); /* str, or None where it is absent */
PyObject *native_remaining(const askiam_call *call);
/* Registers what `hooks` has, and chooses it. */
askiam_status native_hooks_register(native_hooks *hooks, askiam_config *config, askiam_error *error);

/* log.c, judge.c, embedder.c, search.c */
void native_log(void *context, const askiam_log_record *record);
void native_log_mark(bool inside);
askiam_status native_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                           askiam_error *error);
askiam_status native_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                           float *out_vectors, askiam_error *error);
size_t native_dimension(void *self);
const char *native_model(void *self);
askiam_status native_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                               askiam_documents *documents, askiam_error *error);
askiam_status native_patterns(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                              int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The type Engine: made, entered and left by calls, closed once none is inside. */
#include "native.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

bool native_enter(native_engine *self)
{
  if (native_in_log()) {
    PyErr_SetString(PyExc_RuntimeError, "a log handler must not call an engine");
    return false;
  }
  if (self->closed || self->engine == NULL) {
    native_raise_closed();
    return false;
  }
  ++self->calls;
  return true;
}

void native_leave(native_engine *self) { --self->calls; }

/* Waits for what still runs in the library, so without the GIL; then nothing calls the hooks any more. */
static void s_destroy_here(askiam_engine *engine, native_hooks *hooks)
{
  Py_BEGIN_ALLOW_THREADS askiam_engine_destroy(engine);
  Py_END_ALLOW_THREADS native_hooks_free(hooks);
}

typedef struct s_remains {
  askiam_engine *engine;
  native_hooks *hooks;
} s_remains;

static void *s_destroy_on_thread(void *context)
{
  s_remains *remains = context;
  askiam_engine_destroy(remains->engine);
  PyGILState_STATE state = PyGILState_Ensure();
  native_hooks_free(remains->hooks);
  PyMem_Free(remains);
  PyGILState_Release(state);
  return NULL;
}

/* An engine that the collector finds while a callback runs may be the very one whose thread this is, and would wait for itself. */
static void s_destroy_elsewhere(askiam_engine *engine, native_hooks *hooks)
{
  s_remains *remains = PyMem_Malloc(sizeof *remains);
  pthread_t thread;
  if (remains == NULL) {
    return; /* better lost than waited for without end */
  }
  *remains = (s_remains){engine, hooks};
  if (pthread_create(&thread, NULL, s_destroy_on_thread, remains) != 0) {
    PyMem_Free(remains);
    return;
  }
  pthread_detach(thread);
}

static void s_destroy(native_engine *self)
{
  askiam_engine *engine = self->engine;
  native_hooks *hooks = self->hooks;
  self->engine = NULL;
  self->hooks = NULL;
  self->closed = true;
  self->destroying = true;
  if (engine != NULL && native_in_callback()) {
    s_destroy_elsewhere(engine, hooks);
  } else {
    s_destroy_here(engine, hooks);
  }
  self->destroying = false;
}

/* Sleeps without the GIL; false where a signal handler raised. */
static bool s_pause(void)
{
  struct timespec moment = {0, 1000000};
  Py_BEGIN_ALLOW_THREADS nanosleep(&moment, NULL);
  Py_END_ALLOW_THREADS return PyErr_CheckSignals() == 0;
}

/* Never waits, so the GIL is kept, and the engine with it. */
static PyObject *s_cancel(PyObject *object, PyObject *unused)
{
  (void)unused;
  askiam_engine_cancel(((native_engine *)object)->engine);
  Py_RETURN_NONE;
}

static PyObject *s_close(PyObject *object, PyObject *unused)
{
  (void)unused;
  native_engine *self = (native_engine *)object;
  self->closed = true;
  if (native_in_callback()) {
    Py_RETURN_NONE; /* its call is still inside; the engine goes with its last reference, or the next close */
  }
  bool parent = self->owner == getpid(); /* in a child there are no threads that could still leave */
  while (parent && (self->calls > 0 || self->destroying)) {
    if (!s_pause()) {
      return NULL;
    }
  }
  if (self->engine != NULL) {
    s_destroy(self);
  }
  Py_RETURN_NONE;
}

static int s_traverse(PyObject *object, visitproc visit, void *arg)
{
  native_engine *self = (native_engine *)object;
  Py_VISIT(Py_TYPE(object));
  if (self->hooks != NULL) {
    Py_VISIT(self->hooks->log);
    Py_VISIT(self->hooks->judge);
    Py_VISIT(self->hooks->embed);
    Py_VISIT(self->hooks->documents);
    Py_VISIT(self->hooks->patterns);
  }
  return 0;
}

static int s_clear(PyObject *object)
{
  native_engine *self = (native_engine *)object;
  if (self->engine != NULL || self->hooks != NULL) {
    s_destroy(self);
  }
  return 0;
}

static void s_dealloc(PyObject *object)
{
  PyTypeObject *type = Py_TYPE(object);
  PyObject *kind;
  PyObject *value;
  PyObject *trace;
  PyObject_GC_UnTrack(object);
  PyErr_Fetch(&kind, &value, &trace); /* closing lets other threads run; an exception on its way must not be lost */
  s_clear(object);
  PyErr_Restore(kind, value, trace);
  PyObject_GC_Del(object);
  Py_DECREF(type);
}

static PyObject *s_is_closed(PyObject *object, void *unused)
{
  (void)unused;
  return PyBool_FromLong(((native_engine *)object)->closed);
}

/* Keeps a reference to a callable; None is none. */
static void s_keep(PyObject **slot, PyObject *value) { *slot = value == Py_None ? NULL : Py_NewRef(value); }

static char *s_copy(const char *text)
{
  size_t size = strlen(text) + 1;
  char *copy = PyMem_Malloc(size);
  return copy == NULL ? (char *)PyErr_NoMemory() : memcpy(copy, text, size);
}

/* "O" of a constructor's argument: TypeError where it is no tuple. */
static bool s_is_tuple(PyObject *value)
{
  bool good = PyTuple_Check(value);
  if (!good) {
    PyErr_SetString(PyExc_TypeError, "a backend must be a tuple or None");
  }
  return good;
}

static bool s_take_judge(native_hooks *hooks, PyObject *judge)
{
  PyObject *call;
  const char *kind;
  int remote;
  int with_evidence;
  if (!s_is_tuple(judge) || !PyArg_ParseTuple(judge, "Ospp", &call, &kind, &remote, &with_evidence)) {
    return false;
  }
  s_keep(&hooks->judge, call);
  hooks->judge_kind = s_copy(kind);
  unsigned flags = (remote ? ASKIAM_BACKEND_REMOTE : 0u) | (with_evidence ? ASKIAM_JUDGE_WITH_EVIDENCE : 0u);
  hooks->judge_table = (askiam_judge_vtable){.size = sizeof hooks->judge_table,
                                             .flags = flags,
                                             .open = native_hook_open,
                                             .kind = hooks->judge_kind,
                                             .judge = native_judge};
  return hooks->judge_kind != NULL;
}

static bool s_take_embedder(native_hooks *hooks, PyObject *embedder)
{
  PyObject *call;
  const char *model;
  Py_ssize_t dimension;
  int remote;
  if (!s_is_tuple(embedder) || !PyArg_ParseTuple(embedder, "Osnp", &call, &model, &dimension, &remote)) {
    return false;
  }
  s_keep(&hooks->embed, call);
  hooks->model = s_copy(model);
  hooks->dimension = (size_t)dimension;
  hooks->embedder_table = (askiam_embedder_vtable){.size = sizeof hooks->embedder_table,
                                                   .flags = remote ? ASKIAM_BACKEND_REMOTE : 0u,
                                                   .open = native_hook_open,
                                                   .dimension = native_dimension,
                                                   .model = native_model,
                                                   .embed = native_embed};
  return hooks->model != NULL;
}

static bool s_take_search(native_hooks *hooks, PyObject *search)
{
  PyObject *documents;
  PyObject *patterns;
  int remote;
  if (!s_is_tuple(search) || !PyArg_ParseTuple(search, "OOp", &documents, &patterns, &remote)) {
    return false;
  }
  s_keep(&hooks->documents, documents);
  s_keep(&hooks->patterns, patterns);
  hooks->search_table = (askiam_search_vtable){.size = sizeof hooks->search_table,
                                               .flags = remote ? ASKIAM_BACKEND_REMOTE : 0u,
                                               .open = native_hook_open,
                                               .documents = native_documents,
                                               .patterns = hooks->patterns == NULL ? NULL : native_patterns};
  return true;
}

static native_hooks *s_hooks(PyObject *log, PyObject *judge, PyObject *embedder, PyObject *search)
{
  native_hooks *hooks = PyMem_Calloc(1, sizeof *hooks);
  if (hooks == NULL) {
    PyErr_NoMemory();
    return NULL;
  }
  s_keep(&hooks->log, log);
  if ((judge != Py_None && !s_take_judge(hooks, judge)) || (embedder != Py_None && !s_take_embedder(hooks, embedder)) ||
      (search != Py_None && !s_take_search(hooks, search))) {
    native_hooks_free(hooks);
    return NULL;
  }
  return hooks;
}

typedef struct s_sources {
  const char *config_file;
  PyObject *environment; /* a list of bytes "NAME=value", or None */
  askiam_str settings;   /* JSON */
} s_sources;

static askiam_status s_load_environment(askiam_config *config, PyObject *list, askiam_error *error)
{
  Py_ssize_t count = PyList_Size(list);
  const char **rows = count < 0 ? NULL : PyMem_Calloc((size_t)count + 1, sizeof *rows);
  if (rows == NULL) {
    PyErr_Clear();
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory for the environment");
  }
  for (Py_ssize_t at = 0; at < count; ++at) {
    rows[at] = PyBytes_AsString(PyList_GetItem(list, at));
  }
  askiam_status status = askiam_config_load_environment(config, rows, error);
  PyMem_Free(rows);
  return status;
}

/* None, or a list of bytes. */
static bool s_is_environment(PyObject *value)
{
  bool good = value == Py_None || PyList_Check(value);
  for (Py_ssize_t at = 0; good && value != Py_None && at < PyList_Size(value); ++at) {
    good = PyBytes_Check(PyList_GetItem(value, at));
  }
  if (!good) {
    PyErr_SetString(PyExc_TypeError, "the environment must be a list of bytes or None");
  }
  return good;
}

/* Defaults, then the file, then the environment, then the settings; the hooks last, as they were named by an argument. */
static askiam_status s_configure(askiam_config *config, const s_sources *sources, native_hooks *hooks,
                                 askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  if (sources->config_file != NULL) {
    status = askiam_config_load_file(config, sources->config_file, error);
  }
  if (status == ASKIAM_STATUS_OK && sources->environment != Py_None) {
    status = s_load_environment(config, sources->environment, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_config_load_json(config, sources->settings, error);
  }
  return status == ASKIAM_STATUS_OK ? native_hooks_register(hooks, config, error) : status;
}

static bool s_open(native_engine *self, const s_sources *sources)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_status status = askiam_config_new(&config, NULL, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_configure(config, sources, self->hooks, &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    Py_BEGIN_ALLOW_THREADS status = askiam_engine_new(&self->engine, config, &error);
    Py_END_ALLOW_THREADS
  }
  askiam_config_destroy(config);
  if (status != ASKIAM_STATUS_OK) {
    native_raise(status, &error, NULL, NULL);
  }
  return status == ASKIAM_STATUS_OK;
}

static PyObject *s_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  (void)keywords;
  s_sources sources = {NULL, Py_None, {NULL, 0}};
  Py_ssize_t length = 0;
  PyObject *file;
  PyObject *log;
  PyObject *judge;
  PyObject *embedder;
  PyObject *search;
  if (!PyArg_ParseTuple(arguments, "OOy#OOOO:Engine", &file, &sources.environment, &sources.settings.data, &length,
                        &log, &judge, &embedder, &search) ||
      !native_path(&sources.config_file, file) || !s_is_environment(sources.environment)) {
    return NULL;
  }
  sources.settings.length = (size_t)length;
  allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  native_engine *self = (native_engine *)allocate(type, 0);
  if (self == NULL) {
    return NULL;
  }
  self->owner = getpid();
  self->hooks = s_hooks(log, judge, embedder, search);
  if (self->hooks == NULL || !s_open(self, &sources)) {
    Py_DECREF(self);
    return NULL;
  }
  return (PyObject *)self;
}

static PyMethodDef s_methods[] = {
#define S_FAST(name, function) {name, (PyCFunction)(void (*)(void))(function), METH_FASTCALL, NULL}
    S_FAST("validate", native_validate),
    S_FAST("validate_batch", native_validate_batch),
    S_FAST("extract", native_extract),
    S_FAST("status", native_status),
    S_FAST("import_path", native_import),
    S_FAST("audit_verify", native_audit_verify),
    S_FAST("erase_user", native_erase_user),
#undef S_FAST
    {"migrate", native_migrate, METH_NOARGS, NULL},
    {"describe", native_describe, METH_NOARGS, NULL},
    {"cancel", s_cancel, METH_NOARGS, NULL},
    {"close", s_close, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

static PyGetSetDef s_getset[] = {{"closed", s_is_closed, NULL, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};

static PyType_Slot s_slots[] = {{Py_tp_new, (void *)s_new},
                                {Py_tp_dealloc, (void *)s_dealloc},
                                {Py_tp_traverse, (void *)s_traverse},
                                {Py_tp_clear, (void *)s_clear},
                                {Py_tp_methods, s_methods},
                                {Py_tp_getset, s_getset},
                                {0, NULL}};

PyType_Spec native_engine_spec = {.name = "askiam._native.Engine",
                                  .basicsize = sizeof(native_engine),
                                  .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                                  .slots = s_slots};

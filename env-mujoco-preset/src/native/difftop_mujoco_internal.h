// The native part's inside. JavaCPP does not read this file, so it may use all of C++.
#ifndef DIFFTOP_MUJOCO_INTERNAL_H
#define DIFFTOP_MUJOCO_INTERNAL_H

#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <mujoco/mjxmacro.h>
#include <mujoco/mujoco.h>

#if mjVERSION_HEADER != 222
#error "difftop is written for MuJoCo 2.2.2: other versions differ in error functions, file system and contacts"
#endif

namespace difftop {

// ---- errors and warnings -------------------------------------------------------------------------

// MuJoCo's own handler would write a log file, wait for a key and end the process.
inline void throwError(const char* message) { throw std::runtime_error(message); }

struct ThreadWarnings {
  std::string collected;
  std::string taken;
};

inline ThreadWarnings& threadWarnings() {
  static thread_local ThreadWarnings warnings;
  return warnings;
}

inline void keepWarning(const char* message) {
  std::string& collected = threadWarnings().collected;
  const size_t enough = 10000;
  if (collected.size() > enough) {
    return;
  }
  if (!collected.empty()) {
    collected += '\n';
  }
  collected += message;
}

inline const char* takeWarnings() {
  ThreadWarnings& warnings = threadWarnings();
  warnings.taken.swap(warnings.collected);
  warnings.collected.clear();
  return warnings.taken.c_str();
}

struct Handlers {
  Handlers() {
    mju_user_error = throwError;
    mju_user_warning = keepWarning;
  }
};
static const Handlers handlers;

// ---- stepping ------------------------------------------------------------------------------------

// MuJoCo answers an unstable state with a warning and a silent reset; only the counters tell.
class WarningWatch {
 public:
  explicit WarningWatch(const mjData* data) : d(data) {
    for (int i = 0; i < mjNWARNING; i++) {
      before[i] = d->warning[i].number;
    }
  }

  // The gravest new warning (they are in order of gravity), or -1. A full list of things to draw
  // says nothing about the physics.
  int raised() const {
    for (int i = mjNWARNING - 1; i >= 0; i--) {
      if (i != mjWARN_VGEOMFULL && d->warning[i].number != before[i]) {
        return i;
      }
    }
    return -1;
  }

 private:
  const mjData* d;
  int before[mjNWARNING];
};

inline int step(const mjModel* m, mjData* d, int n) {
  WarningWatch watch(d);
  for (int i = 0; i < n; i++) {
    mj_step(m, d);
    int raised = watch.raised();
    if (raised >= 0) {
      return raised;
    }
  }
  return -1;
}

// Brings up to date what can be seen of the present positions and velocities.
inline void update(const mjModel* m, mjData* d) {
  // Runge-Kutta begins its next step with the whole position and velocity stage anyway; without
  // sensors and tendons, frames are all that tasks read before.
  bool framesSuffice = m->opt.integrator == mjINT_RK4 && m->nsensor == 0 && m->ntendon == 0;
  if (!framesSuffice) {
    mj_step1(m, d);
    return;
  }
  mj_checkPos(m, d);
  mj_checkVel(m, d);
  mj_kinematics(m, d);
}

inline int controlStep(const mjModel* m, mjData* d, int n) {
  WarningWatch watch(d);
  int rest = n;
  if (m->opt.integrator != mjINT_RK4) {
    // The position and velocity stage was run at the end of the last control step.
    mj_step2(m, d);
    rest--;
  }
  int raised = watch.raised();
  for (int i = 0; i < rest && raised < 0; i++) {
    mj_step(m, d);
    raised = watch.raised();
  }
  update(m, d);
  return raised >= 0 ? raised : watch.raised();
}

// ---- derivatives of steps -------------------------------------------------------------------------

class StepJacobian {
 public:
  StepJacobian(const mjModel* m, mjData* d, int n, const mjtNum* x, const mjtNum* u,
               const mjtNum* middle, const mjtNum* half, mjtNum eps)
      : m(m), d(d), n(n), x(x), u(u), middle(middle), half(half), eps(eps),
        nx(m->nq + m->nv + m->na), nt(2 * m->nv + m->na), columns(nt + m->nu),
        // An Euler step needs only the stages anew that depend on what is moved, and no sensors.
        staged(m->opt.integrator == mjINT_EULER),
        direction(m->nv), warmStart(m->nv), at(x, x + nx), after(nx), above(nx), below(nx),
        tangent(nt), jacobian(static_cast<size_t>(nt) * columns) {}

  void write(mjtNum* out) {
    std::vector<mjtNum> all;
    for (int i = 0; i < n; i++) {
      if (!runMiddle()) {
        std::fill_n(out, nx * (nx + m->nu), NAN);
        return;
      }
      differentiate();
      chain(all);
      at = after;
    }
    jacobian = all;
    expand(out);
  }

 private:
  // One step, from `at`.
  void differentiate() {
    for (int j = 0; j < m->nu; j++) actionColumn(j);
    for (int j = 0; j < m->na; j++) stateColumn(2 * m->nv + j, m->nq + m->nv + j, mjSTAGE_VEL, d->act + j);
    for (int j = 0; j < m->nv; j++) stateColumn(m->nv + j, m->nq + j, mjSTAGE_POS, d->qvel + j);
    for (int j = 0; j < m->nv; j++) positionColumn(j);
  }

  // The steps so far and this one: the action enters each of them.
  void chain(std::vector<mjtNum>& all) const {
    if (all.empty()) {
      all = jacobian;
      return;
    }
    const std::vector<mjtNum> before = all;
    for (int i = 0; i < nt; i++) {
      const mjtNum* here = jacobian.data() + static_cast<size_t>(i) * columns;
      mjtNum* to = all.data() + static_cast<size_t>(i) * columns;
      std::fill_n(to, nt, 0);
      std::copy_n(here + nt, m->nu, to + nt);
      for (int k = 0; k < nt; k++) {
        const mjtNum* from = before.data() + static_cast<size_t>(k) * columns;
        for (int j = 0; j < columns; j++) to[j] += here[k] * from[j];
      }
    }
  }

  void load() {
    d->time = 0;
    mju_copy(d->qpos, at.data(), m->nq);
    mju_copy(d->qvel, at.data() + m->nq, m->nv);
    mju_copy(d->act, at.data() + m->nq + m->nv, m->na);
    for (int j = 0; j < m->nu; j++) d->ctrl[j] = control(j, u[j]);
    mju_copy(d->qacc_warmstart, warmStart.data(), m->nv);
  }

  mjtNum control(int j, mjtNum action) const {
    return middle[j] + half[j] * mju_max(-1, mju_min(1, action));
  }

  void save(std::vector<mjtNum>& state) const {
    mju_copy(state.data(), d->qpos, m->nq);
    mju_copy(state.data() + m->nq, d->qvel, m->nv);
    mju_copy(state.data() + m->nq + m->nv, d->act, m->na);
  }

  bool runMiddle() {
    load();
    disturbed = false;
    WarningWatch watch(d);
    if (staged) {
      mj_checkPos(m, d);
      mj_checkVel(m, d);
      mj_forwardSkip(m, d, mjSTAGE_NONE, 1);
      mj_checkAcc(m, d);
      mju_copy(warmStart.data(), d->qacc, m->nv);
      mj_Euler(m, d);
    } else {
      mj_step(m, d);
      mju_copy(warmStart.data(), d->qacc_warmstart, m->nv);
    }
    save(after);
    return sound(watch);
  }

  bool sound(const WarningWatch& watch) {
    if (watch.raised() < 0) {
      return true;
    }
    mj_resetData(m, d);
    return false;
  }

  // Moves on from what was loaded and changed; stages before that one are still right.
  bool run(int stage, std::vector<mjtNum>& state) {
    WarningWatch watch(d);
    if (staged && (stage == mjSTAGE_NONE || !disturbed)) {
      mj_forwardSkip(m, d, stage, 1);
      mj_checkAcc(m, d);
      mj_Euler(m, d);
    } else {
      mj_step(m, d);
    }
    save(state);
    bool well = sound(watch);
    disturbed |= !well;
    return well;
  }

  void column(int j, mjtNum distance, bool well) {
    mjtNum* to = jacobian.data() + j;
    if (well) {
      mj_differentiatePos(m, tangent.data(), distance, below.data(), above.data());
      for (int i = 0; i < m->nv + m->na; i++) {
        tangent[m->nv + i] = (above[m->nq + i] - below[m->nq + i]) / distance;
      }
    } else {
      std::fill_n(tangent.data(), nt, NAN);
    }
    for (int i = 0; i < nt; i++) to[static_cast<size_t>(i) * columns] = tangent[i];
  }

  void actionColumn(int j) {
    mjtNum high = mju_min(1, u[j] + eps), low = mju_max(-1, u[j] - eps);
    if (high <= low) {
      for (int i = 0; i < nt; i++) jacobian[static_cast<size_t>(i) * columns + nt + j] = 0;
      return;
    }
    load();
    d->ctrl[j] = control(j, high);
    bool well = run(mjSTAGE_VEL, above);
    load();
    d->ctrl[j] = control(j, low);
    well = run(mjSTAGE_VEL, below) && well;
    column(nt + j, high - low, well);
  }

  void stateColumn(int j, int number, int stage, mjtNum* moved) {
    mjtNum h = eps * mju_max(1, mju_abs(at[number]));
    mjtNum high = at[number] + h, low = at[number] - h;
    load();
    *moved = high;
    bool well = run(stage, above);
    load();
    *moved = low;
    well = run(stage, below) && well;
    column(j, high - low, well);
  }

  void positionColumn(int j) {
    mjtNum h = eps * mju_max(1, mju_abs(scalePosition(j)));
    mju_zero(direction.data(), m->nv);
    direction[j] = 1;
    load();
    mj_integratePos(m, d->qpos, direction.data(), h);
    bool well = run(mjSTAGE_NONE, above);
    load();
    mj_integratePos(m, d->qpos, direction.data(), -h);
    well = run(mjSTAGE_NONE, below) && well;
    column(j, 2 * h, well);
  }

  // The number that a degree of freedom moves; rotations of quaternions are small by nature.
  mjtNum scalePosition(int dof) const {
    int joint = m->dof_jntid[dof];
    int within = dof - m->jnt_dofadr[joint];
    int type = m->jnt_type[joint];
    bool number = type == mjJNT_SLIDE || type == mjJNT_HINGE || (type == mjJNT_FREE && within < 3);
    return number ? at[m->jnt_qposadr[joint] + within] : 0;
  }

  // From rotations to the four numbers of quaternions, on both sides.
  void expand(mjtNum* out) const {
    int width = nx + m->nu;
    std::vector<mjtNum> rows(static_cast<size_t>(nx) * columns);
    for (int c = 0; c < columns; c++) {
      const mjtNum* from = jacobian.data() + c;
      mjtNum* to = rows.data() + c;
      for (int joint = 0; joint < m->njnt; joint++) {
        int q = m->jnt_qposadr[joint], v = m->jnt_dofadr[joint], plain = plainNumbers(joint);
        for (int i = 0; i < plain; i++) to[(q + i) * columns] = from[(v + i) * columns];
        if (hasQuaternion(joint)) {
          const mjtNum* r = after.data() + q + plain;
          const mjtNum w[3] = {from[(v + plain) * columns], from[(v + plain + 1) * columns],
                               from[(v + plain + 2) * columns]};
          const mjtNum turned[4] = {-r[1] * w[0] - r[2] * w[1] - r[3] * w[2],
                                    r[0] * w[0] + r[2] * w[2] - r[3] * w[1],
                                    r[0] * w[1] + r[3] * w[0] - r[1] * w[2],
                                    r[0] * w[2] + r[1] * w[1] - r[2] * w[0]};
          for (int i = 0; i < 4; i++) to[(q + plain + i) * columns] = turned[i] / 2;
        }
      }
      for (int i = 0; i < m->nv + m->na; i++) to[(m->nq + i) * columns] = from[(m->nv + i) * columns];
    }
    for (int i = 0; i < nx; i++) expandRow(rows.data() + static_cast<size_t>(i) * columns, out + static_cast<size_t>(i) * width);
  }

  void expandRow(const mjtNum* from, mjtNum* to) const {
    for (int joint = 0; joint < m->njnt; joint++) {
      int q = m->jnt_qposadr[joint], v = m->jnt_dofadr[joint], plain = plainNumbers(joint);
      for (int i = 0; i < plain; i++) to[q + i] = from[v + i];
      if (hasQuaternion(joint)) {
        const mjtNum* r = x + q + plain;
        const mjtNum* w = from + v + plain;
        mjtNum scale = 2 / mju_dot(r, r, 4);
        to[q + plain] = scale * (-r[1] * w[0] - r[2] * w[1] - r[3] * w[2]);
        to[q + plain + 1] = scale * (r[0] * w[0] - r[3] * w[1] + r[2] * w[2]);
        to[q + plain + 2] = scale * (r[3] * w[0] + r[0] * w[1] - r[1] * w[2]);
        to[q + plain + 3] = scale * (-r[2] * w[0] + r[1] * w[1] + r[0] * w[2]);
      }
    }
    for (int i = 0; i < m->nv + m->na + m->nu; i++) to[m->nq + i] = from[m->nv + i];
  }

  bool hasQuaternion(int joint) const {
    return m->jnt_type[joint] == mjJNT_FREE || m->jnt_type[joint] == mjJNT_BALL;
  }

  int plainNumbers(int joint) const {
    int type = m->jnt_type[joint];
    return type == mjJNT_FREE ? 3 : type == mjJNT_BALL ? 0 : 1;
  }

  const mjModel* m;
  mjData* d;
  const int n;
  const mjtNum *x, *u, *middle, *half;
  const mjtNum eps;
  const int nx, nt, columns;
  const bool staged;
  bool disturbed = false;
  std::vector<mjtNum> direction, warmStart, at, after, above, below, tangent, jacobian;
};

inline void forwardWithoutActuation(const mjModel* m, mjData* d) {
  mjModel passive = *m;  // shares the arrays
  passive.opt.disableflags |= mjDSBL_ACTUATION;
  mj_forward(&passive, d);
}

// ---- reading a model by name ---------------------------------------------------------------------

template <typename T>
inline int copyField(const T* from, int rows, int columns, double* out, int capacity) {
  int n = rows * columns;
  for (int i = 0; i < n && i < capacity; i++) {
    out[i] = static_cast<double>(from[i]);
  }
  return n;
}

inline int modelField(const mjModel* m, const char* name, int* rows, int* columns, double* out,
                      int capacity) {
  MJMODEL_POINTERS_PREAMBLE(m)
  (void)nuser_body, (void)nuser_jnt, (void)nuser_geom, (void)nuser_site, (void)nuser_cam;
  (void)nuser_tendon, (void)nuser_actuator, (void)nuser_sensor;
  (void)nq, (void)nv, (void)na, (void)nu, (void)nmocap;
#define X(type, field, nr, nc)                                     \
  if (std::strcmp(name, #field) == 0) {                            \
    *rows = m->nr;                                                 \
    *columns = nc;                                                 \
    return copyField(m->field, m->nr, nc, out, capacity);          \
  }
  MJMODEL_POINTERS
#undef X
  return -1;
}

inline int optionField(const mjModel* m, const char* name, double* out, int capacity) {
#define X(type, field)                                     \
  if (std::strcmp(name, #field) == 0) {                    \
    return copyField(&m->opt.field, 1, 1, out, capacity);  \
  }
  MJOPTION_SCALARS
#undef X
#define X(field, n)                                        \
  if (std::strcmp(name, #field) == 0) {                    \
    return copyField(m->opt.field, n, 1, out, capacity);   \
  }
  MJOPTION_VECTORS
#undef X
  return -1;
}

inline int modelSize(const mjModel* m, const char* name) {
#define X(field)                          \
  if (std::strcmp(name, #field) == 0) {   \
    return m->field;                      \
  }
  MJMODEL_INTS
#undef X
  return -1;
}

// ---- models with parameters of their own ----------------------------------------------------------

inline mjModel* ownModel(const mjModel* m) { return new mjModel(*m); }

// An array whose address is not the shared model's belongs to the own model.
inline mjtNum* ownArray(mjtNum* shared, mjtNum** mine, int n) {
  if (*mine == shared) {
    mjtNum* copy = new mjtNum[n];
    std::memcpy(copy, shared, n * sizeof(mjtNum));
    *mine = copy;
  }
  return *mine;
}

// Only arrays of real numbers can be written.
template <typename T>
inline mjtNum* ownArray(T*, T**, int) {
  return nullptr;
}

inline mjtNum* ownField(const mjModel* m, mjModel* own, const char* name, int* length) {
  MJMODEL_POINTERS_PREAMBLE(m)
  (void)nuser_body, (void)nuser_jnt, (void)nuser_geom, (void)nuser_site, (void)nuser_cam;
  (void)nuser_tendon, (void)nuser_actuator, (void)nuser_sensor;
  (void)nq, (void)nv, (void)na, (void)nu, (void)nmocap;
#define X(type, field, nr, nc)                                     \
  if (std::strcmp(name, #field) == 0) {                            \
    *length = m->nr * (nc);                                        \
    return ownArray(m->field, &own->field, *length);               \
  }
  MJMODEL_POINTERS
#undef X
  return nullptr;
}

template <typename T>
inline void freeOwnArray(T*, T*) {}

inline void freeOwnArray(mjtNum* shared, mjtNum* mine) {
  if (mine != shared) {
    delete[] mine;
  }
}

inline void freeOwnModel(const mjModel* m, mjModel* own) {
#define X(type, field, nr, nc) freeOwnArray(m->field, own->field);
  MJMODEL_POINTERS
#undef X
  delete own;
}

// ---- what measurements compare with ---------------------------------------------------------------

inline double rawSteps(const mjModel* m, mjData* d, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < m->nu; j++) {
      double swing = ((i * 7 + j * 3) % 21 - 10) / 10.0;
      const mjtNum* range = m->actuator_ctrlrange + 2 * j;
      d->ctrl[j] = (range[0] + range[1]) / 2 + (range[1] - range[0]) / 2 * swing;
    }
    mj_step(m, d);
    for (int j = 0; j < m->nq; j++) {
      sum += d->qpos[j];
    }
    for (int j = 0; j < m->nv; j++) {
      sum += d->qvel[j];
    }
  }
  return sum;
}

inline void rawPictures(const mjModel* m, mjData* d, const mjvOption* options, mjvCamera* camera,
                        mjvScene* scene, const mjrContext* context, int width, int height,
                        unsigned char* pixels, int n) {
  mjrRect frame = {0, 0, width, height};
  for (int i = 0; i < n; i++) {
    mjv_updateScene(m, d, options, nullptr, camera, mjCAT_ALL, scene);
    mjr_render(frame, scene, context);
    mjr_readPixels(pixels, nullptr, frame, context);
  }
}

inline void makeContext(const mjModel* m, mjrContext* context, int width, int height, int samples,
                        int shadowSize) {
  mjModel sized = *m;  // shares the arrays
  sized.vis.global.offwidth = width;
  sized.vis.global.offheight = height;
  sized.vis.quality.offsamples = samples;
  sized.vis.quality.shadowsize = shadowSize;
  mjr_makeContext(&sized, context, mjFONTSCALE_100);
}

// ---- OpenGL without a display --------------------------------------------------------------------

// The libraries are opened by name when rendering is asked for, so that nothing else needs them;
// for the same reason their headers are not used.
class Library {
 public:
  Library(const char* name) : name(name), handle(dlopen(name, RTLD_NOW | RTLD_GLOBAL)) {
    if (handle == nullptr) {
      const char* reason = dlerror();
      throw std::runtime_error(reason != nullptr ? reason : std::string(name) + " cannot be opened");
    }
  }

  ~Library() { dlclose(handle); }

  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  // Keeps it loaded for good: OpenGL drivers do not survive being unloaded and loaded again. One
  // that does not work is let go, for MuJoCo takes OpenGL from whatever is loaded.
  void keep() const { dlopen(name.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE); }

  template <typename F>
  F function(const char* symbol) const {
    void* address = dlsym(handle, symbol);
    if (address == nullptr) {
      throw std::runtime_error(name + " has no function " + symbol);
    }
    return reinterpret_cast<F>(address);
  }

 private:
  const std::string name;
  void* const handle;
};

class GlContext {
 public:
  virtual ~GlContext() = default;
  virtual const char* kind() const = 0;
  // In the calling thread.
  virtual void bind() = 0;
  virtual void release() = 0;
};

class EglContext : public GlContext {
 public:
  explicit EglContext(const char* libraryName) : library(libraryName) {
    getError = library.function<int (*)()>("eglGetError");
    auto initialize = library.function<unsigned (*)(void*, int*, int*)>("eglInitialize");
    bindApi = library.function<unsigned (*)(unsigned)>("eglBindAPI");
    auto chooseConfig =
        library.function<unsigned (*)(void*, const int*, void**, int, int*)>("eglChooseConfig");
    auto createContext =
        library.function<void* (*)(void*, void*, void*, const int*)>("eglCreateContext");
    auto destroyContext = library.function<unsigned (*)(void*, void*)>("eglDestroyContext");
    makeCurrent = library.function<unsigned (*)(void*, void*, void*, void*)>("eglMakeCurrent");

    display = openDisplay();
    // A display is shared by all contexts of the process, so it is never terminated.
    check(initialize(display, nullptr, nullptr), "eglInitialize");
    check(bindApi(openGl), "eglBindAPI(OpenGL)");
    const int renderableType = 0x3040, openGlBit = 0x8, surfaceType = 0x3033, pbufferBit = 0x1, none = 0x3038;
    const int wanted[] = {renderableType, openGlBit, surfaceType, pbufferBit, none};
    void* config = nullptr;
    int found = 0;
    check(chooseConfig(display, wanted, &config, 1, &found) && found > 0, "eglChooseConfig");
    context = createContext(display, config, nullptr, nullptr);
    check(context != nullptr, "eglCreateContext");
    if (!makeCurrent(display, nullptr, nullptr, context)) {
      std::string message = describe("eglMakeCurrent");
      destroyContext(display, context);
      throw std::runtime_error(message);
    }
    release();
    library.keep();
  }

  ~EglContext() override {
    library.function<unsigned (*)(void*, void*)>("eglDestroyContext")(display, context);
    library.function<unsigned (*)()>("eglReleaseThread")();
  }

  const char* kind() const override { return "EGL"; }

  void bind() override {
    // Every thread has an API of its own.
    check(bindApi(openGl), "eglBindAPI(OpenGL)");
    check(makeCurrent(display, nullptr, nullptr, context), "eglMakeCurrent");
  }

  void release() override { makeCurrent(display, nullptr, nullptr, nullptr); }

 private:
  static const unsigned openGl = 0x30A2;

  void* openDisplay() const {
    auto getProcAddress = library.function<void* (*)(const char*)>("eglGetProcAddress");
    auto getPlatformDisplay = reinterpret_cast<void* (*)(unsigned, void*, const int*)>(
        getProcAddress("eglGetPlatformDisplayEXT"));
    const unsigned surfacelessMesa = 0x31DD;
    void* found =
        getPlatformDisplay == nullptr ? nullptr : getPlatformDisplay(surfacelessMesa, nullptr, nullptr);
    if (found == nullptr) {
      found = library.function<void* (*)(void*)>("eglGetDisplay")(nullptr);
    }
    check(found != nullptr, "eglGetDisplay");
    return found;
  }

  std::string describe(const char* call) const {
    char code[16];
    snprintf(code, sizeof code, "0x%04x", static_cast<unsigned>(getError()));
    return std::string(call) + " failed with EGL error " + code;
  }

  void check(bool done, const char* call) const {
    if (!done) {
      throw std::runtime_error(describe(call));
    }
  }

  Library library;
  int (*getError)();
  unsigned (*bindApi)(unsigned);
  unsigned (*makeCurrent)(void*, void*, void*, void*);
  void* display;
  void* context;
};

class OsMesaContext : public GlContext {
 public:
  explicit OsMesaContext(const char* libraryName) : library(libraryName) {
    auto create =
        library.function<void* (*)(unsigned, int, int, int, void*)>("OSMesaCreateContextExt");
    makeCurrent =
        library.function<unsigned char (*)(void*, void*, unsigned, int, int)>("OSMesaMakeCurrent");
    const unsigned rgba = 0x1908;
    context = create(rgba, 24, 8, 0, nullptr);
    if (context == nullptr) {
      throw std::runtime_error("OSMesaCreateContextExt failed");
    }
    try {
      bind();
    } catch (const std::runtime_error&) {
      destroy();
      throw;
    }
    release();
    library.keep();
  }

  ~OsMesaContext() override { destroy(); }

  const char* kind() const override { return "OSMesa"; }

  void bind() override {
    // MuJoCo draws into its own buffers; this one only makes the context complete.
    if (!makeCurrent(context, buffer, unsignedByte, side, side)) {
      throw std::runtime_error("OSMesaMakeCurrent failed");
    }
  }

  void release() override { makeCurrent(nullptr, nullptr, unsignedByte, 0, 0); }

 private:
  static const unsigned unsignedByte = 0x1401;
  static const int side = 16;

  void destroy() { library.function<void (*)(void*)>("OSMesaDestroyContext")(context); }

  Library library;
  unsigned char (*makeCurrent)(void*, void*, unsigned, int, int);
  void* context;
  unsigned char buffer[side * side * 4];
};

inline void* openGl(const char* eglLibrary, const char* osmesaLibrary) {
  std::string reasons;
  try {
    return static_cast<GlContext*>(new EglContext(eglLibrary));
  } catch (const std::runtime_error& e) {
    reasons = std::string("EGL: ") + e.what();
  }
  try {
    return static_cast<GlContext*>(new OsMesaContext(osmesaLibrary));
  } catch (const std::runtime_error& e) {
    throw std::runtime_error(reasons + "; OSMesa: " + e.what());
  }
}

inline const char* glKind(const void* context) { return static_cast<const GlContext*>(context)->kind(); }

inline void bindGl(void* context) { static_cast<GlContext*>(context)->bind(); }

inline void releaseGl(void* context) { static_cast<GlContext*>(context)->release(); }

inline void closeGl(void* context) { delete static_cast<GlContext*>(context); }

}  // namespace difftop

#endif

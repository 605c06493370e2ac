// The native part's inside. JavaCPP does not read this file, so it may use all of C++.
#ifndef DIFFTOP_MUJOCO_INTERNAL_H
#define DIFFTOP_MUJOCO_INTERNAL_H

#include <dlfcn.h>

#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

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
};

class EglContext : public GlContext {
 public:
  explicit EglContext(const char* libraryName) : library(libraryName) {
    getError = library.function<int (*)()>("eglGetError");
    auto initialize = library.function<unsigned (*)(void*, int*, int*)>("eglInitialize");
    auto bindApi = library.function<unsigned (*)(unsigned)>("eglBindAPI");
    auto chooseConfig =
        library.function<unsigned (*)(void*, const int*, void**, int, int*)>("eglChooseConfig");
    auto createContext =
        library.function<void* (*)(void*, void*, void*, const int*)>("eglCreateContext");
    auto destroyContext = library.function<unsigned (*)(void*, void*)>("eglDestroyContext");
    auto makeCurrent = library.function<unsigned (*)(void*, void*, void*, void*)>("eglMakeCurrent");

    display = openDisplay();
    // A display is shared by all contexts of the process, so it is never terminated.
    check(initialize(display, nullptr, nullptr), "eglInitialize");
    const unsigned openGl = 0x30A2;
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
    library.keep();
  }

  ~EglContext() override {
    library.function<unsigned (*)(void*, void*, void*, void*)>("eglMakeCurrent")(
        display, nullptr, nullptr, nullptr);
    library.function<unsigned (*)(void*, void*)>("eglDestroyContext")(display, context);
    library.function<unsigned (*)()>("eglReleaseThread")();
  }

  const char* kind() const override { return "EGL"; }

 private:
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
  void* display;
  void* context;
};

class OsMesaContext : public GlContext {
 public:
  explicit OsMesaContext(const char* libraryName) : library(libraryName) {
    auto create =
        library.function<void* (*)(unsigned, int, int, int, void*)>("OSMesaCreateContextExt");
    auto makeCurrent =
        library.function<unsigned char (*)(void*, void*, unsigned, int, int)>("OSMesaMakeCurrent");
    const unsigned rgba = 0x1908, unsignedByte = 0x1401;
    context = create(rgba, 24, 8, 0, nullptr);
    if (context == nullptr) {
      throw std::runtime_error("OSMesaCreateContextExt failed");
    }
    // MuJoCo draws into its own buffers; this one only makes the context complete.
    if (!makeCurrent(context, buffer, unsignedByte, side, side)) {
      destroy();
      throw std::runtime_error("OSMesaMakeCurrent failed");
    }
    library.keep();
  }

  ~OsMesaContext() override { destroy(); }

  const char* kind() const override { return "OSMesa"; }

 private:
  static const int side = 16;

  void destroy() { library.function<void (*)(void*)>("OSMesaDestroyContext")(context); }

  Library library;
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

inline void closeGl(void* context) { delete static_cast<GlContext*>(context); }

}  // namespace difftop

#endif

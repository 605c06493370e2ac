// What Java needs beside MuJoCo's own functions. Everything that depends on MuJoCo's version, and
// everything that would print or end the process, is dealt with here.
//
// While this library is loaded, an error inside MuJoCo throws std::runtime_error (JavaCPP makes a
// RuntimeException of it) and a warning is kept for the thread that caused it.
#ifndef DIFFTOP_MUJOCO_H
#define DIFFTOP_MUJOCO_H

#include "difftop_mujoco_internal.h"

// The texts of the warnings that this thread has caused since the last call, one per line; empty
// if there were none. Valid until the next call in the thread.
static inline const char* difftop_takeWarnings() { return difftop::takeWarnings(); }

// Advances n physics steps with the controls in d->ctrl, without the position and velocity stage at
// the end. Stops at the first step that raises a warning: returns its mjtWarning, else -1.
static inline int difftop_step(const mjModel* m, mjData* d, int n) { return difftop::step(m, d, n); }

// One control step: n physics steps, then what tasks read of position and velocity (frames, sensors,
// tendons) brought up to date. On entry everything that depends on position and velocity must be up
// to date: after mj_forward, mj_step1 or this. Returns as difftop_step.
static inline int difftop_controlStep(const mjModel* m, mjData* d, int n) {
  return difftop::controlStep(m, d, n);
}

// The Jacobian of n physics steps as a function of state x = [qpos, qvel, act] and action u in [-1, 1],
// which means the control middle + half * clamp(u): (nx, nx + nu), row-major, by central differences
// of size eps max(1, |number|). Quaternions are turned, not shifted, and what comes out is the
// derivative with respect to their four numbers, MuJoCo normalising them. At the edge of an action's
// range the difference is taken inside, beyond it is 0. The solver begins cold at the middle, and from
// what it found there at the sides. Columns of steps that fail are NaN; all, if the middle one does.
static inline void difftop_jacobian(const mjModel* m, mjData* d, int n, const mjtNum* x, const mjtNum* u,
                                    const mjtNum* middle, const mjtNum* half, mjtNum eps,
                                    mjtNum* jacobian) {
  difftop::StepJacobian(m, d, n, x, u, middle, half, eps).write(jacobian);
}

// mj_forward without actuator forces. The model may be shared by other threads: its own flag is not
// touched.
static inline void difftop_forwardWithoutActuation(const mjModel* m, mjData* d) {
  difftop::forwardWithoutActuation(m, d);
}

// Index of what the last warning of that type was about (a degree of freedom, a body, a buffer size).
static inline int difftop_warningInfo(const mjData* d, int warning) {
  return d->warning[warning].lastinfo;
}

// Reads an array of mjModel by its C name, such as "body_mass", converted to double.
// Gives its rows and columns; writes at most capacity numbers to out, which may be null with
// capacity 0. Returns the number of elements, or -1 if there is no such array of numbers.
static inline int difftop_modelField(const mjModel* m, const char* name, int* rows, int* columns,
                                     double* out, int capacity) {
  return difftop::modelField(m, name, rows, columns, out, capacity);
}

// Reads a field of mjOption by its C name, such as "gravity"; as difftop_modelField.
static inline int difftop_optionField(const mjModel* m, const char* name, double* out, int capacity) {
  return difftop::optionField(m, name, out, capacity);
}

// A size of mjModel by its C name, such as "nq"; -1 if there is no such size.
static inline int difftop_modelSize(const mjModel* m, const char* name) {
  return difftop::modelSize(m, name);
}

// A model that shares the arrays of m, for a simulation with parameters of its own, such as the place
// of a target: difftop_ownField gives it an array of its own. Free it with difftop_freeOwnModel,
// before m.
static inline mjModel* difftop_ownModel(const mjModel* m) { return difftop::ownModel(m); }

// An array of real numbers of an own model of m by its C name, such as "site_pos": a copy that may be
// written, the same one each time. Gives its length; null if there is no such array.
static inline mjtNum* difftop_ownField(const mjModel* m, mjModel* own, const char* name, int* length) {
  return difftop::ownField(m, own, name, length);
}

// Frees an own model of m and the arrays that are its own.
static inline void difftop_freeOwnModel(const mjModel* m, mjModel* own) {
  difftop::freeOwnModel(m, own);
}

// What measurements compare with: n times the controls in, mj_step, position and velocity out, as a
// program in C would write it. Controls swing within their ranges. Returns a sum of what was read.
static inline double difftop_rawSteps(const mjModel* m, mjData* d, int n) {
  return difftop::rawSteps(m, d, n);
}

// What measurements of pictures compare with: n times scene, picture and its pixels.
static inline void difftop_rawPictures(const mjModel* m, mjData* d, const mjvOption* options,
                                       mjvCamera* camera, mjvScene* scene, const mjrContext* context,
                                       int width, int height, unsigned char* pixels, int n) {
  difftop::rawPictures(m, d, options, camera, scene, context, width, height, pixels, n);
}

// mjr_makeContext for pictures of at most that size, whatever the model says about size and quality;
// a shadow map of size 0 means no shadows. The model may be shared by other threads.
static inline void difftop_makeContext(const mjModel* m, mjrContext* context, int width, int height,
                                       int samples, int shadowSize) {
  difftop::makeContext(m, context, width, height, samples, shadowSize);
}

// Opens an OpenGL context without a display, current in no thread: EGL first, then OSMesa, by the given
// library names.
// Throws with the reasons of both when neither works. Close it with difftop_closeGl.
static inline void* difftop_openGl(const char* eglLibrary, const char* osmesaLibrary) {
  return difftop::openGl(eglLibrary, osmesaLibrary);
}

// Makes a context current in the calling thread; it must be in no other. Throws if that fails.
static inline void difftop_bindGl(void* context) { difftop::bindGl(context); }

// Makes the context that is current in the calling thread current in none.
static inline void difftop_releaseGl(void* context) { difftop::releaseGl(context); }

// What a context runs on, such as "EGL" or "OSMesa".
static inline const char* difftop_glKind(const void* context) { return difftop::glKind(context); }

// Closes a context; in the thread that opened it.
static inline void difftop_closeGl(void* context) { difftop::closeGl(context); }

#endif

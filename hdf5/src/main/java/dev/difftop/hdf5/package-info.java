/**
 * Files, groups, datasets and attributes of HDF5.
 *
 * <pre>{@code
 * try (H5File file = H5File.open(path); H5Dataset actions = file.dataset("data/demo_0/actions")) {
 *   float[] rows = actions.readFloats(H5Slab.rows(10, 5));
 * }
 *
 * try (H5File file = H5File.create(path)) {
 *   file.write("policy/w0", weights, 64, 64);
 *   file.setAttribute("format", "checkpoint-1");
 *   file.commit();
 * }
 * }</pre>
 *
 * <p>Everything is safe to call from several threads; the native library is not, so all calls wait
 * for one lock. Every fault of a file is an {@link dev.difftop.hdf5.value.H5Exception}; an {@link
 * java.lang.IllegalArgumentException} or {@link java.lang.IllegalStateException} is a fault of the
 * caller. Nothing is printed.
 */
package dev.difftop.hdf5;

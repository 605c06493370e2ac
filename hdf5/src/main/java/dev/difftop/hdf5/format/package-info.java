/**
 * Bytes of a file by address, and the structures in them that the native library reads too
 * carelessly ("HDF5 File Format Specification", version 3).
 */
package dev.difftop.hdf5.format;

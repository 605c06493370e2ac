/**
 * Values of the interface: types, storage and parts of datasets, limits, and the fault of a file
 * with its place.
 */
package dev.difftop.hdf5.value;

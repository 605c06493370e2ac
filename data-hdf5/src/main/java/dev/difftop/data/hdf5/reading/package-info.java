/** Datasets over open files: windows of arrays, cached numbers, computed fields. */
package dev.difftop.data.hdf5.reading;

/**
 * What every format has in common: the arrays of a file, their checks, and how problems are
 * reported.
 */
package dev.difftop.data.hdf5.file;

/**
 * Output files of any format: one writer at a time, and a file gets its name only when it is whole.
 */
package dev.difftop.hdf5.output;

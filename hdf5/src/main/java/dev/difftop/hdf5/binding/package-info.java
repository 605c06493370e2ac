/**
 * Calls of the native library, under its one lock: handles, its error stack, property lists,
 * dataspaces, datatypes, and the open file that owns them.
 */
package dev.difftop.hdf5.binding;

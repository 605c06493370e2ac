/**
 * Decoding of stored elements without the native library: filters of chunks, packed bits, numbers
 * and text.
 */
package dev.difftop.hdf5.decode;
